"""Rows that give a piece of evidence the values that a test asks for: one maker for each class of evidence."""

from functools import singledispatch

import numpy as np

from gradient_horizon.claims.evidence.compared import (
    AccuracyDifference,
    LargestGradientRatio,
    LeftByIntervention,
    OfNetworks,
    PerStep,
)
from gradient_horizon.claims.evidence.exact import (
    DifferenceFromTorch,
    LargestContributionBeyond,
    LargestFilterError,
    PowersHold,
    SizeRatio,
)
from gradient_horizon.claims.evidence.longer import LeftBeyond, StillSolved
from gradient_horizon.claims.evidence.memory import LengthRatio, OfLengths, Pairs, PairsRatio, T50Over
from gradient_horizon.claims.evidence.orders import HorizonOrder, MemoryOrder
from gradient_horizon.claims.evidence.per_seed import (
    DistanceToOne,
    GateMeasure,
    Measure,
    SeedDifference,
    SeedMultiple,
    SeedRatio,
)
from gradient_horizon.claims.evidence.shares import AboveBaseline, Diverged, Jumping, Share, ShareDifference, Solved

SEEDS, NETWORKS, MATRICES = 10, 80, 100
LENGTHS = sorted({round(2 ** (half / 2)) for half in range(2, 19)})
NUMBERS_OF_PAIRS = (1, 2, 3, 4, 6, 8, 11, 16)
LENGTH = 20
BASELINE = {"task": "recall", "length": LENGTH, "rank": 0, "baseline": "chance", "loss": 2.0, "accuracy": 0.125}
TRUE_AND_FALSE = {
    Solved: ({"status": "solved"}, {"status": "unsolved"}),
    Diverged: ({"status": "diverged"}, {"status": "unsolved"}),
    Jumping: ({"update_ratio_max": 10.0}, {"update_ratio_max": 0.02}),
    AboveBaseline: ({"loss": 5.0}, {"loss": 1.0}),
}
"""What makes the share of a class count a network, and what does not."""


def group(setting, arm):
    """The columns that name an arm in a setting."""
    return {"experiment": arm.setting or setting, "task": "recall", "cell": arm.cell, "remedy": arm.remedy}


def network(setting, arm, seed, **columns):
    """A judged network at its chosen learning rate."""
    own = {"length": LENGTH, "seed": seed, "learning_rate": 0.01, "judged": True, "chosen": True, "status": "unsolved"}
    return "networks", group(setting, arm) | own | {"update_ratio_median": 0.01} | columns


def pilots(setting, arm, solved=5, n=5):
    """Pilot networks of the shortest length, of which so many solve it."""
    return [
        network(setting, arm, 1000 + seed, length=min(LENGTHS), judged=False, status=status)
        for seed, status in enumerate(["solved"] * solved + ["unsolved"] * (n - solved))
    ]


def success(setting, arm, solved, n=SEEDS):
    """Networks of n seeds, of which so many solve each length: the first ones."""
    return [
        network(setting, arm, seed, length=length, status="solved" if seed < count else "unsolved")
        for length, count in solved.items()
        for seed in range(n)
    ]


@singledispatch
def rows_with(evidence, setting, values):
    """Rows that give a piece of evidence these values, one for each seed; for shares, their mean is the share."""
    raise NotImplementedError(f"no rows are made for {type(evidence).__name__}")


@rows_with.register
def _(evidence: Measure, setting, values):
    own = group(setting, evidence.arm) | {"length": evidence.length or 200, "moment": evidence.moment, "solved": True}
    return [(evidence.table, own | {"seed": seed, evidence.column: float(v)}) for seed, v in enumerate(values)]


@rows_with.register(SeedRatio)
def _(evidence, setting, values):
    return [*rows_with(evidence.first, setting, 0.5 * values), *rows_with(evidence.second, setting, 0 * values + 0.5)]


@rows_with.register
def _(evidence: SeedDifference, setting, values):
    return [*rows_with(evidence.first, setting, 0.5 + values), *rows_with(evidence.second, setting, 0 * values + 0.5)]


@rows_with.register
def _(evidence: SeedMultiple, setting, values):
    return rows_with(evidence.first, setting, evidence.predicted * values)


@rows_with.register
def _(evidence: DistanceToOne, setting, values):
    return rows_with(evidence.of, setting, 1 - values)


@rows_with.register
def _(evidence: PerStep, setting, values):
    return rows_with(evidence.of, setting, (evidence.predicted * values) ** evidence.steps)


@rows_with.register
def _(evidence: LeftByIntervention, setting, values):
    chance = BASELINE["accuracy"]
    rows = rows_with(GateMeasure(evidence.column, evidence.arm, "final"), setting, chance + values * (1 - chance))
    return [*((name, row | {"accuracy": 1.0}) for name, row in rows), ("baselines", BASELINE)]


@rows_with.register
def _(evidence: OfNetworks, setting, values):
    return [network(setting, evidence.arm, seed, **{evidence.column: float(v)}) for seed, v in enumerate(values)]


@rows_with.register
def _(evidence: LargestGradientRatio, setting, values):
    return [*rows_with(evidence.first, setting, values), *rows_with(evidence.second, setting, 0 * values + 1)]


