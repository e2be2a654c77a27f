"""Section 3 of the lecture: the symptoms of an exploding gradient."""

import pandas as pd

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.comparisons import share_of_networks
from gradient_horizon.claims.evidence import NOTHING, success_share
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import (
    CLIPPED_RELU,
    EXPLODING_GRU,
    EXPLODING_LINEAR,
    EXPLODING_LSTM,
    EXPLODING_RELU,
    EXPLODING_RELU_FLOAT64,
    EXPLODING_RELU_RATES,
    EXPLODING_TANH,
    Runs,
)
from gradient_horizon.statistics.shares import share
from gradient_horizon.tables.catalogue import Tables

MORE_OFTEN_THAN_NOT = Region(low=0.5)
LESS_OFTEN_THAN_NOT = Region(high=0.5)
JUMP = 100.0
"""An update this many times a network's median update is a jump."""


def _judged(tables: Tables, runs: Runs) -> pd.DataFrame:
    rows = runs.of(tables["networks"])
    return rows[rows["judged"] & rows["chosen"]]


def _jumping(tables: Tables, runs: Runs) -> Finding:
    rows = _judged(tables, runs)
    jumps = rows["status"].eq("diverged") | (rows["update_ratio_max"] > JUMP * rows["update_ratio_median"])
    return Finding(share(int(jumps.sum()), len(rows)), len(rows)) if len(rows) else NOTHING


def _above_baseline(tables: Tables, runs: Runs) -> Finding:
    """Networks that diverged, or ended with a loss above the trivial baseline's."""
    rows = _judged(tables, runs)
    baselines = tables["baselines"]
    trivial = baselines[baselines["rank"].eq(0)].set_index(["task", "length"])["loss"]
    if rows.empty or not len(trivial):
        return NOTHING
    limit = [trivial.get(key, float("nan")) for key in zip(rows["task"], rows["length"], strict=True)]
    lost = rows["status"].eq("diverged") | (rows["loss"] > limit)
    return Finding(share(int(lost.sum()), len(rows)), len(rows))


def _jumps(test_id: str, kind: Kind, runs: Runs) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="networks",
        runs=(runs,),
        where=("judged-seeds",),
        unit="share",
        region=MORE_OFTEN_THAN_NOT,
        measure=lambda tables: _jumping(tables, runs),
    )


def _diverge_altogether(runs: Runs) -> Test:
    test_id = f"{runs.cell}-not-finite"
    return share_of_networks(test_id, "boundary", runs, column="diverged_share", region=MORE_OFTEN_THAN_NOT)


BUILT_TO_EXPLODE = (EXPLODING_RELU, EXPLODING_LINEAR, EXPLODING_TANH, EXPLODING_GRU, EXPLODING_LSTM)

JUMPS = Claim(
    id="weights-jump",
    section="exploding",
    figure="explosion",
    tests=(
        _jumps("relu", "main", EXPLODING_RELU),
        _jumps("tanh", "boundary", EXPLODING_TANH),
        _jumps("float64", "boundary", EXPLODING_RELU_FLOAT64),
        *map(_diverge_altogether, BUILT_TO_EXPLODE),
    ),
)


def _lost(test_id: str, runs: Runs, region: Region) -> Test:
    return Test(
        id=test_id,
        kind="main",
        table="networks",
        runs=(runs,),
        where=("judged-seeds",),
        beside="baselines",
        unit="share",
        region=region,
        measure=lambda tables: _above_baseline(tables, runs),
    )


DOES_NOT_CONVERGE = Claim(
    id="does-not-converge",
    section="exploding",
    figure="explosion",
    tests=(
        _lost("unclipped", EXPLODING_RELU, MORE_OFTEN_THAN_NOT),
        _lost("clipped-twins", CLIPPED_RELU, LESS_OFTEN_THAN_NOT),
        Test(
            id="any-learning-rate",
            kind="boundary",
            table="success",
            runs=(EXPLODING_RELU_RATES,),
            where=("policy-any",),
            unit="share",
            region=LESS_OFTEN_THAN_NOT,
            measure=lambda tables: success_share(tables, EXPLODING_RELU_RATES, "solved_share", policy="any"),
        ),
    ),
)
