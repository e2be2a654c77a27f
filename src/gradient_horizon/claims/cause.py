"""Section 1 of the lecture: powers of W as the cause."""

import numpy as np

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    at_moment,
    censored_average,
    ordered,
    ordered_up_to_limit,
    seed_geometric_mean,
    seed_mean,
)
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import FLOW_CHRONO_LSTM, GRU, LSTM, NON_NORMAL, TANH, Runs, of_radius
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.means import geometric_mean
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.statistics.shares import share
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

SMALL_ERROR = 1e-8
NEARLY_ALL = Region(low=0.95)
WITHIN_TWO_PER_CENT = Region(0.98, 1.02)
TENFOLD = Region(high=10)
SHRINKS = Region(high=1)
GROWS = Region(low=1)
STRAIGHT = Region(low=0.99)
EXPONENTIAL = Region(low=0)
CLEAR_ORDER = Region(low=0.5)
FACTOR_TWO = Region(0.5, 2)

RADII = ("0.3", "0.45", "0.6", "0.75", "0.9", "1.2", "1.6")
BELOW, ABOVE = ("0.5", "0.8", "0.9", "0.95"), ("1.05", "1.2", "1.5")
STRAIGHT_CELLS = ("linear", "tanh", "lstm", "gru")


def _powers(tables: Tables, kind: str) -> Finding:
    rows = tables["powers"]
    errors = rows.loc[rows["kind"].eq(kind), "error"]
    return Finding(share(int((errors <= SMALL_ERROR).sum()), len(errors)), len(errors)) if len(errors) else NOTHING


def _power_test(kind: Kind, matrices: str) -> Test:
    return Test(
        id=matrices,
        kind=kind,
        table="powers",
        runs=(),
        where=(f"kind-{matrices}",),
        unit="share",
        region=NEARLY_ALL,
        measure=lambda tables: _powers(tables, matrices),
    )


POWERS = Claim(
    id="eigen-power",
    section="cause",
    figure="radius",
    tests=(_power_test("main", "random"), _power_test("boundary", "defective")),
)


def _late_factor(tables: Tables, runs: Runs, radius: float) -> Finding:
    return seed_geometric_mean(at_moment(tables, runs, "late_factor", moment="initial") / radius)


def _follows_radius(radius: str) -> Test:
    runs = of_radius("powers", "linear", radius)
    return Test(
        id=f"linear-{radius}",
        kind="main",
        table="gradients",
        runs=(runs,),
        where=("moment-initial",),
        unit="-",
        region=WITHIN_TWO_PER_CENT,
        measure=lambda tables: _late_factor(tables, runs, float(radius)),
    )


def _bounded(radius: str, region: Region) -> Test:
    runs = of_radius("powers-bounded", "tanh", radius)
    return Test(
        id=f"tanh-{radius}",
        kind="boundary",
        table="gradients",
        runs=(runs,),
        where=("moment-initial",),
        unit="per step",
        region=region,
        measure=lambda tables: _late_factor(tables, runs, 1.0),
    )


VANISHES = Claim(
    id="below-one-vanishes",
    section="cause",
    figure="radius",
    tests=(
        *(_follows_radius(radius) for radius in BELOW),
        Test(
            id="non-normal",
            kind="boundary",
            table="gradients",
            runs=(NON_NORMAL,),
            where=("moment-initial",),
            unit="-",
            region=TENFOLD,
            measure=lambda tables: seed_geometric_mean(
                at_moment(tables, NON_NORMAL, "transient_growth", moment="initial")
            ),
        ),
        _bounded("0.9", SHRINKS),
    ),
)

EXPLODES = Claim(
    id="above-one-explodes",
    section="cause",
    figure="radius",
    tests=(
        *(_follows_radius(radius) for radius in ABOVE),
        *(_bounded(radius, GROWS) for radius in ("1.05", "1.5", "3")),
    ),
)


