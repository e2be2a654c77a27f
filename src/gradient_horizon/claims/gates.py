"""Section 4 of the lecture: what the LSTM's gates do, and what they learn to do."""

import pandas as pd

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.comparisons import difference_in_share
from gradient_horizon.claims.evidence import NOTHING, at_moment, seed_mean
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import (
    FORGET_GATE_LSTM,
    INPUT_GATE_LSTM,
    OUTPUT_GATE_LSTM,
    RESETTING_LSTM,
    SELECTIVE_GRU,
    SELECTIVE_LSTM,
    WITHOUT_FORGET_GATE,
    WITHOUT_INPUT_GATE,
    WITHOUT_OUTPUT_GATE,
    Runs,
)
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

COSTS = Region(low=0.05)
EQUAL = {"float64": Region(high=1e-10), "float32": Region(high=1e-6)}
TO_MACHINE_PRECISION = Region(high=1e-14)
MORE = Region(low=0.05)
LARGE_EFFECT, LARGE_FALL = Region(low=0.8), Region(high=-0.8)
DESTROYED, LEFT = Region(high=0.5), Region(low=0.5)


def _largest_difference(tables: Tables, precision: str) -> Finding:
    rows = tables["equality"]
    rows = rows[rows["precision"].eq(precision)]
    if rows.empty:
        return NOTHING
    largest = float(rows[["states", "gradients"]].to_numpy().max())
    return Finding(Interval(largest, largest, largest), len(rows))


def _as_torch(precision: str) -> Test:
    return Test(
        id=f"torch-{precision}",
        kind="main",
        table="equality",
        runs=(),
        where=(f"precision-{precision}",),
        unit="-",
        region=EQUAL[precision],
        measure=lambda tables: _largest_difference(tables, precision),
    )


def _gate(gate: str, runs: Runs) -> Test:
    """What holding a gate open costs."""
    return _costs(gate, "main", runs, runs._replace(cell=f"lstm-{gate}-open"))


def _costs(test_id: str, kind: Kind, runs: Runs, other: Runs) -> Test:
    return difference_in_share(test_id, kind, runs, other, column="solved_share", region=COSTS)


THREE_GATES = Claim(
    id="three-gates",
    section="gated cells",
    figure="gates",
    tests=(
        _gate("forget", FORGET_GATE_LSTM),
        _gate("input", INPUT_GATE_LSTM),
        _gate("output", OUTPUT_GATE_LSTM),
        _as_torch("float64"),
        _as_torch("float32"),
        _costs("forget-before-input", "boundary", WITHOUT_INPUT_GATE, WITHOUT_FORGET_GATE),
        _costs("input-before-output", "boundary", WITHOUT_OUTPUT_GATE, WITHOUT_INPUT_GATE),
    ),
)


def _filter_error(tables: Tables) -> Finding:
    errors = at_moment(tables, OUTPUT_GATE_LSTM, "filter_error", moment="final", table="gates")
    if errors.empty:
        return NOTHING
    return Finding(Interval(*[float(errors.max())] * 3), len(errors))


def _hidden_from_sight(tables: Tables) -> Finding:
    memory, hidden = (
        at_moment(tables, OUTPUT_GATE_LSTM, column, moment="final", table="gates")
        for column in ("decoded_memory", "decoded_hidden")
    )
    return seed_mean((memory - hidden).dropna())


FILTERED = Claim(
    id="hidden-is-filtered-cell",
    section="gated cells",
    figure="gates",
    tests=(
        Test(
            id="identity",
            kind="main",
            table="gates",
            runs=(OUTPUT_GATE_LSTM,),
            where=("moment-final",),
            unit="-",
            region=TO_MACHINE_PRECISION,
            measure=_filter_error,
        ),
        Test(
            id="hides",
            kind="main",
            table="gates",
            runs=(OUTPUT_GATE_LSTM,),
            where=("moment-final",),
            unit="share difference",
            region=MORE,
            measure=_hidden_from_sight,
        ),
    ),
)


def _gain(tables: Tables, runs: Runs, column: str) -> Finding:
    """How much training has changed a gate's opening at marked steps."""
    trained, untrained = (at_moment(tables, runs, column, moment=m, table="gates") for m in ("final", "initial"))
    return seed_mean((trained - untrained).dropna())


def _share_left(tables: Tables, runs: Runs, column: str) -> Finding:
    """What is left of the accuracy above chance once the gate takes its mean."""
    rows = tables["baselines"]
    task = runs.of(tables["gates"])["task"]
    if task.empty or not rows["task"].eq(task.iloc[0]).any():
        return NOTHING
    chance = float(rows.loc[rows["task"].eq(task.iloc[0]) & rows["rank"].eq(0), "accuracy"].iloc[0])
    intact, changed = (at_moment(tables, runs, name, moment="final", table="gates") for name in ("accuracy", column))
    above: pd.Series = intact - chance
    return seed_mean(((changed - chance) / above.where(above > 0)).dropna())


def _opening(test_id: str, runs: Runs, column: str, region: Region) -> Test:
    return Test(
        id=test_id,
        kind="main",
        table="gates",
        runs=(runs,),
        where=("moments-final-and-initial",),
        unit="standard deviations",
        region=region,
        measure=lambda tables: _gain(tables, runs, column),
    )


def _replaced(test_id: str, runs: Runs, column: str, region: Region, kind: Kind = "main") -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="gates",
        runs=(runs,),
        where=("moment-final",),
        beside="baselines",
        unit="share",
        region=region,
        measure=lambda tables: _share_left(tables, runs, column),
    )


INTELLIGENT = Claim(
    id="intelligent-forgetting",
    section="gated cells",
    figure="gate-activity",
    tests=(
        _opening("input-opens", SELECTIVE_LSTM, "writing_opening", LARGE_EFFECT),
        _opening("forget-closes", RESETTING_LSTM, "keeping_opening", LARGE_FALL),
        _replaced("input-at-marks", SELECTIVE_LSTM, "writing_mean_marked", DESTROYED),
        _replaced("input-elsewhere", SELECTIVE_LSTM, "writing_mean_unmarked", LEFT),
        _replaced("forget-at-resets", RESETTING_LSTM, "keeping_mean_marked", DESTROYED),
        _replaced("forget-elsewhere", RESETTING_LSTM, "keeping_mean_unmarked", LEFT),
        _replaced("gru-update-at-marks", SELECTIVE_GRU, "keeping_mean_marked", DESTROYED, "boundary"),
    ),
)
