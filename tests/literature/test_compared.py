import math
from dataclasses import replace

import pytest
from published_rows import ROW, SPEC, TABLES

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.errors import PublishedError
from gradient_horizon.literature.compared import PUBLISHED, Agreement, agreement, compared
from gradient_horizon.literature.kept import Kept, kept, read_kept, write_kept
from gradient_horizon.literature.ours import Ours
from gradient_horizon.literature.rows import PublishedRow
from gradient_horizon.statistics.intervals import Interval

OF_ADDING = {"measure": "solved", "experiment": "adding", "cell": "lstm", "length": 20}


def row(**changed):
    return PublishedRow.model_validate(ROW | changed)


def of_value(measure, low, high, **changed):
    ours = {**OF_ADDING, "measure": measure}
    unit = "updates" if measure in ("updates", "left") else "loss"
    return row(unit=unit, tolerance="factor", value=low, trials=None, low=low, high=high, ours=ours, **changed)


def estimate(value, low=math.nan, high=math.nan, n=5, reached=5):
    return Ours(Interval(value, low, high), n, reached)


@pytest.mark.parametrize(
    ("published", "ours", "updates", "outcome"),
    [
        pytest.param(row(), estimate(1, 0.57, 1), None, "agrees", id="all of five, and all of five"),
        pytest.param(row(), estimate(0.4, 0.12, 0.77), None, "open", id="two of five are too few to say"),
        pytest.param(row(), estimate(0, 0, 0.43), None, "differs", id="none of five"),
        pytest.param(row(budget=100), estimate(0, 0, 0.43), 99, "budget", id="none of five, in fewer updates"),
        pytest.param(row(budget=100), estimate(0, 0, 0.43), 100, "differs", id="none of five, in as many"),
        pytest.param(row(budget=100), estimate(1, 0.57, 1), 99, "agrees", id="more updates could not make it fewer"),
        pytest.param(row(value=0, budget=100), estimate(0, 0, 0.43), 99, "budget", id="more updates might solve it"),
        pytest.param(row(value=0, budget=100), estimate(0, 0, 0.43), 100, "agrees", id="never, in as many updates"),
        pytest.param(row(value=0, budget=100), estimate(1, 0.57, 1), 9, "differs", id="solved, in fewer updates"),
        pytest.param(of_value("updates", 50, 200), estimate(190, 100, 280), 500, "agrees", id="within the factor"),
        pytest.param(of_value("updates", 50, 200), estimate(210, 100, 320), 500, "open", id="beyond, but not surely"),
        pytest.param(of_value("updates", 50, 200), estimate(300, 250, 350), 500, "differs", id="surely beyond"),
        pytest.param(of_value("updates", 50, 200), estimate(100, reached=4), 500, "open", id="one never gets there"),
        pytest.param(of_value("left", 50, 200), estimate(math.nan, reached=0), 200, "differs", id="none gets there"),
        pytest.param(of_value("left", 50, 200), estimate(math.nan, reached=0), 199, "budget", id="none, so early"),
        pytest.param(of_value("loss", 0.1, 0.2, budget=9), estimate(0.3, 0.29, 0.31), 8, "budget", id="could fall"),
        pytest.param(of_value("loss", 0.1, 0.2, budget=9), estimate(0.05, 0, 0.09), 8, "differs", id="has fallen"),
        pytest.param(of_value("loss", 0.1, 0.2), estimate(0.15), None, "agrees", id="one network, without an interval"),
        pytest.param(of_value("loss", 0.1, 0.2), estimate(0.25), None, "differs", id="one network, elsewhere"),
    ],
)
def test_agreement(published, ours, updates, outcome):
    assert agreement(published, ours, updates) == outcome


NO_TESTS = TESTS.frame([])