def _straight(test_id: str, kind: Kind, runs: Runs, moment: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="gradients",
        runs=(runs,),
        where=(f"moment-{moment}", "longest-length"),
        unit="-",
        region=STRAIGHT,
        measure=lambda tables: seed_mean(at_moment(tables, runs, "r_squared", moment=moment), Scale.UP_TO_ONE),
    )


def _beats_power_law(cell: str) -> Test:
    runs = Runs("flow", cell)
    return Test(
        id=f"{cell}-power-law",
        kind="main",
        table="gradients",
        runs=(runs,),
        where=("moment-initial",),
        unit="-",
        region=EXPONENTIAL,
        measure=lambda tables: seed_mean(at_moment(tables, runs, "aic_gain", moment="initial")),
    )


EXPONENTIAL_IN_LENGTH = Claim(
    id="exponential-in-length",
    section="cause",
    figure="profiles",
    tests=(
        *(_straight(cell, "main", Runs("flow", cell), "initial") for cell in STRAIGHT_CELLS),
        *(_beats_power_law(cell) for cell in STRAIGHT_CELLS),
        *(_straight(f"{runs.cell}-after-training", "boundary", runs, "final") for runs in (TANH, LSTM, GRU)),
        _straight("chrono", "boundary", FLOW_CHRONO_LSTM, "initial"),
    ),
)


def _radius_runs(radius: str) -> Runs:
    return of_radius("radius", "tanh", radius)


def _radius_and_horizon(tables: Tables) -> Finding:
    pairs = [
        (float(radius), value)
        for radius in RADII
        for value in at_moment(tables, _radius_runs(radius), "gradient_horizon", moment="initial")
    ]
    return ordered_up_to_limit(pairs)


def _longest_solved(tables: Tables, radius: str) -> list[float]:
    """For every judged seed the longest length that it solved, 0 for none."""
    rows = _radius_runs(radius).of(tables["networks"])
    rows = rows[rows["judged"] & rows["chosen"]]
    return list(rows["length"].where(rows["status"].eq("solved"), 0).groupby(rows["seed"]).max().astype(float))


def _radius_and_memory(tables: Tables) -> Finding:
    return ordered([(float(radius), value) for radius in RADII for value in _longest_solved(tables, radius)])


RADII_BELOW_ONE = tuple(radius for radius in RADII if float(radius) < 1)


def _memory_over_prediction(tables: Tables) -> Finding:
    """T50 over ln(0.01) / ln(radius), the lag at which the power of the radius is 1 %; radii below 1, each once."""
    ratios: list[Censored] = []
    for radius in RADII_BELOW_ONE:
        rows = _radius_runs(radius).of(tables["horizons"])
        rows = rows[rows["policy"].eq("chosen")]
        predicted = float(np.log(HORIZON_SHARE) / np.log(float(radius)))
        ratios += [horizon.times(1 / predicted) for horizon in rows["memory_horizon"]]
    return censored_average(ratios, geometric_mean)


RADIUS = Claim(
    id="radius-sets-memory",
    section="cause",
    figure="radius",
    tests=(
        Test(
            id="gradient-horizon",
            kind="main",
            table="gradients",
            runs=tuple(map(_radius_runs, RADII)),
            where=("moment-initial", "longest-length"),
            unit="-",
            region=CLEAR_ORDER,
            measure=_radius_and_horizon,
        ),
        Test(
            id="memory",
            kind="main",
            table="networks",
            runs=tuple(map(_radius_runs, RADII)),
            where=("judged-seeds-at-the-chosen-learning-rate",),
            unit="-",
            region=CLEAR_ORDER,
            measure=_radius_and_memory,
        ),
        Test(
            id="prediction",
            kind="boundary",
            table="horizons",
            runs=tuple(map(_radius_runs, RADII_BELOW_ONE)),
            where=("radii-below-1", "policy-chosen"),
            unit="-",
            region=FACTOR_TWO,
            measure=_memory_over_prediction,
        ),
    ),
)
