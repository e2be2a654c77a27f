import math

import pandas as pd
import pytest

from gradient_horizon import registries
from gradient_horizon.claims.base import Claim, Finding, Outcome, Region, Test, Verdict, decide
from gradient_horizon.claims.judge import judge_claims
from gradient_horizon.statistics import UNKNOWN, Interval
from gradient_horizon.tables.contracts import TABLES

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
GROUPS = [
    ("memory", "tanh", "none"),
    ("memory", "relu", "none"),
    ("memory", "gru", "none"),
    ("memory", "lstm", "none"),
    ("memory-orthogonal", "tanh", "orthogonal"),
    ("memory-identity", "relu", "identity"),
    ("memory-gate-bias", "lstm", "forget-bias-1"),
    ("memory-gate-bias", "lstm", "chrono"),
    ("memory-gate-bias-gru", "gru", "chrono"),
    ("memory-patient", "tanh", "none"),
    ("memory-unclipped", "tanh", "none"),
]
EXPLODING = [("tanh", "none")] + [
    ("relu", remedy) for remedy in ("none", "clipped", "clipped-loosely", "clipped-tightly", "clipped-elementwise")
]


def frame(name, rows):
    blank = {"text": "", "count": 0, "number": math.nan, "flag": False}
    columns = {column.name: blank[column.kind] for column in TABLES[name].columns}
    return TABLES[name].frame({**columns, **row} for row in rows)


def spread(name, estimate, low, high):
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def tables(horizons=None, shares=None, gradients=None, spread_by=1.1):
    """Hand-made tables: T50 by (experiment, cell, remedy), shares by (cell, remedy), gradients by row."""
    horizons = {group: 25.0 for group in GROUPS} | (horizons or {})
    shares = {group: (0, 80) for group in EXPLODING} | (shares or {})
    return {
        "horizons": frame(
            "horizons",
            [
                {"experiment": e, "task": "recall", "cell": c, "remedy": r, "policy": policy, "n": 25}
                | spread("memory_horizon", t50, t50 / spread_by, t50 * spread_by)
                for (e, c, r), t50 in horizons.items()
                for policy in ("chosen", "any")
            ],
        ),
        "success": frame(
            "success",
            [
                {"experiment": "explosion", "task": "recall", "cell": c, "remedy": r, "length": 20, "n": 80}
                | {"policy": "chosen"}
                | spread("diverged_share", d / 80, max(0, d / 80 - 0.045), d / 80 + 0.045)
                | spread("solved_share", s / 80, s / 80 - 0.045, s / 80 + 0.045)
                for (c, r), (d, s) in shares.items()
            ],
        ),
        "gradients": frame("gradients", gradients or gradient_rows()),
    }


def gradient_rows(horizon=7.0, tanh=0.55, relu=0.4, early=1e-6, whole=0.9, after=1e-6):
    rows = []
    for seed in range(5):
        jitter = 1 + 0.01 * (seed - 2)
        own = {"task": "recall", "seed": seed, "remedy": "none"}
        for cell, factor in (("tanh", tanh), ("relu", relu)):
            rows.append(
                own
                | {"experiment": "memory", "cell": cell, "length": 80, "moment": "initial"}
                | {"decay_factor": factor * jitter, "gradient_horizon": horizon * jitter}
            )
        base = own | {"experiment": "early-steps", "cell": "tanh"}
        rows.append(base | {"length": 50, "moment": "initial", "early_share": early * jitter, "weight_gradient": whole})
        rows.append(base | {"length": 50, "moment": "final", "early_share": after * jitter, "weight_gradient": whole})
        rows.append(base | {"length": 5, "moment": "initial", "early_share": 1.0, "weight_gradient": jitter})
    return rows


def outcome(test_id, given):
    claim_id, _, test_name = test_id.partition("/")
    _, tests = judge_claims(CLAIMS, given)
    return tests[tests["claim"].eq(claim_id) & tests["test"].eq(test_name)]["outcome"].item()


PLAIN, LSTM, GRU = ("memory", "tanh", "none"), ("memory", "lstm", "none"), ("memory", "gru", "none")
RELU = ("memory", "relu", "none")
ORTHOGONAL, IDENTITY = ("memory-orthogonal", "tanh", "orthogonal"), ("memory-identity", "relu", "identity")
FORGET = ("memory-gate-bias", "lstm", "forget-bias-1")
CHRONO, GRU_CHRONO = ("memory-gate-bias", "lstm", "chrono"), ("memory-gate-bias-gru", "gru", "chrono")
PATIENT, UNCLIPPED = ("memory-patient", "tanh", "none"), ("memory-unclipped", "tanh", "none")


