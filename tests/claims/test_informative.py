"""When a setting says nothing, and what follows from that."""

from dataclasses import replace

import pytest
from evidence_rows import pilots, rows_with, success
from hand_made_tables import tables_of
from memories import memory_tables
from numpy import full

from gradient_horizon import registries
from gradient_horizon.claims.arms import CHRONO_LSTM, CONSTANT_FLOW_TANH, LSTM, TANH
from gradient_horizon.claims.evidence.compared import Accuracy
from gradient_horizon.claims.evidence.memory import T50, Length
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.evidence.shares import Solved
from gradient_horizon.claims.informative import Silence, silence
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LONGER, MORE, SIMILAR_ACCURACY
from gradient_horizon.claims.settings import ADDING_32, GATE_RECALL, RECALL_32, RECALL_64
from gradient_horizon.claims.verdict import Verdict

REGULARISER = registries.load(registries.CLAIMS, "claim", "regulariser-lengthens-memory")
HIDES = registries.load(registries.CLAIMS, "claim", "filter-hides")
GATES = registries.load(registries.CLAIMS, "claim", "gates-cure-vanishing")
(COMPARED,) = main("lstm", Length(LSTM) / Length(TANH), LONGER, RECALL_32)
(COST,) = main("cost", Solved(CHRONO_LSTM) - Solved(LSTM), MORE, RECALL_32, works=(CHRONO_LSTM,))


def said(test, rows):
    return silence(test, Place(tables_of(rows), test.setting))


def memories(first, second):
    """The rows of two arms that remember so many steps; all of their pilots work."""
    return [
        *rows_with(T50(LSTM), RECALL_32, full(10, float(first))),
        *rows_with(T50(TANH), RECALL_32, full(10, float(second))),
    ]


@pytest.mark.parametrize(
    ("of_first", "of_second", "wanted"),
    [
        (5, 5, Silence.NONE),
        (5, 0, Silence.NONE),  # one of those compared is enough
        (0, 5, Silence.NONE),
        (4, 0, Silence.NONE),  # 80 %
        (3, 3, Silence.NOTHING_WORKS),
        (0, 0, Silence.NOTHING_WORKS),
    ],
)
def test_one_of_the_compared_arms_has_to_work_on_four_of_five_pilots(of_first, of_second, wanted):
    rows = [*memories(50, 20), *pilots(RECALL_32, LSTM, of_first), *pilots(RECALL_32, TANH, of_second)]
    assert said(COMPARED, rows) is wanted


def test_where_an_arm_is_named_only_that_one_can_show_that_the_setting_says_something():
    shares = rows_with(COST.evidence, RECALL_32, full(10, 0.2))
    assert said(COST, [*shares, *pilots(RECALL_32, CHRONO_LSTM, 5), *pilots(RECALL_32, LSTM, 0)]) is Silence.NONE
    assert said(COST, [*shares, *pilots(RECALL_32, CHRONO_LSTM, 3), *pilots(RECALL_32, LSTM, 5)]) == "nothing works"
    assert said(COST, [*shares, *pilots(RECALL_32, LSTM, 5)]) is Silence.NO_PILOTS


def test_pilots_that_were_not_trained_leave_a_setting_silent_and_so_do_runs_that_are_missing():
    assert said(COMPARED, memories(50, 20)) is Silence.NO_PILOTS
    _, (result,) = replace(GATES, tests=(COMPARED,)).judge(tables_of(pilots(RECALL_32, LSTM)))
    assert (result.silence, result.outcome) == (Silence.NO_RUNS, "unclear")


def test_where_no_network_solves_the_task_measures_of_solved_ones_say_so_and_not_that_runs_are_missing():
    trained = rows_with(Solved(CHRONO_LSTM), GATE_RECALL, full(10, 0.0))
    asked = next(test for test in HIDES.tests if test.id == "answer-hidden-in-the-gap")
    for rows, wanted in ((trained, Silence.NOBODY_SOLVED_IT), ([], Silence.NO_RUNS)):
        _, (result,) = replace(HIDES, tests=(asked,)).judge(tables_of(rows))
        assert (result.silence, result.outcome) == (wanted, "unclear")


