"""Hand-made tables with something for every figure, as many rows as a default study has."""

import math

import numpy as np
from hand_made_tables import EMPTY, frame, spread
from later_profiles import later_profile_rows

from gradient_horizon.claims.arms import CHRONO_LSTM, CHRONO_WITHOUT, LSTM, RELU
from gradient_horizon.figures.groups import CORE, OF_BIAS
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.shares import share
from gradient_horizon.tables.horizons import horizon_rows
from gradient_horizon.tables.predictions import NAMES, prediction_agreement_rows

LENGTHS = (5, 7, 10, 14, 20, 28, 40, 57, 80)
BUDGET = 1500
ARMS = [
    *(
        ("tanh", remedy)
        for remedy in ("none", "keras", "identity", "layer-normalised", "orthogonal", "orthogonal-kept")
    ),
    *(("relu", remedy) for remedy in ("none", "identity", "orthogonal")),
    *(("gru", remedy) for remedy in ("none", "chrono")),
    *(("lstm", remedy) for remedy in ("none", "forget-bias-1", "keras", "chrono-10", "chrono")),
    ("tanh", "constant-flow"),
    ("lstm-forget-open", "none"),
]
MEMORY = {("recall-32", *arm): 9.0 + 4 * place for place, arm in enumerate(ARMS)} | {
    ("recall-32", "relu", "none"): 3.0,
    ("recall-32", "lstm", "chrono"): 300.0,
}
"""The length that half of the networks learn, by experiment, cell and remedy; one beyond the lengths tried."""
ELSEWHERE = {
    (setting, arm.cell, arm.remedy): t50
    for setting, lengths in {
        "recall-64": (9, 34, 16, 20, 24, 60, 22),
        "adding-32": (2, 2, 2, 2, 2, 2, 2),
        "recall-32-patient": (12, 30, 22, 300, 300, 300, 5),
    }.items()
    for arm, t50 in zip((*CORE, RELU), lengths, strict=True)
} | {("recall-37", "gru", "none"): 48.0, ("recall-67", "tanh", "none"): 14.0}
"""The same in other settings: one in which nothing is learnt, and one in which the gated cells learn every length."""
LATER = {
    ("modern-recall", "recall"): {"tanh": 12, "lstm": 16, "janet": 30, "min-gru": 300, "lru": 300},
    ("modern-recall-equal", "recall"): {"gru": 20, "lstm": 9, "janet": 24, "min-gru": 300, "lru": 40},
    ("modern-adding", "adding"): {"tanh": 11, "lstm": 60, "janet": 40, "min-gru": 24, "lru": 8},
    ("modern-adding-equal", "adding"): {"lstm": 50, "lru": 9},
    ("modern-selective", "selective-recall"): {"tanh": 2, "lstm": 2, "lru": 2},
}
"""T50 of cells beside later ones: two beyond the lengths tried, one that is farthest, and none that learns at all."""
TRACKING = {"tanh": 9, "gru": 10, "lstm": 7, "janet": 5, "min-gru": 1, "lru": 0}
"""Networks that track a state, of JUDGED."""
ASSOCIATING = {16: 3.0, 32: 6.0, 64: 12.0}
"""The number of pairs that half of the networks recall, by width."""
SEEDS = 5
JUDGED, PILOTS = 10, 5
RECORDS = 30
EXPLODING = [
    *(("explosion", "relu", remedy) for remedy in ("none", "clipped", "clipped-elementwise", "clipped-loosely")),
    *(("explosion", "relu", remedy) for remedy in ("truncated-10", "truncated-5")),
    *(("explosion", "tanh", remedy) for remedy in ("none", "clipped")),
    *(("explosion", cell, "none") for cell in ("linear", "gru", "lstm")),
    *(("explosion-short", "tanh", remedy) for remedy in ("none", "clipped")),
    *(("explosion-bounded", "tanh", remedy) for remedy in ("none", "clipped", "truncated-10", "truncated-5")),
]
EARLY = ("tanh", "relu", "gru", "lstm")
MOMENTS = ("initial", "final")
STAGES = ("initial", "half", "final")


