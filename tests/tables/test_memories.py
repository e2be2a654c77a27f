import numpy as np
import pandas as pd
import pytest
from hand_made_tables import frame, spread
from scipy import stats

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.memories import NAMES, agreement_rows, memory_rows

VALUES = {"a": (10.0, 3.0), "b": (20.0, 9.0), "c": (40.0, 5.0), "d": (80.0, 20.0), "e": (60.0, 12.0)}


def tables(lengths=(5, 10, 20), task="recall"):
    """Five cells: T50, and the gradient horizon before training (at the longest length; half of it at the others)."""
    gradients, horizons = [], []
    for cell, (t50, horizon) in VALUES.items():
        group = {"experiment": "memory", "task": task, "cell": cell, "remedy": "none"}
        horizons.append(group | {"policy": "chosen", "n": 15} | spread("memory_horizon", t50, t50 / 2, t50 * 2))
        for length in lengths:
            for seed in range(3):
                value = (horizon if length == max(lengths) else horizon / 2) + seed - 1
                gradients.append(
                    group | {"length": length, "seed": seed, "moment": "initial", "gradient_horizon": value}
                )
    return {"gradients": frame("gradients", gradients), "horizons": frame("horizons", horizons)}


def memory_table(**given):
    return TABLES["memories"].frame(memory_rows(tables(**given)))


def test_a_row_has_the_means_over_seeds_at_the_longest_length():
    rows = memory_table().set_index("cell")
    for cell, (t50, horizon) in VALUES.items():
        assert rows.loc[cell, "memory_horizon"] == Censored.exactly(t50)
        assert rows.loc[cell, "gradient_horizon_initial"].known == pytest.approx(horizon)
        assert rows.loc[cell, "length"] == 20
        assert rows.loc[cell, "n"] == 3
    assert rows["memory_capacity"].isna().all()


def trained(solvers, capacity=lambda length, seed: 0.0, cell="a"):
    """Three networks after training, and whether each solved its length."""
    group = {"experiment": "memory", "task": "recall", "cell": cell, "remedy": "none", "moment": "final"}
    return [
        group
        | {"length": length, "seed": seed, "solved": seed in solved, "memory_capacity": capacity(length, seed)}
        | {"gradient_horizon": Censored.at_least(length - 1) if seed in solved else Censored.exactly(1)}
        for length, solved in solvers.items()
        for seed in range(3)
    ]


def with_trained(rows):
    given = tables()
    return given | {"gradients": pd.concat([given["gradients"], frame("gradients", rows)], ignore_index=True)}


def test_measures_after_training_are_of_networks_that_solved_the_longest_length_that_most_cells_can():
    def capacity(length, seed):
        return length + seed if seed < 2 else 1000.0

    solvers = {
        "a": {5: {0, 1, 2}, 10: {0, 1}, 20: {0, 1, 2}},
        "b": {5: {0, 1, 2}, 10: {0, 1, 2}, 20: {0}},
        "c": {5: {0, 1}, 10: {0, 1}, 20: {0, 2}},
        "d": {5: {0, 1}, 10: {0, 1}, 20: set()},  # at 20 three of five have two solvers, at 10 four of five
        "e": {5: {0, 1}, 10: {1}, 20: {0, 1}},
    }
    made = with_trained([row for cell, lengths in solvers.items() for row in trained(lengths, capacity, cell)])
    rows = TABLES["memories"].frame(memory_rows(made)).set_index("cell")
    assert set(rows["trained_length"]) == {10}
    assert rows["solved"].to_dict() == {"a": 2, "b": 3, "c": 2, "d": 2, "e": 1}
    assert rows["memory_capacity"].iloc[:4].tolist() == pytest.approx([10.5, (10 + 11 + 1000) / 3, 10.5, 10.5])
    assert rows["gradient_horizon_trained"].tolist() == [*[Censored.at_least(9)] * 4, None]
    assert np.isnan(rows.loc["e", "memory_capacity"])
    assert rows["gradient_horizon_initial"].tolist() == [Censored.exactly(horizon) for _, horizon in VALUES.values()]
    assert set(rows["length"]) == {20}
    assert set(rows["n"]) == {3}


def test_where_most_cells_solve_no_length_there_are_no_measures_after_training():
    made = with_trained([row for cell in "abc" for row in trained({5: {0, 1, 2}, 10: {0}, 20: {0}}, cell=cell)])
    rows = TABLES["memories"].frame(memory_rows(made))
    assert set(rows["trained_length"]) == {0}
    assert set(rows["solved"]) == {0}
    assert rows["memory_capacity"].isna().all()