def t50(**values):
    return lambda: tables(horizons={globals()[name]: value for name, value in values.items()})


def gradient(**values):
    return lambda: tables(gradients=gradient_rows(**values))


def explosion(**values):
    names = {
        "tanh": ("tanh", "none"),
        "plain": ("relu", "none"),
        "clipped": ("relu", "clipped"),
        "loose": ("relu", "clipped-loosely"),
        "tight": ("relu", "clipped-tightly"),
        "elementwise": ("relu", "clipped-elementwise"),
    }
    return lambda: tables(shares={names[name]: value for name, value in values.items()})


DECISIVE = {
    "short-memory/gradient-horizon": (gradient(horizon=7), gradient(horizon=20), gradient(horizon=10)),
    "short-memory/memory-horizon": (t50(PLAIN=30), t50(PLAIN=80), t50(PLAIN=50)),
    "short-memory/memory-horizon-5-10": (t50(PLAIN=7), t50(PLAIN=30), t50(PLAIN=10)),
    "short-memory/orthogonal": (t50(ORTHOGONAL=30), t50(ORTHOGONAL=80), t50(ORTHOGONAL=50)),
    "short-memory/patience": (t50(PATIENT=30), t50(PATIENT=80), t50(PATIENT=50)),
    "short-memory/any-learning-rate": (t50(PLAIN=30), t50(PLAIN=80), t50(PLAIN=50)),
    "early-steps-do-not-learn/early-share": (gradient(early=1e-6), gradient(early=0.1), gradient(early=0.01)),
    "early-steps-do-not-learn/after-training": (gradient(after=1e-6), gradient(after=0.1), gradient(after=0.01)),
    "early-steps-do-not-learn/whole-gradient": (gradient(whole=0.01), gradient(whole=0.9), gradient(whole=0.1)),
    "relu-cures-vanishing/memory-horizon": (t50(RELU=50), t50(RELU=10), t50(RELU=25)),
    "relu-cures-vanishing/decay-factor": (gradient(relu=0.95), gradient(relu=0.4), gradient(relu=0.775)),
    "relu-cures-vanishing/identity": (t50(IDENTITY=50), t50(IDENTITY=10), t50(IDENTITY=25)),
    "relu-cures-vanishing/explodes-more": (
        explosion(plain=(0, 80), tanh=(10, 70)),
        explosion(plain=(60, 0), tanh=(0, 80)),
        explosion(plain=(4, 70), tanh=(0, 80)),
    ),
    "gates-cure-vanishing/lstm": (t50(LSTM=50), t50(LSTM=10), t50(LSTM=25)),
    "gates-cure-vanishing/gru": (t50(GRU=50), t50(GRU=10), t50(GRU=25)),
    "gates-cure-vanishing/lstm-forget-bias": (t50(FORGET=50), t50(FORGET=10), t50(FORGET=25)),
    "gates-cure-vanishing/lstm-chrono": (t50(CHRONO=50), t50(CHRONO=10), t50(CHRONO=25)),
    "gates-cure-vanishing/gru-chrono": (t50(GRU_CHRONO=50), t50(GRU_CHRONO=10), t50(GRU_CHRONO=25)),
    "gates-cure-vanishing/against-orthogonal": (t50(ORTHOGONAL=10), t50(ORTHOGONAL=60), t50(ORTHOGONAL=25)),
    "clipping-cures-exploding/diverged": (
        explosion(clipped=(0, 80)),
        explosion(clipped=(60, 0)),
        explosion(clipped=(4, 76)),
    ),
    "clipping-cures-exploding/fewer-diverge": (
        explosion(plain=(60, 0), clipped=(0, 80)),
        explosion(plain=(0, 80), clipped=(10, 80)),
        explosion(plain=(4, 0), clipped=(0, 80)),
    ),
    "clipping-cures-exploding/solved": (
        explosion(clipped=(0, 70)),
        explosion(clipped=(0, 10)),
        explosion(clipped=(0, 40)),
    ),
    "clipping-cures-exploding/lengthens-memory": (t50(UNCLIPPED=10), t50(UNCLIPPED=60), t50(UNCLIPPED=25)),
    "clipping-cures-exploding/loose-threshold": (
        explosion(loose=(0, 80)),
        explosion(loose=(60, 0)),
        explosion(loose=(4, 76)),
    ),
    "clipping-cures-exploding/tight-threshold": (
        explosion(tight=(0, 70)),
        explosion(tight=(0, 10)),
        explosion(tight=(0, 40)),
    ),
    "clipping-cures-exploding/elementwise": (
        explosion(elementwise=(0, 80)),
        explosion(elementwise=(60, 0)),
        explosion(elementwise=(4, 76)),
    ),
}