UNREAD = {("mine", "tanh", "none"): 8, ("mine", "lstm", "none"): 25, ("my-other", "gru", "chrono"): 12}
"""T50 in experiments that no claim reads."""


def own(group, length=0, task="recall"):
    experiment, cell, remedy = group
    return {"experiment": experiment, "cell": cell, "remedy": remedy, "length": length, "task": task}


def learnt(t50, length, n=JUDGED):
    """How many of n networks learn a length."""
    return round(n / (1 + (length / t50) ** 5))


def successes():
    def shares(solved, n):
        return {"policy": "chosen", "n": n, "solved": solved} | spread("solved_share", *share(solved, n))

    for group, t50 in (MEMORY | ELSEWHERE).items():
        for length in LENGTHS:
            yield own(group, length) | {"updates": BUDGET} | shares(learnt(t50, length), JUDGED)
    for group, t50 in UNREAD.items():
        for length in LENGTHS[:6]:
            yield own(group, length, "adding") | {"updates": BUDGET} | shares(learnt(t50, length), JUDGED)
    for radius in (0.3, 0.6, 0.9, 1.2):
        for length in LENGTHS[:6]:
            solved = learnt(6 + 20 * radius, length)
            yield own(("radius", "tanh", f"radius-{radius}"), length) | shares(solved, JUDGED)
    for cell in EARLY:
        yield own(("early-steps", cell, "none"), 50) | shares(2 if cell == "gru" else 0, JUDGED)
    for setting, task, gates in (
        ("reset-32", "reset", ("forget", "input", "forget-input")),
        ("selective-32", "selective-recall", ("forget", "input", "output", "forget-input")),
        ("gate-recall", "recall", ("output",)),
    ):
        for place, arm in enumerate((CHRONO_LSTM, *(CHRONO_WITHOUT[gate] for gate in gates))):
            yield own((setting, arm.cell, arm.remedy), 20, task) | shares(9 - 2 * place, JUDGED)
    for (setting, task), of_cells in LATER.items():
        for cell, t50 in of_cells.items():
            for length in LENGTHS:
                yield own((setting, cell, "none"), length, task) | shares(learnt(t50, length), JUDGED)
    for setting, task in (("parity-32", "parity"), ("s3-32", "s3")):
        for cell, solved in TRACKING.items():
            yield own((setting, cell, "none"), 8, task) | shares(solved, JUDGED)
        yield own((setting, "min-gru", "chrono"), 8, task) | shares(2, JUDGED)
    for width, pairs in ASSOCIATING.items():
        for cell in ("gru", "lstm"):
            for length in (3, 5, 9, 17):
                solved = shares(learnt(pairs, length - 1), JUDGED)
                yield own((f"associative-{width}", cell, "none"), length, "associative-recall") | solved
    for task in ("digits", "digits-permuted"):
        for place, cell in enumerate(("tanh", "relu", "gru", "lstm")):
            row = {"policy": "chosen", "n": SEEDS, "updates": 600}
            middle = 0.6 + 0.0625 * place
            accuracy = spread("accuracy", middle, middle - 0.05, middle + 0.0425)
            yield own((f"{task}-32", cell, "none"), 64, task) | row | accuracy