def test_a_number_of_ours_is_kept_with_the_run_that_it_is_from(tmp_path):
    rows = [row(ours=OF_ADDING), row(id="longer", ours=OF_ADDING | {"length": 21})]
    longer = replace(SPEC, length=21)
    content = kept(rows, [({SPEC.id: SPEC}, TABLES)], [longer], lambda specs: 7.0 * len(specs))
    write_kept(content, tmp_path)
    again = read_kept(tmp_path)
    assert {name: (each.spec, each.minutes) for name, each in again.items()} == {
        "a-row": (SPEC, 7.0),
        "longer": (longer, 7.0),
    }
    table = compared(rows, again, NO_TESTS).set_index("id")
    PUBLISHED.validate(compared(rows, again, NO_TESTS))
    assert table.loc["a-row", ["n", "reached", "ours", "updates", "outcome"]].tolist() == [4, 2, 0.5, 900, "open"]
    assert table.loc["a-row", "changes"] == "clip-norm threshold=1.0"
    assert table.loc["longer", ["n", "minutes", "outcome"]].tolist() == [0, 7.0, "budget"]


def test_a_row_whose_run_is_in_no_results_is_refused_by_its_name():
    message = "published row 'a-row': its run must be in the results .* lstm with none, length 20, of experiment adding"
    with pytest.raises(PublishedError, match=message):
        kept([row(ours=OF_ADDING)], [], [], len)


def test_a_row_for_which_nothing_is_kept_stops_by_its_name():
    message = "published row 'a-row': our number for it must be kept, got none for experiment 'adding', cell 'lstm'"
    with pytest.raises(PublishedError, match=message):
        compared([row(ours=OF_ADDING)], {}, NO_TESTS)
    with pytest.raises(PublishedError, match=message):
        compared([row(ours=OF_ADDING)], {"a-row": Kept(replace(SPEC, length=9), 1.0)}, NO_TESTS)


def of_test(name):
    return row(ours={"measure": "test", "test": name}, unit="share difference", value=-1, trials=None, low=-1, high=0)


def test_a_row_may_rest_on_a_test_of_a_claim():
    blank = {column.name: 0 if column.kind in ("count", "number") else "" for column in TESTS.columns}
    judged = {"claim": "three-gates", "test": "forget", "n": 12, "effect": 0.2, "effect_low": 0.1, "effect_high": 0.3}
    tests = TESTS.frame([blank | {"first": None, "second": None} | judged | {"outcome": "pass", "unit": "-"}])
    (found,) = compared([of_test("three-gates/forget")], {}, tests).to_dict("records")
    assert (found["ours"], found["ours_high"], found["n"], found["outcome"]) == (0.2, 0.3, 12, Agreement.AGREES)
    (without,) = compared([of_test("three-gates/forget")], {}, NO_TESTS).to_dict("records")
    assert (without["n"], without["outcome"]) == (0, Agreement.NO_RUNS)
    with pytest.raises(
        PublishedError, match=r"published row 'a-row': must name a test of a claim, .* got 'three-gates/x'"
    ):
        compared([of_test("three-gates/x")], {}, NO_TESTS)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a-row": {}}', '{"a-row": {"spec": {}, "minutes": 1}}', '{"a-row": 7}']
)
def test_kept_numbers_that_are_damaged_are_named(tmp_path, content):
    (tmp_path / "ours.json").write_text(content)
    with pytest.raises(
        PublishedError, match=r"ours.json must be as `python -m gradient_horizon keep-published` writes"
    ):
        read_kept(tmp_path)


@pytest.mark.parametrize(
    ("ours", "message"),
    [
        ({"measure": "baseline", "task": "adding", "length": 9, "rank": 9}, "published row 'a-row': .* out of range"),
        ({"measure": "baseline", "task": "ading", "length": 9}, "published row 'a-row': task must be .* 'adding'"),
    ],
)
def test_a_definition_that_does_not_exist_is_refused_by_the_name_of_its_row(ours, message):
    wrong = row(unit="loss", value=0.1, trials=None, low=0, high=1, ours=ours)
    with pytest.raises(PublishedError, match=message):
        compared([wrong], {}, NO_TESTS)
