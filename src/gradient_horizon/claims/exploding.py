"""Section 3 of the lecture: the symptoms of an exploding gradient."""

import pandas as pd

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.comparisons import share_of_networks
from gradient_horizon.claims.evidence import NOTHING, Runs, success_share
from gradient_horizon.statistics import share
from gradient_horizon.tables.catalogue import Tables

MORE_OFTEN_THAN_NOT = Region(low=0.5)
LESS_OFTEN_THAN_NOT = Region(high=0.5)
JUMP = 100.0

EXPLODING, EXPLODING_TANH = Runs("explosion", "relu"), Runs("explosion", "tanh")
RATES = Runs("explosion-rates", "relu")
CLIPPED = Runs("explosion", "relu", "clipped")


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


def _jumps(test_id: str, kind: str, runs: Runs, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,  # type: ignore[arg-type]
        table="networks",
        rows=f"{runs}, judged seeds",
        statistic=f"share that diverges or has an update above {JUMP:g} times its median update (Wilson)",
        unit="share",
        region=MORE_OFTEN_THAN_NOT,
        why="More often than not; a hundredfold step cannot be mistaken for noise of the gradient.",
        measure=lambda tables: _jumping(tables, runs),
        **texts,
    )


BUILT_TO_EXPLODE = (
    ("ReLU", "explosion", "relu"),
    ("linear", "explosion-others", "linear"),
    ("tanh", "explosion", "tanh"),
    ("GRU", "explosion-others", "gru"),
    ("LSTM", "explosion-others", "lstm"),
)


def _diverge_altogether(name: str, runs: Runs) -> Test:
    return share_of_networks(
        f"{runs.cell}-not-finite",
        "boundary",
        runs,
        column="diverged_share",
        region=MORE_OFTEN_THAN_NOT,
        question=f"Do more than half of the {name} networks with large eigenvalues diverge altogether?",
        why="The same more often than not, for NaN itself or parameters grown a hundredfold.",
        if_pass=f"{{effect}} of {name} networks diverge altogether",
        if_fail=f"of {name} networks {{effect}} diverge altogether",
    )


JUMPS = Claim(
    id="weights-jump",
    section="exploding",
    quote_pl="Wagi „wariują” podczas uczenia (skaczą do NaN lub ogromnych wartości).",
    quote_en="The weights “go mad” in training (they jump to NaN or to huge values).",
    figure="explosion",
    tests=(
        _jumps(
            "relu",
            "main",
            EXPLODING,
            question="Do the weights of ReLU networks with large eigenvalues jump, without clipping?",
            if_pass="the weights of {effect} of the networks jump",
            if_fail="the weights of {effect} of the networks jump",
        ),
        _jumps(
            "tanh",
            "boundary",
            EXPLODING_TANH,
            question="Do those of tanh networks, whose states are bounded, jump as well?",
            if_pass="so do those of {effect} of tanh networks, whose states are bounded",
            if_fail="of tanh networks, whose states are bounded, the weights of {effect} jump",
        ),
        _jumps(
            "float64",
            "boundary",
            Runs("explosion-float64", "relu"),
            question="Do the weights of the ReLU networks jump in float64, too?",
            if_pass="in float64 those of {effect} of ReLU networks jump, so it is no matter of precision",
            if_fail="in float64 the weights of {effect} of ReLU networks jump",
        ),
        *(_diverge_altogether(name, Runs(experiment, cell)) for name, experiment, cell in BUILT_TO_EXPLODE),
    ),
)


def _lost(test_id: str, runs: Runs, region: Region, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind="main",
        table="networks",
        rows=f"{runs}, judged seeds; table baselines",
        statistic="share that diverges or ends above the trivial baseline's loss (Wilson)",
        unit="share",
        region=region,
        why="More often than not.",
        measure=lambda tables: _above_baseline(tables, runs),
        **texts,
    )


DOES_NOT_CONVERGE = Claim(
    id="does-not-converge",
    section="exploding",
    quote_pl="Utrata stabilności – sieć nie zbiega.",
    quote_en="Loss of stability: the network does not converge.",
    figure="explosion",
    tests=(
        _lost(
            "unclipped",
            EXPLODING,
            MORE_OFTEN_THAN_NOT,
            question="Do more than half of the networks built to explode end above the trivial baseline?",
            if_pass="{effect} of the networks end above the trivial baseline or diverge",
            if_fail="{effect} of the networks end above the trivial baseline or diverge",
        ),
        _lost(
            "clipped-twins",
            CLIPPED,
            LESS_OFTEN_THAN_NOT,
            question="Do their clipped twins do better?",
            if_pass="of their clipped twins {effect} do",
            if_fail="{effect} of their clipped twins do so as well, so it is not the explosion",
        ),
        Test(
            id="any-learning-rate",
            kind="boundary",
            question="Do more than half of them stay unsolved at each of six learning rates from 0.001 to 0.3?",
            table="success",
            rows=f"{RATES}, policy any",
            statistic="solved_share at whichever learning rate suits each seed best (Wilson)",
            unit="share",
            region=LESS_OFTEN_THAN_NOT,
            why="Less often than not.",
            measure=lambda tables: success_share(tables, RATES, "solved_share", policy="any"),
            if_pass="no learning rate tried helps ({effect} solve the task at one)",
            if_fail="at a learning rate that suits them {effect} solve the task",
        ),
    ),
)
