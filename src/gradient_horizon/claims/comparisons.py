"""Tests that several claims ask: a remedy against the same cell without it."""

from typing import Literal

from gradient_horizon.claims.base import Finding, Region, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    Runs,
    at_moment,
    memory_horizon_ratio,
    seed_geometric_mean,
    success_share,
)
from gradient_horizon.tables.catalogue import Tables

LONGER = Region(low=1)
HALF_WAY = Region(high=0.5)

Kind = Literal["main", "boundary"]


def longer(test_id: str, kind: Kind, runs: Runs, other: Runs, *, question: str, if_pass: str, if_fail: str) -> Test:
    """Whether the first remember longer than the second."""
    return Test(
        id=test_id,
        kind=kind,
        question=question,
        table="horizons",
        rows=f"{runs}; against {other}; policy chosen",
        statistic="ratio of the memory horizons T50 (profile likelihood, MOVER)",
        unit="-",
        region=LONGER,
        why="Above 1 the remedy lengthens memory; the whole interval has to be above.",
        measure=lambda tables: memory_horizon_ratio(tables, runs, other),
        if_pass=if_pass,
        if_fail=if_fail,
    )


def nearer_to_one(
    test_id: str, kind: Kind, runs: Runs, other: Runs, *, moment: str, question: str, if_pass: str, if_fail: str
) -> Test:
    """Whether the decay factor of the first is at most half as far from 1 as that of the second, seed by seed."""

    def measure(tables: Tables) -> Finding:
        near, far = (1 - at_moment(tables, of, "decay_factor", moment=moment) for of in (runs, other))
        ratios = (near.abs() / far.abs()).dropna()
        return seed_geometric_mean(ratios) if len(ratios) else NOTHING

    return Test(
        id=test_id,
        kind=kind,
        question=question,
        table="gradients",
        rows=f"{runs}; against {other}; moment {moment}, longest length",
        statistic="geometric mean over seeds of |1 - decay_factor|, the first over the second (Student on logarithms)",
        unit="-",
        region=HALF_WAY,
        why="Half way to 1 doubles the gradient horizon; less could hardly be called a cure.",
        measure=measure,
        if_pass=if_pass,
        if_fail=if_fail,
    )


def share_of_networks(
    test_id: str,
    kind: Kind,
    runs: Runs,
    *,
    column: str,
    region: Region,
    question: str,
    why: str,
    if_pass: str,
    if_fail: str,
) -> Test:
    """A share of judged networks at the chosen learning rate, at the longest length."""
    return Test(
        id=test_id,
        kind=kind,
        question=question,
        table="success",
        rows=f"{runs}, policy chosen",
        statistic=f"{column} (Wilson)",
        unit="share",
        region=region,
        why=why,
        measure=lambda tables: success_share(tables, runs, column),
        if_pass=if_pass,
        if_fail=if_fail,
    )
