import pytest
from drawing import draw, every_test, title

from gradient_horizon.language.numbers import LANGUAGES

OUTCOMES = ("pass", "fail", "unclear")
TITLED_BY_TESTS = (
    "success",
    "profiles",
    "contributions",
    "explosion",
    "radius",
    "gates",
    "highway",
    "memory-forest",
    "gate-activity",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TITLED_BY_TESTS)
def test_the_title_is_chosen_by_the_tests(one_network, name, language):
    titles = {title(draw(name, one_network, language, every_test(outcome))) for outcome in OUTCOMES}
    assert len(titles) == len(OUTCOMES)


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("memory-map", "horizons", "memory_horizon"),
        ("digits", "success", "accuracy"),
        ("gradient-heat-map", "success", "solved"),
        ("spectra", "theory", "predicted"),
        ("agreement", "agreement", "correlation"),
        ("theory", "theory", "ratio"),
    ],
)
def test_the_title_tells_the_numbers_of_the_table(tables, drawn, name, table, column):
    changed = tables[table].copy()
    for name_of_column in [each for each in changed if each.removesuffix("_low").removesuffix("_high") == column]:
        values = changed[name_of_column]
        if values.dtype == object:
            changed[name_of_column] = [value.times(0.5) for value in values]
        else:
            changed[name_of_column] = values * 0 if column == "solved" else values / 2
    assert title(draw(name, tables | {table: changed})) != title(drawn(name))


def test_mixed_outcomes_have_a_title_of_their_own(one_network):
    tests = every_test("pass").copy()
    tests.loc[tests["test"].eq("linear-0.8"), "outcome"] = "fail"
    assert "at some radii only" in title(draw("radius", one_network, "en", tests))
    tests = every_test("pass").copy()
    tests.loc[tests["test"].isin(["input", "output"]), "outcome"] = "fail"
    assert title(draw("gates", one_network, "en", tests)) == (
        "Held open, the forget gate costs the LSTM its task; the input gate and output gate does not"
    ) or "; " in title(draw("gates", one_network, "en", tests))
