"""The summary of the lecture: what cures vanishing and exploding gradients."""

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.comparisons import (
    HALF_WAY,
    difference_in_share,
    horizon_within,
    longer,
    nearer_to_one,
    share_of_networks,
)
from gradient_horizon.claims.evidence import NOTHING, seed_geometric_mean
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    CLIPPED_RELU,
    ELEMENTWISE_CLIPPED_RELU,
    EXPLODING_RELU,
    EXPLODING_TANH,
    GRU,
    IDENTITY_RELU,
    LONG_CHRONO_GRU,
    LONG_CHRONO_LSTM,
    LOOSELY_CLIPPED_RELU,
    LSTM,
    ORTHOGONAL_TANH,
    RESETTING_GRU,
    RESETTING_ORTHOGONAL_TANH,
    SELECTIVE_GRU,
    SELECTIVE_ORTHOGONAL_TANH,
    TANH,
    TIGHTLY_CLIPPED_RELU,
    TIGHTLY_TRUNCATED_RELU,
    TRUNCATED_RELU,
    TRUNCATED_TANH,
    UNCLIPPED_TANH,
    WIDE_TANH,
    Runs,
)
from gradient_horizon.claims.runs import (
    RELU as PLAIN_RELU,
)
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

RARE = Region(high=0.05)
MORE_OFTEN_THAN_NOT = Region(low=0.5)
NO_MORE = Region(high=0.05)
MORE = Region(low=0.05)
NOTHING_AT_ALL = Region(0, 0)
WINDOW = 10
"""Of truncation, in steps."""


def _rarely_diverge(test_id: str, kind: Kind, runs: Runs) -> Test:
    return share_of_networks(test_id, kind, runs, column="diverged_share", region=RARE)


def _mostly_solve(test_id: str, kind: Kind, runs: Runs) -> Test:
    return share_of_networks(test_id, kind, runs, column="solved_share", region=MORE_OFTEN_THAN_NOT)


def _solve_more(test_id: str, kind: Kind, runs: Runs, other: Runs) -> Test:
    return difference_in_share(test_id, kind, runs, other, column="solved_share", region=MORE)


def _diverge_more(test_id: str, kind: Kind, runs: Runs, other: Runs, region: Region) -> Test:
    return difference_in_share(test_id, kind, runs, other, column="diverged_share", region=region)


RELU = Claim(
    id="relu-cures-vanishing",
    section="remedies",
    figure="success",
    tests=(
        longer("memory-horizon", "main", PLAIN_RELU, TANH),
        nearer_to_one("decay-factor", "main", PLAIN_RELU, TANH, moment="initial"),
        longer("identity", "boundary", IDENTITY_RELU, TANH),
        _diverge_more("explodes-more", "boundary", EXPLODING_RELU, EXPLODING_TANH, NO_MORE),
    ),
)

GATES = Claim(
    id="gates-cure-vanishing",
    section="remedies",
    figure="memory-map",
    tests=(
        longer("lstm", "main", LSTM, TANH),
        longer("gru", "main", GRU, TANH),
        longer("lstm-forget-bias", "boundary", BIASED_LSTM, TANH),
        longer("lstm-chrono", "boundary", CHRONO_LSTM, TANH),
        longer("gru-chrono", "boundary", CHRONO_GRU, TANH),
        longer("against-orthogonal", "boundary", LSTM, ORTHOGONAL_TANH),
        longer("equal-parameters", "boundary", LSTM, WIDE_TANH),
        _solve_more("selection", "boundary", SELECTIVE_GRU, SELECTIVE_ORTHOGONAL_TANH),
        _solve_more("resetting", "boundary", RESETTING_GRU, RESETTING_ORTHOGONAL_TANH),
        _mostly_solve("lstm-500", "boundary", LONG_CHRONO_LSTM),
        _mostly_solve("gru-500", "boundary", LONG_CHRONO_GRU),
    ),
)

CLIPPING = Claim(
    id="clipping-cures-exploding",
    section="remedies",
    figure="explosion",
    tests=(
        _rarely_diverge("diverged", "main", CLIPPED_RELU),
        _diverge_more("fewer-diverge", "main", EXPLODING_RELU, CLIPPED_RELU, MORE),
        _mostly_solve("solved", "main", CLIPPED_RELU),
        longer("lengthens-memory", "boundary", TANH, UNCLIPPED_TANH),
        _rarely_diverge("loose-threshold", "boundary", LOOSELY_CLIPPED_RELU),
        _mostly_solve("tight-threshold", "boundary", TIGHTLY_CLIPPED_RELU),
        _rarely_diverge("elementwise", "boundary", ELEMENTWISE_CLIPPED_RELU),
    ),
)


def _largest_norm_ratio(tables: Tables, runs: Runs) -> Finding:
    """Geometric mean over seeds of the largest gradient norm, over that of the same seeds without truncation."""
    with_it, without = (
        rows[rows["judged"] & rows["chosen"]].set_index("seed")["gradient_norm_max"]
        for rows in (of.of(tables["networks"]) for of in (runs, EXPLODING_RELU))
    )
    ratios = (with_it / without).dropna()
    return seed_geometric_mean(ratios) if len(ratios) else NOTHING


def _lower_norm(test_id: str, runs: Runs) -> Test:
    return Test(
        id=test_id,
        kind="main",
        table="networks",
        runs=(runs, EXPLODING_RELU),
        where=("judged-seeds",),
        unit="-",
        region=HALF_WAY,
        measure=lambda tables: _largest_norm_ratio(tables, runs),
    )


def _beyond_window(tables: Tables) -> Finding:
    """The largest contribution of steps at or beyond the window, over seeds and moments."""
    rows = TRUNCATED_TANH.of(tables["profiles"])
    contributions = rows.loc[rows["lag"] >= WINDOW, "contribution"].dropna()
    if contributions.empty:
        return NOTHING
    largest = float(contributions.max())
    return Finding(Interval(largest, largest, largest), rows["seed"].nunique())


TRUNCATION = Claim(
    id="tbptt-cures-exploding",
    section="remedies",
    figure="explosion",
    tests=(
        _lower_norm("norm-10", TRUNCATED_RELU),
        _lower_norm("norm-5", TIGHTLY_TRUNCATED_RELU),
        _rarely_diverge("diverged", "main", TIGHTLY_TRUNCATED_RELU),
        horizon_within("memory", "boundary", TRUNCATED_TANH, Region(low=WINDOW + 1)),
        Test(
            id="beyond-the-window",
            kind="boundary",
            table="profiles",
            runs=(TRUNCATED_TANH,),
            where=("lags-of-10-and-more", "all-moments"),
            unit="loss / weight",
            region=NOTHING_AT_ALL,
            measure=_beyond_window,
        ),
    ),
)