def test_every_test_of_every_claim_has_its_three_tables():
    assert set(DECISIVE) == {f"{claim.id}/{test.id}" for claim in CLAIMS for test in claim.tests}


@pytest.mark.parametrize("test_id", DECISIVE)
def test_a_table_makes_it_pass_one_fail_one_leaves_it_unclear(test_id):
    found = [outcome(test_id, make()) for make in DECISIVE[test_id]]
    assert found == ["pass", "fail", "unclear"]


def test_swapping_the_rows_compared_turns_the_verdict_over():
    better = tables(horizons={LSTM: 80, GRU: 80, FORGET: 80, CHRONO: 80, GRU_CHRONO: 80, PLAIN: 10, ORTHOGONAL: 10})
    worse = tables(horizons={LSTM: 10, GRU: 10, FORGET: 10, CHRONO: 10, GRU_CHRONO: 10, PLAIN: 80, ORTHOGONAL: 80})
    found = [judge_claims(CLAIMS, given)[0].set_index("claim")["verdict"] for given in (better, worse)]
    assert [verdicts["gates-cure-vanishing"] for verdicts in found] == ["supported", "refuted"]


def test_a_study_without_the_runs_leaves_every_claim_open():
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    verdicts, tests = judge_claims(CLAIMS, empty)
    assert set(verdicts["verdict"]) == {"inconclusive"}
    assert set(verdicts["condition"]) == {"This study does not have the runs that would decide it."}
    assert set(tests["n"]) == {0}


@pytest.mark.parametrize(
    ("main", "boundary", "verdict"),
    [
        ([PASS, PASS], [PASS, UNCLEAR], Verdict.SUPPORTED),
        ([PASS], [PASS, FAIL], Verdict.CONDITIONAL),
        ([PASS, FAIL], [PASS], Verdict.ONLY_IF),
        ([FAIL, UNCLEAR], [FAIL, UNCLEAR], Verdict.REFUTED),
        ([UNCLEAR, PASS], [PASS, FAIL], Verdict.INCONCLUSIVE),
        ([], [PASS], Verdict.INCONCLUSIVE),
    ],
)
def test_verdicts_follow_from_outcomes(main, boundary, verdict):
    assert decide(main, boundary) is verdict


def made_claim(outcomes):
    effects = {PASS: Interval(2.0, 1.5, 3.0), FAIL: Interval(0.5, 0.4, 0.6), UNCLEAR: UNKNOWN}
    tests = tuple(
        Test(
            id=f"t{index}",
            kind=kind,
            question=f"Question {index}?",
            table="runs",
            rows="all",
            statistic="mean",
            unit="-",
            region=Region(low=1),
            why="made up",
            measure=lambda _, found=found: Finding(effects[found], 3),
            if_pass=f"clause {index} holds ({{effect}})",
            if_fail=f"clause {index} fails ({{effect}})",
        )
        for index, (kind, found) in enumerate(outcomes)
    )
    return Claim("made", "cause", "cytat", "quote", "profiles", tests)


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([("main", PASS)], "It holds: clause 0 holds (2)."),
        ([("main", PASS), ("boundary", FAIL)], "It holds as stated, but clause 1 fails (0.5)."),
        ([("main", FAIL), ("boundary", PASS)], "As stated it fails: clause 0 fails (0.5). But clause 1 holds (2)."),
        ([("main", FAIL), ("main", FAIL)], "It fails: clause 0 fails (0.5); and clause 1 fails (0.5)."),
        ([("main", UNCLEAR)], "At this budget it stays open: Question 0?"),
    ],
)
def test_the_condition_is_made_from_the_outcomes(outcomes, sentence):
    verdicts, _ = judge_claims([made_claim(outcomes)], {"runs": pd.DataFrame()})
    assert verdicts["condition"].item() == sentence


def test_a_region_judges_the_whole_interval():
    region = Region(5, 10)
    assert region.judge(Interval(7, 6, 8)) is PASS
    assert region.judge(Interval(12, 11, 13)) is FAIL
    assert region.judge(Interval(9, 8, 11)) is UNCLEAR
    assert region.judge(Interval(7, math.nan, 8)) is UNCLEAR


def test_every_quote_is_in_both_languages_and_every_claim_names_a_figure():
    for claim in CLAIMS:
        assert claim.quote_pl != claim.quote_en
        assert claim.figure in registries.FIGURES
        assert any(test.kind == "main" for test in claim.tests)
