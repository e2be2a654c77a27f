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
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    return empty | {
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
                | {"policy": policy}
                | spread("diverged_share", d / 80, max(0, d / 80 - 0.045), d / 80 + 0.045)
                | spread("solved_share", s / 80, s / 80 - 0.045, s / 80 + 0.045)
                for (c, r), (d, s) in shares.items()
                for policy in ("chosen", "any")
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
    (claim,) = (claim for claim in CLAIMS if claim.id == claim_id)
    (test,) = (test for test in claim.tests if test.id == test_name)
    return test.region.judge(test.measure(given).effect)


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
        "window_5": ("relu", "truncated-5"),
    }
    return lambda: tables(shares={names[name]: value for name, value in values.items()})


def powers(random=1e-12, defective=1.0):
    """Errors of a hundred matrices of each kind; a tuple (share, error) gives that share this error, others 1."""
    rows = []
    for kind, given in (("random", random), ("defective", defective)):
        good, error = given if isinstance(given, tuple) else (1.0, given)
        rows += [{"kind": kind, "matrix": m, "error": error if m < 100 * good else 1.0} for m in range(100)]
    return lambda: {**tables(), "powers": frame("powers", rows)}


def at_start(experiment, cell, remedy="none", moment="initial", **values):
    """Gradients of one group, ten seeds; a pair (centre, spread) spreads its values over the seeds."""

    def make():
        rows = []
        for seed in range(10):
            own = {
                name: value * (1 + 0.001 * (seed - 4.5)) for name, value in values.items() if isinstance(value, float)
            }
            own |= {
                name: value[0] + value[1] * (seed - 4.5) / 4.5
                for name, value in values.items()
                if isinstance(value, tuple)
            }
            group = {"experiment": experiment, "task": "recall", "cell": cell, "remedy": remedy, "length": 301}
            rows.append(group | {"moment": moment, "seed": seed} | own)
        return {**tables(), "gradients": frame("gradients", rows)}

    return make


def late(cell, radius, experiment="powers"):
    """Factors that fit the radius, that do not, and that scatter around the border."""
    remedy = f"radius-{radius}"
    return tuple(
        at_start(experiment, cell, remedy, late_factor=value)
        for value in (float(radius), 0.9 * float(radius), (0.98 * float(radius), 0.05))
    )


def bounded(radius, inside, outside):
    return tuple(
        at_start("powers-bounded", "tanh", f"radius-{radius}", late_factor=value)
        for value in (inside, outside, (1.0, 0.2))
    )


def straight(experiment, cell, remedy="none", moment="initial"):
    return tuple(at_start(experiment, cell, remedy, moment, r_squared=value) for value in (0.999, 0.9, (0.99, 0.05)))


def better_than_power_law(cell):
    return tuple(at_start("flow", cell, aic_gain=value) for value in (500.0, -500.0, (0.0, 300.0)))


RADII = (0.3, 0.6, 0.9, 1.2, 1.6)


def radius(reach=None, memory=None, t50=None):
    """Dose and response: gradient horizons, longest lengths solved, and T50, by radius."""

    def make():
        gradients, networks, horizons = [], [], []
        for place, value in enumerate(RADII):
            group = {"experiment": "radius", "task": "recall", "cell": "tanh", "remedy": f"radius-{value:g}"}
            for seed in range(10):
                if reach:
                    horizon = reach[place] + 0.01 * seed
                    gradients.append(
                        group | {"length": 40, "moment": "initial", "seed": seed, "gradient_horizon": horizon}
                    )
                if memory:
                    for length in (5, 10, 20, 40):
                        status = "solved" if length <= memory[place] else "unsolved"
                        own = {"length": length, "seed": seed, "status": status, "judged": True, "chosen": True}
                        networks.append(group | own | {"learning_rate": 0.001})
            if t50:
                own = {"policy": "chosen", "n": 20, "memory_horizon": t50[place]}
                horizons.append(group | own)
        return {
            **tables(),
            "gradients": frame("gradients", gradients),
            "networks": frame("networks", networks),
            "horizons": frame("horizons", horizons),
        }

    return make


PREDICTED = [math.log(0.01) / math.log(value) if value < 1 else 50.0 for value in RADII]


