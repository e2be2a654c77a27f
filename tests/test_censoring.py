"""What is known by a limit only is never judged, averaged or correlated as if it were known."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_rows import rows_with
from hand_made_tables import frame, tables_of
from judged import judged
from report_study import PROSE

from gradient_horizon import registries
from gradient_horizon.figures.groups import by_memory
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.reporting.grid import estimate_cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored, Side, censored_mean, mean_of_censored
from gradient_horizon.statistics.correlation import rank_correlation_up_to_limit
from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.means import geometric_mean, mean
from gradient_horizon.statistics.shares import shares
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.memories import agreement_rows, memory_rows

PACKAGE = Path(__file__).parents[1] / "src" / "gradient_horizon"
HORIZON = Censored.at_least(79)


@pytest.mark.parametrize(
    "use",
    [
        float,
        lambda value: value + 1,
        lambda value: value < 80,
        lambda value: max(value, Censored.exactly(80)),
        lambda value: np.isfinite(value),
        lambda value: np.mean([value, value]),
        lambda value: f"{value:.3g}",
        lambda value: pd.Series([value, value], dtype=object).mean(),
        lambda value: pd.Series([value, value], dtype=object).rank(),
        lambda value: pd.Series([value, Censored.exactly(80)], dtype=object).sort_values(),
        lambda value: pd.Series([value], dtype=object).astype(float),
        lambda value: value.value,
    ],
)
def test_a_limit_cannot_be_used_as_a_number(use):
    with pytest.raises((TypeError, AttributeError)):
        use(HORIZON)


def test_its_number_and_its_side_are_read_together_and_in_no_other_module():
    assert HORIZON.parts == (79.0, Side.RIGHT)
    for file in PACKAGE.rglob("*.py"):
        if file.name != "censored.py":
            assert not re.search(r"\._(number|side)\b", file.read_text()), file


def test_every_column_of_a_length_that_the_sequence_limits_is_censored():
    named = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if column.unit == "steps"
        and re.search("horizon|context", column.name)
        and not column.name.endswith(("low", "high"))
    }
    censored = {(t.name, column.name) for t in TABLES.values() for column in t.columns if column.kind == "censored"}
    assert named == censored
    assert len(censored) == 15


def test_files_hold_the_number_and_its_side_and_give_both_back(tmp_path):
    rows = [
        {"cell": c, "policy": "chosen", "memory_horizon": h} for c, h in (("a", HORIZON), ("b", Censored.at_most(5)))
    ]
    table = TABLES["horizons"]
    made = frame("horizons", [*rows, {"cell": "c", "memory_horizon": 12.5}, {"cell": "d"}])
    table.save(made, tmp_path)
    assert table.load(tmp_path)["memory_horizon"].tolist() == [
        HORIZON,
        Censored.at_most(5),
        Censored.exactly(12.5),
        None,
    ]
    csv = pd.read_csv(tmp_path / "horizons.csv", keep_default_na=False)
    assert csv["memory_horizon"].tolist() == ["79", "5", "12.5", ""]
    assert csv["memory_horizon_censored"].tolist() == ["right", "left", "no", ""]


def test_a_plain_number_in_a_column_of_censored_values_is_refused():
    row = {"experiment": "a", "task": "b", "cell": "c", "remedy": "d", "policy": "e", "memory_horizon": 12.5}
    with pytest.raises(ValueError, match=r"horizons\.memory_horizon must hold Censored values"):
        TABLES["horizons"].frame([row])


@pytest.mark.parametrize("average", [mean, geometric_mean])
def test_a_mean_is_open_on_the_side_of_its_limits_and_valid_on_the_other(average):
    numbers = [4.0, 5.0, 6.0]
    exact = average(numbers)
    assert mean_of_censored(map(Censored.exactly, numbers), average) == exact
    right = mean_of_censored([Censored.exactly(4), Censored.exactly(5), Censored.at_least(6)], average)
    assert right == (exact.estimate, exact.low, math.inf)
    left = mean_of_censored([Censored.at_most(4), Censored.exactly(5), Censored.exactly(6)], average)
    assert left == (exact.estimate, 0, exact.high)


def test_a_mean_of_limits_is_a_limit():
    assert censored_mean([Censored.exactly(4), Censored.exactly(6)]) == Censored.exactly(5)
    assert censored_mean([Censored.exactly(4), Censored.at_least(6)]) == Censored.at_least(5)
    assert censored_mean([Censored.at_most(4), Censored.at_least(6)]) is None
    assert censored_mean([]) is None


def test_ranks_count_responses_beyond_the_one_limit_as_equal():
    doses = [1, 2, 3, 4, 5]
    exact = [Censored.exactly(value) for value in (1, 2, 3, 9, 9)]
    cut = [*exact[:3], Censored.at_least(9), Censored.at_least(9)]
    found = rank_correlation_up_to_limit(doses, cut)
    assert found == rank_correlation_up_to_limit(doses, exact)
    assert found.estimate == pytest.approx(0.9747, abs=1e-4)
    for unusable in (
        [*cut[:4], Censored.at_least(8)],
        [*cut[:4], Censored.exactly(10)],
        [*cut[:4], Censored.at_most(1)],
    ):
        assert math.isnan(rank_correlation_up_to_limit(doses, unusable).estimate)


def test_a_memory_known_by_a_limit_is_told_as_one_and_left_out_of_correlations():
    rows, horizons = [], []
    for place, cell in enumerate("abcdef"):
        group = {"experiment": "memory", "task": "recall", "cell": cell, "remedy": "none"}
        horizons.append(group | {"policy": "chosen", "n": 3, "memory_horizon": 10.0 + place})
        for length in (5, 10, 20):
            for seed in range(3):
                horizon = Censored.at_least(19) if cell in "ef" and seed == 0 else Censored.exactly(5 + place)
                rows.append(group | {"length": length, "seed": seed, "moment": "initial", "gradient_horizon": horizon})
    made = {"gradients": frame("gradients", rows), "horizons": frame("horizons", horizons)}
    found = TABLES["memories"].frame(memory_rows(made))
    told = dict(zip(found["cell"], found["gradient_horizon_initial"], strict=True))
    assert told["a"] == Censored.exactly(5)
    assert told["f"] == Censored.at_least((19 + 10 + 10) / 3)
    pairs = {(row["first"], row["second"]): row for row in agreement_rows({"memories": found})}
    row = pairs["gradient_horizon_initial", "memory_horizon"]
    assert (row["n"], row["limits"]) == (4, 2)


def test_a_limit_is_written_with_its_sign_and_stands_beyond_the_equal_value():
    for language in ("en", "pl"):
        assert Numbers(language).censored(HORIZON) == "≥\u00a079"
        assert Numbers(language).censored(Censored.at_most(5)) == "≤\u00a05"
        assert Numbers(language).censored(Censored.exactly(5)) == "5"
        assert Numbers(language).censored(None) == "–"
    values = [Censored.at_least(80), Censored.exactly(80), Censored.at_most(5), Censored.exactly(5)]
    groups = pd.DataFrame({"memory_horizon": values, "memory_horizon_low": 1.0})
    assert by_memory(groups)["memory_horizon"].tolist() == [values[2], values[3], values[1], values[0]]


@pytest.mark.parametrize(
    "solved", [[4, 4, 4, 4, 3], [3, 3, 3, 3, 3], [1, 0, 0, 0, 0], [2, 1, 0, 0, 0], [5, 4, 2, 1, 0]]
)
def test_no_memory_horizon_is_estimated_outside_of_the_lengths_tried(solved):
    lengths = np.array([5, 10, 20, 40, 80])
    number, side = half_length(lengths, shares(np.array(solved), np.full(5, 5)), np.full(5, 5)).length.parts
    assert 5 <= number <= 80
    assert (number in (5, 80)) == (side is not Side.NONE)


def test_tables_and_cells_of_the_report_mark_an_effect_that_is_a_limit():
    claim = registries.load(registries.CLAIMS, "claim", "short-memory")
    test = next(test for test in claim.tests if test.id == "gradient-horizon")
    rows = rows_with(test.evidence, test.setting, np.full(10, 6.0))
    limits = [(name, row | {"gradient_horizon": Censored.at_least(6)}) for name, row in rows]
    verdicts, tests = judged([replace(claim, tests=(test,))], tables_of(limits))
    assert verdicts["effect_censored"].tolist() == ["right"]
    (row,) = tests.to_dict("records")
    assert (row["effect"], row["effect_low"], row["effect_high"]) == (6, 6, math.inf)
    for language, unit in (("en", "steps"), ("pl", "kroków")):
        wording = Wording(PROSE, language)
        assert estimate_cell(wording, row, "effect", "steps")["text"].startswith(f"≥\u00a06\u00a0{unit} [")
