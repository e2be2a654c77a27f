"""Section 4 of the lecture: how much gradient the LSTM's cell state lets through."""

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.evidence import NOTHING, at_moment, seed_geometric_mean
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import (
    FLOW_BIASED_LSTM,
    FLOW_CHRONO_LSTM,
    FLOW_LSTM,
    HIGHWAY_CHRONO_LSTM,
    HIGHWAY_LSTM,
    Runs,
)
from gradient_horizon.tables.catalogue import Tables

A_TENTH = Region(low=0.1)
MOST = Region(low=0.5)


def _transport(test_id: str, kind: Kind, runs: Runs, moment: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="gradients",
        runs=(runs,),
        where=(f"moment-{moment}",),
        unit="-",
        region=A_TENTH,
        measure=lambda tables: seed_geometric_mean(at_moment(tables, runs, "memory_transport", moment=moment)),
    )


def _bias(runs: Runs) -> Test:
    return _transport(runs.remedy, "boundary", runs, "initial")


def _share_on_the_highway(tables: Tables) -> Finding:
    """The path through c alone, over all paths from c to c."""
    gated = at_moment(tables, HIGHWAY_CHRONO_LSTM, "gated_transport", moment="final")
    whole = at_moment(tables, HIGHWAY_CHRONO_LSTM, "memory_transport", moment="final")
    ratios = (gated / whole).dropna()
    return seed_geometric_mean(ratios) if len(ratios) else NOTHING


HIGHWAY = Claim(
    id="cell-state-highway",
    section="gated cells",
    figure="highway",
    tests=(
        _transport("initial", "main", FLOW_LSTM, "initial"),
        _transport("trained", "main", HIGHWAY_LSTM, "final"),
        *map(_bias, FLOW_BIASED_LSTM.values()),
        _bias(FLOW_CHRONO_LSTM),
        _transport("trained-chrono", "boundary", HIGHWAY_CHRONO_LSTM, "final"),
        Test(
            id="path-through-c",
            kind="boundary",
            table="gradients",
            runs=(HIGHWAY_CHRONO_LSTM,),
            where=("moment-final",),
            unit="-",
            region=MOST,
            measure=_share_on_the_highway,
        ),
    ),
)