def test_measures_after_training_agree_over_networks_of_one_length_alone():
    capacities = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 5.0, "e": 4.0}
    made = with_trained(
        [
            row
            for cell, value in capacities.items()
            for row in trained({10: {0, 1}, 20: {0}}, lambda _, seed, value=value: value + 100 * (seed > 1), cell)
        ]
    )
    memories = TABLES["memories"].frame(memory_rows(made))
    elsewhere = memories.assign(remedy="wide", memory_capacity=[5.0, 4.0, 3.0, 2.0, 1.0]).iloc[:4]
    elsewhere["trained_length"] = elsewhere["trained_length"] * 0 + 5
    both = {"memories": pd.concat([memories, elsewhere], ignore_index=True)}
    rows = {(row["first"], row["second"]): row for row in agreement_rows(both)}
    row = rows["memory_capacity", "memory_horizon"]
    assert (row["length"], row["trained_length"], row["n"], row["other_lengths"]) == (20, 10, 5, 4)
    t50 = [t50 for t50, _ in VALUES.values()]
    assert row["correlation"] == pytest.approx(stats.spearmanr(list(capacities.values()), t50).statistic)
    untrained = rows["gradient_horizon_initial", "memory_horizon"]
    assert (untrained["trained_length"], untrained["n"], untrained["other_lengths"]) == (0, 9, 0)
    limits = rows["gradient_horizon_trained", "memory_horizon"]
    assert (limits["n"], limits["limits"], limits["other_lengths"]) == (0, 5, 4)


def test_other_tasks_and_runs_of_fewer_than_three_lengths_are_no_memories():
    assert memory_table(task="adding").empty
    assert memory_table(lengths=(5, 50)).empty


def test_agreement_is_scipy_s_rank_correlation_and_names_who_is_farthest_apart():
    rows = {(row["first"], row["second"]): row for row in agreement_rows({"memories": memory_table()})}
    row = rows["gradient_horizon_initial", "memory_horizon"]
    t50, horizon = np.array(list(VALUES.values())).T
    assert row["correlation"] == pytest.approx(stats.spearmanr(horizon, t50).statistic)
    assert row["n"] == 5
    assert row["correlation_low"] < row["correlation"] < row["correlation_high"]
    assert (row["apart_experiment"], row["apart_remedy"]) == ("memory", "none")
    assert row["apart_cell"] in {"b", "c"}
    assert {row["apart_first"], row["apart_second"]} <= {9.0, 20.0, 5.0, 40.0}


def test_networks_of_another_longest_length_and_values_known_by_a_limit_do_not_mix_in():
    memories = memory_table()
    elsewhere = memories.assign(
        remedy="wide",
        length=pd.array([80] * 5, dtype="Int64"),
        memory_horizon=[Censored.exactly(value) for value in (1.0, 2.0, 3.0, 4.0, 5.0)],
    )
    beyond = memories.iloc[:1].assign(remedy="chrono", gradient_horizon_initial=[Censored.at_least(19)])
    both = {"memories": pd.concat([memories, elsewhere.iloc[:4], beyond], ignore_index=True)}
    alone = agreement_rows({"memories": memories})
    for row, expected in zip(agreement_rows(both), alone, strict=True):
        pair = (row["first"], row["second"])
        assert row["length"] == expected["length"] == 20
        assert row["correlation"] == pytest.approx(expected["correlation"], nan_ok=True)
        is_measured = pair == ("gradient_horizon_initial", "memory_horizon")
        left_out = (row["n"], row["limits"], row["other_lengths"])
        assert left_out == ((5, 1, 4) if is_measured else (0, 0, 0))
    longer = {"memories": pd.concat([memories, elsewhere], ignore_index=True)}
    assert {row["length"] for row in agreement_rows(longer)} == {80}  # as frequent, and longer


def test_every_two_definitions_are_compared_and_those_without_values_have_no_correlation():
    rows = list(agreement_rows({"memories": memory_table()}))
    assert len(rows) == len(NAMES) * (len(NAMES) - 1) / 2
    empty = [row for row in rows if "memory_capacity" in (row["first"], row["second"])]
    assert all(row["n"] == 0 and np.isnan(row["correlation"]) and row["apart_cell"] == "" for row in empty)