def networks():
    for group, t50 in (MEMORY | ELSEWHERE).items():
        for seed in range(PILOTS):
            row = {"seed": 100 + seed, "judged": False, "chosen": True, "learning_rate": 0.01, "update": BUDGET}
            yield own(group, LENGTHS[0]) | row | {"status": "solved" if t50 > 5 else "unsolved"}
    for group, t50 in (MEMORY | ELSEWHERE).items():
        for length in LENGTHS:
            solved = learnt(t50, length)
            for seed in range(JUDGED):
                row = {
                    "seed": seed,
                    "judged": True,
                    "chosen": True,
                    "learning_rate": 0.01,
                    "status": "unsolved",
                    "update": BUDGET,
                }
                update = min(100 * (1 + seed + length // 10) + round(9000 / t50), BUDGET)
                yield own(group, length) | row | ({"status": "solved", "update": update} if seed < solved else {})
    for task in ("digits", "digits-permuted"):
        for place, cell in enumerate(("tanh", "relu", "gru", "lstm")):
            for seed in range(SEEDS):
                row = {
                    "seed": seed,
                    "judged": True,
                    "chosen": True,
                    "learning_rate": 0.01,
                    "accuracy": 0.58 + 0.06 * place + 0.01 * seed,
                }
                yield own((f"{task}-32", cell, "none"), 64, task) | row | {"status": "unsolved"}
    for group in EXPLODING:
        for seed in range(exploding_networks(group)):
            lost = group[2] == "none" and seed < 7
            row = {"seed": seed, "judged": True, "chosen": True, "learning_rate": 0.01, "update": 40 if lost else 400}
            row["gradient_norm_max"] = math.inf if lost else 10 * 1.05**seed
            yield own(group, exploding_length(group)) | row | {"status": "diverged" if lost else "solved"}


def exploding_networks(group):
    return 80 if group[0] == "explosion" else 40


def exploding_length(group):
    return 50 if group[0] == "explosion-bounded" else 20


def factor(group):
    return 0.5 + 0.02 * list(MEMORY).index(group) if group in MEMORY else 0.9


def profile_rows():
    for group in MEMORY:
        for seed in range(SEEDS):
            for lag in range(80):
                value = (factor(group) + 0.01 * seed) ** lag * (1 + 0.2 * math.sin(lag + seed))
                row = {"moment": "initial", "seed": seed, "lag": lag, "relative_gradient": value}
                yield own(group, 80) | row


def profile_mean_rows():
    def row(value, moment, lag, networks="solved"):
        ends = spread("relative_gradient", value, value / 2, value * 2)
        ends |= spread("relative_contribution", value, value / 2, value * 2)
        whose = "all" if moment == "initial" else networks
        return ends | {"moment": moment, "networks": whose, "lag": lag, "n": SEEDS, "predicted": 0.8**lag}

    for group in MEMORY:
        for length in (20, 80):
            for moment in MOMENTS:
                for lag in range(length):
                    yield own(group, length) | row(factor(group) ** lag * (1 + 0.1 * math.sin(lag)), moment, lag)
    for cell in EARLY:
        for moment, networks in (("initial", "all"), ("final", "unsolved"), ("final", "solved")):
            for lag in range(50) if networks != "solved" or cell == "gru" else ():
                value = 0.9**lag if networks == "solved" else 0.6**lag
                yield own(("early-steps", cell, "none"), 50) | row(value, moment, lag, networks)
    for experiment, cell, radii in (("powers", "linear", (0.5, 0.9, 1.2)), ("powers-bounded", "tanh", (0.9, 1.5))):
        for radius in radii:
            for lag in range(301):
                yield own((experiment, cell, f"radius-{radius}"), 301) | row(radius**lag, "initial", lag)
    yield from later_profile_rows(LENGTHS)


def gradient_rows():
    for seed in range(SEEDS):
        for experiment, cell, radii in (("powers", "linear", (0.5, 0.9, 1.2)), ("powers-bounded", "tanh", (0.9, 1.5))):
            for radius in radii:
                row = {"moment": "initial", "seed": seed, "late_factor": radius * (1 - 0.001 * seed)}
                row["spectral_radius"] = radius + 1e-8 * seed
                yield own((experiment, cell, f"radius-{radius}"), 301) | row
        for radius in (0.3, 0.6, 0.9, 1.2):
            row = {"moment": "initial", "seed": seed, "gradient_horizon": 3 + 30 * radius}
            row["spectral_radius"] = radius - 1e-8 * seed
            yield own(("radius", "tanh", f"radius-{radius}"), 40) | row
        for experiment, remedy, moment, left in (
            ("flow", "none", "initial", 1e-18),
            *(("flow", arm.remedy, "initial", (1 + math.exp(-bias)) ** -100.0) for bias, arm in OF_BIAS.items()),
            ("flow", "chrono", "initial", 1.0),
            ("highway", "chrono", "final", 300.0),
        ):
            row = {"moment": moment, "seed": seed, "memory_transport": left * (1 + seed), "gated_transport": left / 10}
            yield own((experiment, "lstm", remedy), 102) | row | {"solved": seed < 4}
        yield from horizons_in_training(seed)


def horizons_in_training(seed):
    """Horizons that grow with training, up to the whole length."""
    for arm in CORE:
        t50 = MEMORY["recall-32", arm.cell, arm.remedy]
        for length in LENGTHS:
            for place, moment in enumerate(STAGES):
                steps = 2 + t50 * (1 + place) / 6 + seed
                horizon = Censored.exactly(steps) if steps < length - 1 else Censored.at_least(length - 1)
                row = {"moment": moment, "seed": seed, "solved": seed < learnt(t50, length, SEEDS)}
                yield own(("recall-32", arm.cell, arm.remedy), length) | row | {"gradient_horizon": horizon}


def hidden_gradients():
    for group in MEMORY:
        for length in (20, 80):
            for record in range(RECORDS):
                for step in range(1, length + 1):
                    value = 0.5 * (factor(group) + 0.001 * record) ** (length - step)
                    row = {"first_seed": 0, "update": 1 + 50 * record, "step": step, "n": SEEDS, "gradient": value}
                    yield own(group, length) | row


def eigenvalues():
    wave = np.random.default_rng(1)
    for group in MEMORY:
        if group[1] not in ("tanh", "relu"):
            continue
        for length in (20, 80):
            for moment, size in (("initial", 0.6), ("final", 1.4)):
                for seed in range(SEEDS):
                    angles, radii = wave.uniform(0, 2 * math.pi, 32), size * wave.uniform(size=32) ** 0.5
                    for number, (angle, radius) in enumerate(zip(angles, radii, strict=True)):
                        place = {"real": radius * math.cos(angle), "imaginary": radius * math.sin(angle)}
                        row = {"moment": moment, "seed": seed, "solved": seed < 4, "number": number}
                        yield own(group, length) | row | place


def gate_traces():
    for experiment, task, marks in (("selective-32", "selective-recall", {4}), ("reset-32", "reset", {1, 6, 13})):
        for moment in MOMENTS:
            for seed in range(2):
                for step in range(1, 21):
                    open_by = 0.3 * (step in marks) * (moment == "final")
                    gates = {"keeping_gate": 0.6 - open_by, "writing_gate": 0.5 + open_by, "confidence": step / 21}
                    row = {"moment": moment, "seed": seed, "step": step, "marked": step in marks, "symbol": step % 8}
                    yield own((experiment, "lstm", "chrono"), 20, task) | row | gates


def theories():
    for group in MEMORY:
        names = [
            "Lyapunov exponent",
            *(["spectral radius", "mean field"] if group[1] in ("tanh", "relu") else ["mean gate"]),
        ]
        for length in (20, 80):
            for moment in MOMENTS:
                for place, name in enumerate(names):
                    ratio = 1.02 - 0.3125 * place
                    moved = 2 if moment == "final" and group[2] == "none" else 1
                    predicted = factor(group) * moved
                    row = {"moment": moment, "theory": name, "n": SEEDS, "predicted": predicted, "bound": False}
                    yield own(group, length) | row | spread("ratio", ratio, ratio / 1.1, ratio * 1.1)


def memories():
    for place, (group, t50) in enumerate(MEMORY.items()):
        horizon = Censored.at_least(79) if t50 > 80 else Censored.exactly(t50 / (1 + place % 4))
        yield own(group, 80) | {"n": SEEDS, "gradient_horizon_initial": horizon, "memory_horizon": t50}


def agreements():
    names = ("context_needed", "gate_time", "gradient_horizon_initial", "memory_capacity", "memory_horizon")
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            value = 0.9 - 0.3 * place
            yield {"first": first, "second": second, "length": 80, "trained_length": 20, "n": 16} | spread(
                "correlation", value, value - 0.3, value + 0.08
            )


def predictions():
    """The first two measures rank alike, each of the others worse; some speak of some cells only."""
    of = {"chi_1": ("tanh", "relu"), "spectral_radius": ("tanh", "relu"), "gate_time": ("gru", "lstm")}
    for place, (group, t50) in enumerate((MEMORY | ELSEWHERE).items()):
        for number, name in enumerate(NAMES):
            if group[1] not in of.get(name, (group[1],)):
                continue
            steps = 0.5 * t50 * (1 + (0.3 + number // 2) * (place * 7 % 5))
            horizons = {
                "predicted_horizon": Censored.exactly(steps) if steps < 79 else Censored.at_least(79),
                "memory_horizon": Censored.exactly(t50) if t50 < 80 else Censored.at_least(80),
            }
            task = "adding" if group[0].startswith("adding") else "recall"
            ratio = {"ratio_least": steps / t50, "ratio_most": steps / t50, "factor": max(steps / t50, t50 / steps)}
            yield own(group, 80, task) | {"predictor": name, "n": SEEDS, "judged": True} | horizons | ratio


def transports():
    for bias, arm in ((0, LSTM), (2, OF_BIAS[2])):
        for seed in range(SEEDS):
            for lag in (1, 2, 5, 10, 20, 50, 100):
                row = {"moment": "initial", "seed": seed, "lag": lag, "gated": (1 / (1 + math.exp(-bias))) ** lag}
                yield own(("flow", arm.cell, arm.remedy), 200) | row


def extrapolations():
    """Of networks that solved lengths 5 and 10, one fewer solves it with every doubling; of one kind, all do."""
    for setting, task in (("modern-recall", "recall"), ("modern-adding", "adding"), ("parity-32", "parity")):
        for cell, lost in (("tanh", 2), ("lstm", 1), ("lru", 0)):
            for length in (5, 10, 20):
                for seed in range(JUDGED):
                    for doubling, factor in enumerate((1, 2, 4, 8)):
                        row = {"seed": seed, "factor": factor, "tested_length": factor * length, "loss": 0.1 * factor}
                        row |= {"solved": length < 20 or seed < 3, "solved_there": seed >= lost * doubling}
                        yield own((setting, cell, "none"), length, task) | row


def baselines():
    for task, length in (("digits", 64), ("digits-permuted", 64), ("reset", 20), ("selective-recall", 20)):
        for rank, (name, accuracy) in enumerate((("majority class", 0.1), ("logistic regression on all pixels", 0.95))):
            row = {"task": task, "length": length, "rank": rank, "baseline": name, "accuracy": accuracy}
            yield row | {"solved_when": "accuracy >= 0.95"}


def runs():
    for cell in EARLY:
        yield own(("early-steps", cell, "none"), 50) | {"run": f"early-{cell}", "updates": 300}
    for group in UNREAD:
        yield own(group, 5, "adding") | {"run": " ".join(group)}


def full_tables():
    """Every table that a figure draws, filled."""
    makers = {
        "success": successes,
        "networks": networks,
        "profiles": profile_rows,
        "profile_means": profile_mean_rows,
        "gradients": gradient_rows,
        "hidden_gradients": hidden_gradients,
        "eigenvalues": eigenvalues,
        "gate_traces": gate_traces,
        "theory": theories,
        "memories": memories,
        "agreement": agreements,
        "predictions": predictions,
        "transport": transports,
        "extrapolation": extrapolations,
        "baselines": baselines,
        "runs": runs,
    }
    made = EMPTY | {name: frame(name, list(rows())) for name, rows in makers.items()}
    made |= {"horizons": frame("horizons", list(horizon_rows(made)))}
    return made | {"prediction_agreement": frame("prediction_agreement", list(prediction_agreement_rows(made)))}
