"""Hand-made tables with something for every figure, as many rows as a default study has."""

import math

import numpy as np
from hand_made_tables import EMPTY, GROUPS, frame, spread

from gradient_horizon.statistics.censored import Censored

LENGTHS = (5, 10, 20, 40, 80)
MEMORY = {group: 8.0 + 4 * place for place, group in enumerate(GROUPS)} | {
    ("memory-gate-bias", "lstm", "chrono"): 80.0,
    ("memory-relu", "relu", "none"): 6.5,
}
SEEDS = 5
RECORDS = 30
EXPLODING = [
    (cell, remedy)
    for cell in ("tanh", "relu")
    for remedy in ("none", "clipped", "clipped-elementwise", "clipped-loosely", "clipped-tightly", "truncated-5")
]
MOMENTS = ("initial", "final")


def own(group, length=0, task="recall"):
    experiment, cell, remedy = group
    return {"experiment": experiment, "cell": cell, "remedy": remedy, "length": length, "task": task}


def memory_horizons():
    for group, t50 in MEMORY.items():
        ends = (80.0, math.inf) if t50 == 80 else (t50 / 1.5, t50 * 1.5)
        row = {"policy": "chosen", "n": 25, "shortest": 5, "longest": 80, "updates": 1500}
        horizon = Censored.at_least(t50) if t50 == 80 else Censored.exactly(t50)
        yield own(group) | row | spread("memory_horizon", horizon, *ends)
    for radius in (0.3, 0.6, 0.9, 1.2):
        row = {"policy": "chosen", "n": 15, "shortest": 10, "longest": 40}
        yield own(("radius", "tanh", f"radius-{radius}")) | row | spread("memory_horizon", 12 + 10 * radius, 11, 30)


def successes():
    for group, t50 in MEMORY.items():
        for length in LENGTHS:
            solved = round(5 / (1 + (length / t50) ** 3))
            row = {"policy": "chosen", "n": 5, "solved": solved, "updates": 1500}
            share = solved / 5
            yield own(group, length) | row | spread("solved_share", share, max(0, share - 0.3), min(1, share + 0.3))
    for gate in ("forget", "input", "output"):
        for place, cell in enumerate(("lstm", f"lstm-{gate}-open")):
            row = {"policy": "chosen", "n": 12, "solved": 9 - place}
            ends = spread("solved_share", 0.75 - 0.25 * place, 0.4, 0.9)
            yield own((f"gate-{gate}", cell, "none"), 20, "reset") | row | ends
    for task in ("digits", "digits-permuted"):
        for place, cell in enumerate(("tanh", "relu", "gru", "lstm")):
            row = {"policy": "chosen", "n": SEEDS, "updates": 600}
            middle = 0.6 + 0.0625 * place
            yield own((task, cell, "none"), 64, task) | row | spread("accuracy", middle, middle - 0.05, middle + 0.0425)


def networks():
    for task in ("digits", "digits-permuted"):
        for place, cell in enumerate(("tanh", "relu", "gru", "lstm")):
            for seed in range(SEEDS):
                row = {"seed": seed, "judged": True, "chosen": True, "accuracy": 0.58 + 0.06 * place + 0.01 * seed}
                yield own((task, cell, "none"), 64, task) | row | {"status": "unsolved"}
    for cell, remedy in EXPLODING:
        for seed in range(80):
            lost = remedy == "none" and seed < 7
            row = {"seed": seed, "judged": True, "chosen": True, "update": 40 if lost else 400}
            yield own(("explosion", cell, remedy), 20) | row | {"status": "diverged" if lost else "solved"}


