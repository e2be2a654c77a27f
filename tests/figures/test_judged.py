"""The figure of a judged cell: which curves, which T50, which title, and room for long names."""

from itertools import combinations
from types import MappingProxyType

import pytest
from drawing import PROSE, title, visible
from drawn_marks import has, points
from hand_made_tables import spread, tables_of
from judging import judged_own, judging
from matplotlib.lines import Line2D

from gradient_horizon.claims.judged import own_claims
from gradient_horizon.figures.draw import draw_own_claim
from gradient_horizon.figures.judged import Curves
from gradient_horizon.figures.style import (
    CELL_COLOURS,
    NARROW,
    OWN_CELLS,
    WIDTH,
    cell_colour,
    colours_apart,
    house_style,
)
from gradient_horizon.language.display_names import read_names
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.statistics.censored import Censored

LENGTHS = (5, 10, 20, 40)
LONG = "my_package.my_module:AnExtraordinarilyLongNameForARecurrentCellThatAStudentChose"


def study_of(cell="mine:Cell", against=("tanh", "lstm"), settings=("recall-32", "adding-32")):
    return judging({"cell": cell, "against": [*against], "in": [*settings]})


def tables_for(study, t50):
    """Success and T50 of every arm of the first claim; `t50` gives that of each by its place."""
    (claim, *_) = own_claims(study)
    arms = list(dict.fromkeys(arm for test in claim.tests for arm in test.evidence.arms))
    rows = []
    for setting in claim.experiments:
        for arm, steps in zip(arms, t50, strict=True):
            own = {"experiment": setting, "task": "recall", "cell": arm.cell, "remedy": arm.remedy, "policy": "chosen"}
            shares = {length: float(length <= steps) for length in LENGTHS}
            rows += [
                ("success", own | {"length": length, "n": 12} | spread("solved_share", share, share - 0.2, share + 0.1))
                for length, share in shares.items()
            ]
            limit = Censored.at_least(40.0) if steps >= 40 else Censored.exactly(float(steps))
            rows.append(("horizons", own | spread("memory_horizon", limit, steps / 2, steps * 2)))
    return tables_of(rows)


def drawn(study, t50, language="en", width=WIDTH, outcomes=MappingProxyType({})):
    """The figure; the questions that `outcomes` names are answered so in every setting."""
    tables = tables_for(study, t50)
    tests = judged_own(study, tables)[1]
    for name, outcome in outcomes.items():
        rows = tests["test"].eq(name) & tests["kind"].eq("main")
        effect = {"pass": (2.0, 1.5, 3.0), "fail": (0.5, 0.3, 0.7)}[outcome]
        tests.loc[rows, ["effect", "effect_low", "effect_high", "outcome", "silence"]] = [*effect, outcome, ""]
    (claim, *_) = own_claims(study)
    shared = {name: read_words(PROSE / language / f"{name}.json") for name in ("evidence", "forests")}
    shared["names"] = read_names(PROSE, language)
    with house_style(width, study.own_cells):
        figure = Curves(claim)(tables, tests, Words({}, **shared), language)
        figure.settle()
        return figure


def test_every_setting_has_a_panel_with_the_share_and_the_t50_of_every_cell():
    figure = drawn(study_of(), (20, 10, 40))
    assert [panel.get_title(loc="left") for panel in figure.axes] == ["recall, 32 units", "adding, 32 units"]
    for panel in figure.axes:
        for colour, steps in ((OWN_CELLS[0], 20), (CELL_COLOURS["tanh"], 10), (CELL_COLOURS["lstm"], 40)):
            for length in LENGTHS:
                assert has(points(panel, colour), length, float(length <= steps))
            marks = [line for line in panel.lines if line.get_color() == colour and len(line.get_xdata()) == 1]
            assert [float(line.get_xdata()[0]) for line in marks] == [steps]
            assert marks[0].get_marker() == (">" if steps == 40 else "o")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_long_names_lie_inside_the_figure_and_on_no_other_text(language, width):
    study = study_of(LONG, ("tanh", "other:AlsoQuiteALongNameForACellOfSomebodysOwnMaking", "lstm"), ("recall-32",))
    figure = drawn(study, (20, 10, 40, 5), language, width)
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in visible(figure)]
    whole = figure.bbox
    for said, box in boxes:
        assert box.x0 >= whole.x0 - 1, said
        assert box.x1 <= whole.x1 + 1, said
        assert box.y0 >= whole.y0 - 1, said
        assert box.y1 <= whole.y1 + 1, said
    for (one, first), (other, second) in combinations(boxes, 2):
        assert not first.padded(-0.5).overlaps(second.padded(-0.5)), (one, other)


def test_the_title_says_how_each_question_came_out_and_keeps_the_letters_of_an_own_cell():
    # tests without networks are unclear: the title says that it stays open
    assert title(drawn(study_of(), (20, 10, 40))) == "Whether mine:Cell remembers longer than tanh and LSTM stays open"
    study = study_of("mine:Cell", ("tanh", "lstm", "gru"))
    outcomes = {"memory-tanh": "pass", "memory-lstm": "pass", "memory-gru": "fail"}
    said = "mine:Cell remembers longer than tanh and LSTM; mine:Cell forgets sooner than GRU"
    assert title(drawn(study, (20, 10, 40, 5), outcomes=outcomes)) == said


def test_own_cells_have_colours_of_their_own_that_no_other_cell_beside_them_has():
    cells = [f"mine:Cell{number}" for number in range(5)]
    with house_style(own_cells=cells):
        assert [cell_colour(cell) for cell in cells] == list(OWN_CELLS)
        assert not {*OWN_CELLS} & {*CELL_COLOURS.values()}
    assert cell_colour("mine:Cell3") == OWN_CELLS[0]  # elsewhere, as every other cell
    apart = colours_apart(["min-gru", "min-lstm", "tanh", "lru"])
    assert len(set(apart.values())) == 4
    assert (apart["min-gru"], apart["tanh"]) == (OWN_CELLS[0], CELL_COLOURS["tanh"])


def test_a_study_without_the_runs_draws_an_empty_figure_that_says_so(tmp_path):
    study = study_of()
    empty = tables_of([])
    tests = judged_own(study, empty)[1]
    draw_own_claim(own_claims(study)[0], empty, tests, PROSE, tmp_path)
    files = sorted(file.name for file in (tmp_path / "pl").glob("*.svg"))
    assert files == ["judged-mine-cell.narrow.svg", "judged-mine-cell.svg"]
    text = (tmp_path / "pl" / files[1]).read_text(encoding="utf-8")
    assert 'data-empty="true"' in text
    assert "To badanie nie ma przebiegów: mine:Cell" in text


def test_keys_name_the_cells_in_order():
    figure = drawn(study_of(), (20, 10, 40))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["mine:Cell", "tanh", "LSTM"]
    assert all(isinstance(handle, Line2D) for handle in legend.legend_handles)