def test_networks_of_which_none_was_measured_half_way_are_not_runs_that_are_missing():
    asked = next(test for test in REGULARISER.tests if test.id == "decay-factor")
    rows = [*success(RECALL_32, CONSTANT_FLOW_TANH, {80: 10}), *success(RECALL_32, TANH, {80: 0})]
    _, (result,) = replace(REGULARISER, tests=(asked,)).judge(tables_of(rows))
    assert result.silence is Silence.TOO_FEW_MEASURED


def test_pilots_count_at_the_shortest_length_and_at_their_chosen_rate_alone():
    shortest = pilots(RECALL_32, LSTM, 5)
    longer = [(name, row | {"length": 80, "status": "unsolved"}) for name, row in shortest]
    other_rate = [(name, row | {"learning_rate": 0.5, "chosen": False, "status": "unsolved"}) for name, row in shortest]
    assert said(COMPARED, [*memories(50, 20), *shortest, *longer, *other_rate]) is Silence.NONE


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (1000, 1000, Silence.CEILING),
        (1, 1, Silence.FLOOR),
        (1000, 20, Silence.NONE),
        (1, 20, Silence.NONE),
        (1, 1000, Silence.NONE),
    ],
)
def test_memories_that_all_lie_beyond_the_lengths_tried_on_one_side_are_at_the_floor_or_ceiling(first, second, wanted):
    assert said(COMPARED, [*memories(first, second), *pilots(RECALL_32, LSTM)]) is wanted


@pytest.mark.parametrize(("accuracy", "wanted"), [(0.995, Silence.CEILING), (0.98, Silence.NONE)])
def test_accuracies_are_at_the_ceiling_where_both_answer_all_but_everything_right(accuracy, wanted):
    (test,) = main("accuracy", Accuracy(LSTM) - Accuracy(TANH), SIMILAR_ACCURACY, RECALL_32)
    rows = [row for arm in (LSTM, TANH) for row in rows_with(Accuracy(arm), RECALL_32, full(10, accuracy))]
    assert said(test, [*rows, *pilots(RECALL_32, LSTM)]) is wanted


def longer_gates(arm, setting):
    return 19 if arm.cell == "tanh" else 76


@pytest.mark.slow
def test_a_silent_setting_counts_neither_in_the_verdict_nor_in_the_pooled_effect():
    def turned_in_adding(arm, setting):
        return 95 - longer_gates(arm, setting) if setting == ADDING_32 else longer_gates(arm, setting)

    def without_adding(arm, setting):
        return None if setting == ADDING_32 else longer_gates(arm, setting)

    def pilots_outside_adding(setting):
        return 3 if setting == ADDING_32 else 5

    assert GATES.judge(memory_tables(GATES, turned_in_adding))[0] is Verdict.DEPENDS
    verdict, results = GATES.judge(memory_tables(GATES, turned_in_adding, solved_pilots=pilots_outside_adding))
    alone, of_alone = GATES.judge(memory_tables(GATES, without_adding))
    assert verdict is alone is Verdict.SUPPORTED
    pooled, of_two = (
        {result.test.id: result.finding for result in each if result.test.kind == "pooled"}
        for each in (results, of_alone)
    )
    assert pooled == of_two
    silences = {result.test.setting: result.silence for result in results if result.test.id == "lstm"}
    assert silences == {RECALL_32: "", ADDING_32: "nothing works", RECALL_64: "", "": ""}
    assert {result.outcome for result in results if result.test.setting == ADDING_32} == {"unclear"}


def test_judged_networks_never_change_whether_the_compared_arms_work_nor_pilots_an_estimate():
    shares = rows_with(COST.evidence, RECALL_32, full(10, 0.2))
    estimates = []
    for solved in range(6):
        own = pilots(RECALL_32, CHRONO_LSTM, solved)
        silences = set()
        for share in (-0.9, 0.0, 0.9):
            silences.add(said(COST, [*rows_with(COST.evidence, RECALL_32, full(10, share)), *own]))
        assert silences == {Silence.NONE if solved >= 4 else Silence.NOTHING_WORKS}
        estimates.append(COST.evidence.find(Place(tables_of([*shares, *own]), RECALL_32)))
    assert len(set(estimates)) == 1


def test_lengths_that_no_seed_solves_do_not_silence_a_setting_whose_pilots_work():
    rows = [
        *success(RECALL_32, LSTM, {5: 10, 10: 0, 20: 0}),
        *success(RECALL_32, TANH, {5: 0, 10: 0, 20: 0}),
        *pilots(RECALL_32, LSTM),
    ]
    assert said(COMPARED, rows) is Silence.NONE
