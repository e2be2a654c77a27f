import math

import pandas as pd
import pytest
from drawing import draw, every_test, texts_of, title
from forest_answers import ANSWERS, answered

from gradient_horizon import registries
from gradient_horizon.figures.forest import answer
from gradient_horizon.language.numbers import LANGUAGES, NO_BREAK

FORESTS = [name for name in registries.FIGURES if name.startswith("forest-")]
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
    "pairs",
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
        ("time-to-solve", "networks", "update"),
        ("horizon-in-training", "gradients", "gradient_horizon"),
        ("prediction", "prediction_agreement", "correlation"),
        ("then-and-now", "horizons", "memory_horizon"),
        ("profiles-then-and-now", "profile_means", "relative_gradient"),
        ("state-tracking", "success", "solved"),
    ],
)
def test_the_title_tells_the_numbers_of_the_table(tables, drawn, name, table, column):
    changed = tables[table].copy()
    for name_of_column in [each for each in changed if each.removesuffix("_low").removesuffix("_high") == column]:
        values = changed[name_of_column]
        if values.dtype == object:
            changed[name_of_column] = [value and value.times(0.5) for value in values]
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
        "Held open, the forget gate costs the LSTM the task that needs it; "
        "holding the input gate and output gate open costs the LSTM next to nothing"
    )


def test_the_title_of_digits_ranks_cells_within_each_reading_order(one_network):
    success = one_network["success"].copy()
    random = success["task"].eq("digits-permuted")
    for cell, accuracy in (("relu", 0.95), ("lstm", 0.4)):
        success.loc[random & success["cell"].eq(cell), ["accuracy", "accuracy_low", "accuracy_high"]] = accuracy
    written = title(draw("digits", one_network | {"success": success})).replace(NO_BREAK, " ")
    assert written == (
        "On real digits, read pixel by pixel: in reading order LSTM reaches 79 %, and tanh is last with 60 %; "
        "in one random order ReLU reaches 95 %, and LSTM is last with 40 %"
    )


@pytest.mark.parametrize(
    ("final", "written"),
    [
        (
            {"none": 1.25, "constant-flow": 1.0},
            "Training moves the spectral radius of the recurrent matrix: tanh from 0.6 to 1.2 and ReLU from 0.62 to "
            "1.2; it stays: tanh + constant flow at 1 and ReLU + orthogonal start at 0.66",
        ),
        (
            {"none": 1.25, "constant-flow": 1.5},
            "Training moves the spectral radius of the recurrent matrix: tanh from 0.6 to 1.2, tanh + constant flow "
            "from 1 to 1.5 and ReLU from 0.62 to 1.2; it stays: ReLU + orthogonal start at 0.66",
        ),
        (
            {"none": 0.6, "constant-flow": None},
            "Training moves the spectral radius of the recurrent matrix: ReLU from 0.62 to 1.2; it stays: tanh at 0.6 "
            "and ReLU + orthogonal start at 0.66; known before training only, since no network learnt: "
            "tanh + constant flow 1",
        ),
    ],
)
def test_the_title_of_the_spectra_moves_only_the_radii_that_move(one_network, final, written):
    theory = one_network["theory"].copy()
    ours = theory["theory"].eq("spectral radius") & theory["cell"].eq("tanh")
    for remedy, initial in (("none", 0.6), ("constant-flow", 1.0)):
        of_remedy = ours & theory["remedy"].eq(remedy)
        theory.loc[of_remedy & theory["moment"].eq("initial"), "predicted"] = initial
        theory.loc[of_remedy & theory["moment"].eq("final"), "predicted"] = final[remedy]
    theory = theory[theory["predicted"].notna()]
    assert title(draw("spectra", one_network | {"theory": theory})).replace(NO_BREAK, " ") == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opening", OUTCOMES)