@rows_with.register
def _(evidence: AccuracyDifference, setting, values):
    return [*rows_with(evidence.first, setting, 0.5 + values), *rows_with(evidence.second, setting, 0 * values + 0.5)]


@rows_with.register
def _(evidence: HorizonOrder, setting, values):
    ranks = [[dose if v > 0 else 2 - dose for dose, _ in evidence.doses] for v in values]
    horizons = zip(*ranks, strict=True)
    responses = [Measure("gradient_horizon", arm) for _, arm in evidence.doses]
    return [
        row for each, own in zip(responses, horizons, strict=True) for row in rows_with(each, setting, np.array(own))
    ]


@rows_with.register
def _(evidence: MemoryOrder, setting, values):
    """A seed solves one more length with each dose, or one fewer."""
    last = len(evidence.doses) - 1
    return [
        network(setting, arm, seed, length=length, status="solved" if solved else "unsolved")
        for place, (_, arm) in enumerate(evidence.doses)
        for seed, value in enumerate(values)
        for rung, length in enumerate(LENGTHS[: last + 2])
        for solved in [rung <= (place if value > 0 else last - place)]
    ]


@rows_with.register
def _(evidence: OfLengths, setting, values):
    return [
        network(setting, evidence.arm, seed, length=length, status="solved" if value >= length else "unsolved")
        for seed, value in enumerate(values)
        for length in LENGTHS
    ]


@rows_with.register
def _(evidence: Pairs, setting, values):
    return [
        network(setting, evidence.arm, seed, length=pairs + 1, status="solved" if value >= pairs else "unsolved")
        for seed, value in enumerate(values)
        for pairs in NUMBERS_OF_PAIRS
    ]


@rows_with.register
def _(evidence: PairsRatio, setting, values):
    return [*rows_with(evidence.first, setting, 4 * values), *rows_with(evidence.second, setting, 0 * values + 4)]


def longer(setting, arm, seed, factor, **columns):
    """A network that solved its task, on sequences of so many times the length."""
    own = {"length": LENGTH, "seed": seed, "solved": True, "factor": factor, "tested_length": factor * LENGTH}
    return "extrapolation", group(setting, arm) | own | columns


@rows_with.register
def _(evidence: StillSolved, setting, values):
    count = round(NETWORKS * np.mean(values))
    rows = [
        longer(setting, evidence.arm, seed, factor, solved_there=factor == 1 or seed < count)
        for seed in range(NETWORKS)
        for factor in (1, evidence.factor)
    ]
    shorter = {"length": LENGTH // 2, "solved_there": False}
    return [*rows, *((name, row | shorter) for name, row in rows)]


@rows_with.register
def _(evidence: LeftBeyond, setting, values):
    chance = BASELINE["accuracy"]
    rows = [
        longer(setting, evidence.arm, seed, factor, accuracy=chance + (1 - chance) * (value if factor > 1 else 1.0))
        for seed, value in enumerate(values)
        for factor in (1, evidence.factor)
    ]
    return [*rows, ("baselines", BASELINE)]


@rows_with.register
def _(evidence: LengthRatio, setting, values):
    return [*rows_with(evidence.first, setting, 30 * values), *rows_with(evidence.second, setting, 0 * values + 30)]


@rows_with.register
def _(evidence: T50Over, setting, values):
    return rows_with(evidence.first, setting, evidence.predicted * values)


@rows_with.register
def _(evidence: Share, setting, values):
    true, false = TRUE_AND_FALSE[type(evidence)]
    count = round(NETWORKS * np.mean(values))
    rows = [network(setting, evidence.arm, seed, **(true if seed < count else false)) for seed in range(NETWORKS)]
    return [*rows, ("baselines", BASELINE)] if isinstance(evidence, AboveBaseline) else rows


@rows_with.register
def _(evidence: ShareDifference, setting, values):
    half = np.mean(values) / 2
    return [*rows_with(evidence.first, setting, [0.5 + half]), *rows_with(evidence.second, setting, [0.5 - half])]


@rows_with.register
def _(evidence: PowersHold, setting, values):
    count = round(MATRICES * np.mean(values))
    return [
        ("powers", {"kind": evidence.matrices, "matrix": number, "error": 1e-12 if number < count else 1.0})
        for number in range(MATRICES)
    ]


@rows_with.register
def _(evidence: DifferenceFromTorch, setting, values):
    own = {"precision": evidence.precision, "cell": "gru"}
    return [("equality", own | {"network": n, "states": v, "gradients": v / 2}) for n, v in enumerate(values)]


@rows_with.register
def _(evidence: SizeRatio, setting, values):
    sizes = (round(400 * values[0]), 400)
    own = {"length": LENGTH, "hidden_size": 32, "judged_seeds": SEEDS}
    return [
        ("runs", group(setting, arm) | own | {evidence.column: size, "run": arm.cell})
        for arm, size in zip(evidence.arms, sizes, strict=True)
    ]


@rows_with.register
def _(evidence: LargestFilterError, setting, values):
    return rows_with(GateMeasure("filter_error", evidence.arm, "final"), setting, values)


@rows_with.register
def _(evidence: LargestContributionBeyond, setting, values):
    own = group(setting, evidence.arm) | {"length": LENGTH, "seed": 0, "moment": "initial"}
    return [("gradients", own | {"beyond_window": float(values[0])})]