def networks(**groups):
    """Eighty judged networks of the experiment explosion per group: columns, and how many of them are otherwise."""

    def make():
        rows = []
        for name, (cell, remedy) in EXPLODING_NAMES.items():
            count, special = groups.get(name, (0, {}))
            for seed in range(80):
                own = {"status": "unsolved", "loss": 1.0, "update_ratio_median": 0.01, "update_ratio_max": 0.02}
                own |= {"gradient_norm_max": 1e4 * (1 + 0.1 * (seed % 5))}
                own |= special if seed < count else {}
                group = {"experiment": "explosion", "task": "recall", "cell": cell, "remedy": remedy, "length": 20}
                rows.append(group | {"seed": seed, "learning_rate": 0.1, "judged": True, "chosen": True} | own)
        baseline = {"task": "recall", "length": 20, "rank": 0, "baseline": "chance", "loss": 2.08}
        return {**tables(), "networks": frame("networks", rows), "baselines": frame("baselines", [baseline])}

    return make


EXPLODING_NAMES = {
    "tanh": ("tanh", "none"),
    "plain": ("relu", "none"),
    "clipped": ("relu", "clipped"),
    "window_10": ("relu", "truncated-10"),
    "window_5": ("relu", "truncated-5"),
}
JUMPED, LOST, LOW = {"update_ratio_max": 10.0}, {"loss": 5.0}, {"gradient_norm_max": 10.0}


def half_low():
    """A gradient that is lower in half of the networks only."""
    return networks(window_10=(40, {"gradient_norm_max": 2e3}), window_5=(40, {"gradient_norm_max": 2e3}))


def beyond(contribution):
    def make():
        group = {"experiment": "truncated", "task": "recall", "cell": "tanh", "remedy": "truncated-10", "length": 20}
        rows = [
            group | {"seed": 0, "moment": "initial", "lag": lag, "contribution": contribution if lag >= 10 else 1.0}
            for lag in range(20)
        ]
        return {**tables(), "profiles": frame("profiles", rows)}

    return make


TRUNCATED = ("truncated", "tanh", "truncated-10")


def transported(experiment, remedy, moment="initial"):
    return tuple(
        at_start(experiment, "lstm", remedy, moment, memory_transport=value) for value in (0.5, 1e-6, (0.1, 0.09))
    )


def solved(experiment, first, second):
    """Solved shares of two groups (cell, remedy, solved of 80) of an experiment, or of two experiments."""

    def rows(experiment, cell, remedy, count):
        group = {"experiment": experiment, "task": "recall", "cell": cell, "remedy": remedy, "length": 20, "n": 80}
        return group | {"policy": "chosen"} | spread("solved_share", count / 80, count / 80 - 0.04, count / 80 + 0.04)

    names = experiment if isinstance(experiment, tuple) else (experiment, experiment)
    return lambda: {
        **tables(),
        "success": frame("success", [rows(names[0], *first), rows(names[1], *second)]),
    }


def gate(experiment, opened, remedy="none"):
    return tuple(
        solved(experiment, ("lstm", remedy, count), (opened, remedy, other))
        for count, other in ((80, 20), (20, 80), (44, 40))
    )


def gru_against_lstm(ratio, accuracy):
    """GRU over LSTM: ratio of T50 on recall and adding, difference in accuracy on both kinds of digits."""

    def make():
        made = tables(
            horizons={
                ("memory", "gru", "none"): 25.0 * ratio,
                ("adding", "gru", "none"): 25.0 * ratio,
                ("adding", "lstm", "none"): 25.0,
            },
            spread_by=1.05,
        )
        rows = [
            {"experiment": task, "task": task, "cell": cell, "remedy": "none", "length": 64, "n": 5, "policy": "chosen"}
            | spread("accuracy", value, value - 0.01, value + 0.01)
            for task in ("digits", "digits-permuted")
            for cell, value in (("gru", 0.8 + accuracy), ("lstm", 0.8))
        ]
        return made | {"success": frame("success", rows)}

    return make