@pytest.mark.parametrize("closing", OUTCOMES)
def test_the_title_of_gate_activity_says_of_each_gate_what_was_found(one_network, language, opening, closing):
    tests = every_test("pass").copy()
    for name, outcome in (("input-opens", opening), ("forget-closes", closing)):
        tests.loc[tests["test"].eq(name), "outcome"] = outcome
    words = texts_of("gate-activity", language)["words"]
    written = title(draw("gate-activity", one_network, language, tests)).replace(NO_BREAK, " ")
    both = opening == closing == "unclear"
    assert written == (words["open"] if both else f"{words[f'input {opening}']}; {words[f'forget {closing}']}")


def test_the_title_of_the_highway_names_the_smallest_bias_from_which_all_pass(one_network):
    tests = every_test("fail").copy()
    tests.loc[tests["test"].isin(["forget-bias-1", "forget-bias-3", "forget-bias-5"]), "outcome"] = "pass"
    written = title(draw("highway", one_network, "en", tests)).replace(NO_BREAK, " ")
    assert written.endswith("; from a forget bias of 3 on it is one")


def test_the_title_of_the_heat_map_bounds_the_gradient_at_the_first_step_in_every_record(tables):
    recorded = tables["hidden_gradients"].copy()
    first = recorded["step"].eq(1) & recorded["experiment"].eq("recall-32") & recorded["length"].eq(80)
    plain = recorded["remedy"].eq("none")
    recorded.loc[first & plain, "gradient"] = 2e-9
    recorded.loc[first & ~plain, "gradient"] = 5e-2
    written = title(draw("gradient-heat-map", tables | {"hidden_gradients": recorded})).replace(NO_BREAK, " ")
    assert "at the first of 80 steps never exceeds 10⁻⁸ in training" in written
    assert "with a remedy it never falls below 10⁻²" in written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORESTS)
def test_the_title_of_a_forest_is_chosen_by_its_main_questions(one_network, answers, name, language):
    claim = name.removeprefix("forest-")
    titles = {title(draw(name, one_network, language, answered(answers, claim, how))) for how in ANSWERS}
    assert len(titles) == len(ANSWERS)


def test_a_forest_answers_each_of_its_questions(one_network, answers):
    tests = answered(answers, "gates-cure-vanishing", "pass")
    other = answered(answers, "gates-cure-vanishing", "depends")
    tests = tests.where(tests["test"].ne("gru"), other)
    assert title(draw("forest-gates-cure-vanishing", one_network, "en", tests)) == (
        "The LSTM remembers longer than the plain tanh cell; for the GRU it depends on the setting"
    )


def asked(*rows, region=(1.0, math.inf)):
    """Rows of one question: kind, outcome, silence, effect with its ends."""
    names = ("kind", "outcome", "silence", "effect", "effect_low", "effect_high")
    table = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return table.assign(threshold_low=region[0], threshold_high=region[1], n=10, effect_censored="no")


LONGER = ("main", "pass", "", 2.0, 1.5, 3.0)
SHORTER = ("main", "fail", "", 0.5, 0.3, 0.7)
ALL_LONGER, ALL_SHORTER = (("pooled", *row[1:]) for row in (LONGER, SHORTER))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((LONGER, LONGER, ALL_LONGER), "pass"),
        ((LONGER,), "pass"),
        ((LONGER, ("main", "unclear", "", 1.1, 0.8, 2.0), ALL_LONGER), "pass"),
        ((LONGER, ("main", "unclear", "", 0.9, 0.5, 2.0), ALL_LONGER), "unclear"),
        ((LONGER, LONGER, ("pooled", "unclear", "", 2.0, 0.9, 3.0)), "unclear"),
        ((LONGER, SHORTER, ALL_LONGER), "depends"),
        ((SHORTER, SHORTER, ALL_SHORTER), "fail"),
        ((SHORTER, ("main", "unclear", "", 1.1, 0.5, 2.0), ALL_SHORTER), "unclear"),
        ((LONGER, ("main", "unclear", "floor", math.nan, 0.0, math.inf)), "pass"),
        ((("main", "unclear", "floor", 2.0, 1.5, 3.0),), "unclear"),
    ],
)
def test_a_question_is_answered_as_verdicts_are_given(rows, expected):
    assert answer(asked(*rows)) == expected