def trajectories():
    wave = np.random.default_rng(0)
    for cell, remedy in EXPLODING:
        for seed in range(80):
            lost = remedy == "none" and seed < 7
            norms = np.exp(wave.normal(size=2 if lost else 20).cumsum() / 3)
            for stretch, norm in enumerate(norms, start=1):
                value = math.inf if lost and stretch == 2 else norm
                row = {"seed": seed, "update": 20 * stretch, "gradient_norm": value}
                yield own(("explosion", cell, remedy), 20) | row


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
    def row(value, moment, lag, n=SEEDS):
        ends = spread("relative_gradient", value, value / 2, value * 2)
        ends |= spread("relative_contribution", value, value / 2, value * 2)
        return ends | {"moment": moment, "lag": lag, "n": n, "predicted": 0.8**lag}

    for group in MEMORY:
        for length in (20, 80):
            for moment in MOMENTS:
                for lag in range(length):
                    yield own(group, length) | row(factor(group) ** lag * (1 + 0.1 * math.sin(lag)), moment, lag)
    for cell in ("tanh", "relu", "gru", "lstm"):
        for moment in MOMENTS:
            for lag in range(50):
                yield own(("early-steps", cell, "none"), 50) | row(0.6**lag, moment, lag)
    for experiment, cell, radii in (("powers", "linear", (0.5, 0.9, 1.2)), ("powers-bounded", "tanh", (0.9, 1.5))):
        for radius in radii:
            for lag in range(301):
                yield own((experiment, cell, f"radius-{radius}"), 301) | row(radius**lag, "initial", lag)


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
            ("flow-gate-bias", "forget-bias-3", "initial", 2.0),
            ("highway", "chrono", "final", 300.0),
        ):
            row = {"moment": moment, "seed": seed, "memory_transport": left * (1 + seed), "gated_transport": left / 10}
            yield own((experiment, "lstm", remedy), 102) | row


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
                        yield own(group, length) | {"moment": moment, "seed": seed, "number": number} | place


def gate_traces():
    for experiment, task, marks in (("selection", "selective-recall", {4}), ("resetting", "reset", {1, 6, 13})):
        for moment in MOMENTS:
            for seed in range(2):
                for step in range(1, 21):
                    open_by = 0.3 * (step in marks) * (moment == "final")
                    gates = {"keeping_gate": 0.6 - open_by, "writing_gate": 0.5 + open_by, "confidence": step / 21}
                    row = {"moment": moment, "seed": seed, "step": step, "marked": step in marks, "symbol": step % 8}
                    yield own((experiment, "lstm", "none"), 20, task) | row | gates


def theories():
    for group in MEMORY:
        names = ["Lyapunov exponent", *(["spectral radius"] if group[1] in ("tanh", "relu") else ["mean gate"])]
        for length in (20, 80):
            for moment in MOMENTS:
                for place, name in enumerate(names):
                    ratio = 1.02 - 0.3125 * place
                    row = {"moment": moment, "theory": name, "n": SEEDS, "predicted": factor(group), "bound": False}
                    yield own(group, length) | row | spread("ratio", ratio, ratio / 1.1, ratio * 1.1)


def memories():
    for group, t50 in MEMORY.items():
        horizon = Censored.at_least(79) if t50 == 80 else Censored.exactly(t50 / 2)
        yield own(group, 80) | {"n": SEEDS, "gradient_horizon_initial": horizon, "memory_horizon": t50}


def agreements():
    names = ("context_needed", "gate_time", "gradient_horizon_initial", "memory_capacity", "memory_horizon")
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            value = 0.9 - 0.3 * place
            yield {"first": first, "second": second, "n": 16} | spread("correlation", value, value - 0.3, value + 0.08)


def transports():
    for bias, (experiment, remedy) in {0: ("flow", "none"), 2: ("flow-gate-bias", "forget-bias-2")}.items():
        for seed in range(SEEDS):
            for lag in (1, 2, 5, 10, 20, 50, 100):
                row = {"moment": "initial", "seed": seed, "lag": lag, "gated": (1 / (1 + math.exp(-bias))) ** lag}
                yield own((experiment, "lstm", remedy), 200) | row


def baselines():
    for task, length in (("digits", 64), ("digits-permuted", 64), ("reset", 20), ("selective-recall", 20)):
        for rank, (name, accuracy) in enumerate((("majority class", 0.1), ("logistic regression on all pixels", 0.95))):
            row = {"task": task, "length": length, "rank": rank, "baseline": name, "accuracy": accuracy}
            yield row | {"solved_when": "accuracy >= 0.95"}


def runs():
    for cell in ("tanh", "relu", "gru", "lstm"):
        yield own(("early-steps", cell, "none"), 50) | {"run": f"early-{cell}", "updates": 300}


def full_tables():
    """Every table that a figure draws, filled."""
    makers = {
        "horizons": memory_horizons,
        "success": successes,
        "networks": networks,
        "trajectories": trajectories,
        "profiles": profile_rows,
        "profile_means": profile_mean_rows,
        "gradients": gradient_rows,
        "hidden_gradients": hidden_gradients,
        "eigenvalues": eigenvalues,
        "gate_traces": gate_traces,
        "theory": theories,
        "memories": memories,
        "agreement": agreements,
        "transport": transports,
        "baselines": baselines,
        "runs": runs,
    }
    return EMPTY | {name: frame(name, list(rows())) for name, rows in makers.items()}
