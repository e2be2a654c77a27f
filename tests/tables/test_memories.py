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