DECISIVE = {
    "cell-state-highway/initial": transported("flow", "none"),
    "cell-state-highway/trained": transported("highway", "none", "final"),
    **{
        f"cell-state-highway/{remedy}": transported("flow-gate-bias", remedy)
        for remedy in ("forget-bias-1", "forget-bias-2", "forget-bias-3", "forget-bias-5", "chrono")
    },
    "cell-state-highway/trained-chrono": transported("highway", "chrono", "final"),
    "cell-state-highway/path-through-c": tuple(
        at_start("highway", "lstm", "chrono", "final", memory_transport=1.0, gated_transport=value)
        for value in (0.9, 0.1, (0.5, 0.4))
    ),
    "three-gates/forget": gate("gate-forget", "lstm-forget-open"),
    "three-gates/input": gate("gate-input", "lstm-input-open", "forget-bias-1"),
    "three-gates/output": gate("gate-output", "lstm-output-open", "forget-bias-1"),
    "gru-similar/tasks": (
        gru_against_lstm(ratio=1.0, accuracy=0.0),
        gru_against_lstm(ratio=3.0, accuracy=0.2),
        gru_against_lstm(ratio=1.5, accuracy=0.2),
    ),
    "gru-similar/forget-bias": (t50(GRU=25), t50(GRU=75), t50(GRU=37.5)),
    "gates-cure-vanishing/selection": tuple(
        solved(("selection", "selection-orthogonal"), ("gru", "none", count), ("tanh", "orthogonal", other))
        for count, other in ((80, 20), (20, 80), (44, 40))
    ),
    "eigen-power/random": (powers(random=1e-12), powers(random=1e-3), powers(random=(0.95, 1e-12))),
    "eigen-power/defective": (powers(defective=1e-9), powers(defective=1e-3), powers(defective=(0.95, 1e-12))),
    **{f"below-one-vanishes/linear-{value}": late("linear", value) for value in ("0.5", "0.8", "0.9", "0.95")},
    "below-one-vanishes/non-normal": tuple(
        at_start("powers", "linear", "non-normal-0.9", transient_growth=value) for value in (2.0, 100.0, (10.0, 5.0))
    ),
    "below-one-vanishes/tanh-0.9": bounded("0.9", 0.7, 1.2),
    **{f"above-one-explodes/linear-{value}": late("linear", value) for value in ("1.05", "1.2", "1.5")},
    **{f"above-one-explodes/tanh-{value}": bounded(value, 1.2, 0.7) for value in ("1.05", "1.5", "3")},
    **{f"exponential-in-length/{cell}": straight("flow", cell) for cell in ("linear", "tanh", "lstm", "gru")},
    **{
        f"exponential-in-length/{cell}-power-law": better_than_power_law(cell)
        for cell in ("linear", "tanh", "lstm", "gru")
    },
    "exponential-in-length/after-training": straight("memory", "tanh", moment="final"),
    "exponential-in-length/chrono": straight("flow-gate-bias", "lstm", "chrono"),
    "radius-sets-memory/gradient-horizon": (
        radius(reach=(1, 2, 3, 4, 5)),
        radius(reach=(5, 4, 3, 2, 1)),
        radius(reach=(1, 3, 2, 4, 2)),
    ),
    "radius-sets-memory/memory": (
        radius(memory=(0, 5, 10, 20, 40)),
        radius(memory=(40, 20, 10, 5, 0)),
        radius(memory=(5, 20, 5, 20, 10)),
    ),
    "radius-sets-memory/prediction": (
        radius(t50=PREDICTED),
        radius(t50=[5 * value for value in PREDICTED]),
        radius(t50=[value * factor for value, factor in zip(PREDICTED, (1, 2, 4, 1, 1), strict=True)]),
    ),
    "weights-jump/relu": (networks(plain=(80, JUMPED)), networks(plain=(5, JUMPED)), networks(plain=(40, JUMPED))),
    "weights-jump/tanh": (networks(tanh=(80, JUMPED)), networks(tanh=(5, JUMPED)), networks(tanh=(40, JUMPED))),
    "weights-jump/tanh-not-finite": (explosion(tanh=(80, 0)), explosion(tanh=(5, 0)), explosion(tanh=(40, 0))),
    "does-not-converge/unclipped": (networks(plain=(80, LOST)), networks(plain=(5, LOST)), networks(plain=(40, LOST))),
    "does-not-converge/clipped-twins": (
        networks(clipped=(5, LOST)),
        networks(clipped=(80, LOST)),
        networks(clipped=(40, LOST)),
    ),
    "does-not-converge/any-learning-rate": (
        explosion(plain=(0, 5)),
        explosion(plain=(0, 80)),
        explosion(plain=(0, 40)),
    ),
    "tbptt-cures-exploding/norm-10": (networks(window_10=(80, LOW)), networks(), half_low()),
    "tbptt-cures-exploding/norm-5": (networks(window_5=(80, LOW)), networks(), half_low()),
    "tbptt-cures-exploding/diverged": (
        explosion(window_5=(0, 80)),
        explosion(window_5=(60, 0)),
        explosion(window_5=(4, 76)),
    ),
    "tbptt-cures-exploding/memory": (t50(TRUNCATED=20), t50(TRUNCATED=8), t50(TRUNCATED=11)),
    "tbptt-cures-exploding/beyond-the-window": (beyond(0.0), beyond(1e-9), tables),
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
