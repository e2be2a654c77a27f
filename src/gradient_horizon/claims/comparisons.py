"""Tests that several claims share."""

from gradient_horizon.claims.claim import Kind, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    at_moment,
    memory_horizon,
    memory_horizon_ratio,
    seed_geometric_mean,
    success_difference,
    success_share,
)
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import Runs
from gradient_horizon.tables.catalogue import Tables

LONGER = Region(low=1)
HALF_WAY = Region(high=0.5)


def horizon_within(test_id: str, kind: Kind, runs: Runs, region: Region, policy: str = "chosen") -> Test:
    """Whether the memory horizon lies in a region."""
    return Test(
        id=test_id,
        kind=kind,
        table="horizons",
        runs=(runs,),
        where=(f"policy-{policy}",),
        unit="steps",
        region=region,
        measure=lambda tables: memory_horizon(tables, runs, policy),
    )


def longer(test_id: str, kind: Kind, runs: Runs, other: Runs, region: Region = LONGER) -> Test:
    """Whether the first remember longer than the second, or as long."""
    return Test(
        id=test_id,
        kind=kind,
        table="horizons",
        runs=(runs, other),
        where=("policy-chosen",),
        unit="-",
        region=region,
        measure=lambda tables: memory_horizon_ratio(tables, runs, other),
    )


def nearer_to_one(test_id: str, kind: Kind, runs: Runs, other: Runs, *, moment: str) -> Test:
    """Whether the decay factor of the first is at most half as far from 1 as that of the second, seed by seed."""

    def measure(tables: Tables) -> Finding:
        near, far = (1 - at_moment(tables, of, "decay_factor", moment=moment) for of in (runs, other))
        ratios = (near.abs() / far.abs()).dropna()
        return seed_geometric_mean(ratios) if len(ratios) else NOTHING

    return Test(
        id=test_id,
        kind=kind,
        table="gradients",
        runs=(runs, other),
        where=(f"moment-{moment}", "longest-length"),
        unit="-",
        region=HALF_WAY,
        measure=measure,
    )


def share_of_networks(test_id: str, kind: Kind, runs: Runs, *, column: str, region: Region) -> Test:
    """A share of judged networks at the chosen learning rate, at the longest length."""
    return Test(
        id=test_id,
        kind=kind,
        table="success",
        runs=(runs,),
        where=("policy-chosen",),
        unit="share",
        region=region,
        measure=lambda tables: success_share(tables, runs, column),
    )


def difference_in_share(test_id: str, kind: Kind, runs: Runs, other: Runs, *, column: str, region: Region) -> Test:
    """A share of judged networks of the first less that of the second."""
    return Test(
        id=test_id,
        kind=kind,
        table="success",
        runs=(runs, other),
        where=("policy-chosen",),
        unit="share difference",
        region=region,
        measure=lambda tables: success_difference(tables, runs, other, column),
    )
