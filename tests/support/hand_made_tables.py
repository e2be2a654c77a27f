"""Hand-made tables for tests of the claims: each builder returns a function that makes them."""

import math

from gradient_horizon.claims import runs
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    CONSTANT_FLOW_TANH,
    GRU,
    IDENTITY_RELU,
    KEPT_ORTHOGONAL_TANH,
    LSTM,
    NORMALISED_TANH,
    ORTHOGONAL_TANH,
    PATIENT_TANH,
    RELU,
    TANH,
    UNCLIPPED_TANH,
    WIDE_GRU,
    WIDE_TANH,
)
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES

GROUPS = [
    TANH,
    RELU,
    GRU,
    LSTM,
    ORTHOGONAL_TANH,
    KEPT_ORTHOGONAL_TANH,
    IDENTITY_RELU,
    BIASED_LSTM,
    CHRONO_LSTM,
    CHRONO_GRU,
    PATIENT_TANH,
    UNCLIPPED_TANH,
    WIDE_GRU,
    WIDE_TANH,
    CONSTANT_FLOW_TANH,
    NORMALISED_TANH,
]
EXPLODING = [("tanh", "none")] + [
    ("relu", remedy) for remedy in ("none", "clipped", "clipped-loosely", "clipped-tightly", "clipped-elementwise")
]


EMPTY = {name: schema.frame([]) for name, schema in TABLES.items()}


def frame(name, rows):
    """A table from rows that say only what matters; a plain number in a column of censored values is a known one."""
    blank = {"text": "", "count": 0, "number": math.nan, "flag": False, "censored": None}
    columns = {column.name: blank[column.kind] for column in TABLES[name].columns}
    censorable = {column.name for column in TABLES[name].columns if column.kind == "censored"}

    def whole(row):
        given = {
            k: Censored.exactly(v) if k in censorable and isinstance(v, int | float) else v for k, v in row.items()
        }
        return {**columns, **given}

    return TABLES[name].frame(whole(row) for row in rows)


def spread(name, estimate, low, high):
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def tables(horizons=None, shares=None, gradients=None, spread_by=1.1):
    """Hand-made tables: T50 by (experiment, cell, remedy), shares by (cell, remedy), gradients by row."""
    horizons = {group: 25.0 for group in GROUPS} | (horizons or {})
    shares = {group: (0, 80) for group in EXPLODING} | (shares or {})
    return EMPTY | {
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
        for experiment, cell, factor in (("memory", "tanh", tanh), ("memory-relu", "relu", relu)):
            rows.append(
                own
                | {"experiment": experiment, "cell": cell, "length": 80, "moment": "initial"}
                | {"decay_factor": factor * jitter, "gradient_horizon": horizon * jitter}
            )
        base = own | {"experiment": "early-steps", "cell": "tanh"}
        rows.append(base | {"length": 50, "moment": "initial", "early_share": early * jitter, "weight_gradient": whole})
        rows.append(base | {"length": 50, "moment": "final", "early_share": after * jitter, "weight_gradient": whole})
        rows.append(base | {"length": 5, "moment": "initial", "early_share": 1.0, "weight_gradient": jitter})
    return rows


def t50(**values):
    return lambda: tables(horizons={getattr(runs, name): value for name, value in values.items()})


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
    return tuple(
        at_start(experiment, cell, remedy, moment, r_squared=value) for value in ((0.999, 5e-4), 0.9, (0.985, 0.014))
    )


def better_than_power_law(cell):
    return tuple(at_start("flow", cell, aic_gain=value) for value in (500.0, -500.0, (0.0, 300.0)))


RADII = (0.3, 0.45, 0.6, 0.75, 0.9, 1.2, 1.6)


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


def jumping_in_float64():
    def make(count):
        rows = [
            {"experiment": "explosion-float64", "task": "recall", "cell": "relu", "remedy": "none", "length": 20}
            | {"seed": seed, "learning_rate": 0.1, "judged": True, "chosen": True, "status": "unsolved"}
            | {"update_ratio_median": 0.01, "update_ratio_max": 10.0 if seed < count else 0.02}
            for seed in range(80)
        ]
        return lambda: {**tables(), "networks": frame("networks", rows)}

    return make(80), make(5), make(40)


def half_low():
    """A gradient that is lower in half of the networks only."""
    return networks(window_10=(40, {"gradient_norm_max": 2.5e3}), window_5=(40, {"gradient_norm_max": 2.5e3}))


def beyond(contribution):
    def make():
        group = {"experiment": "truncated", "task": "recall", "cell": "tanh", "remedy": "truncated-10", "length": 20}
        rows = [
            group | {"seed": 0, "moment": "initial", "lag": lag, "contribution": contribution if lag >= 10 else 1.0}
            for lag in range(20)
        ]
        return {**tables(), "profiles": frame("profiles", rows)}

    return make


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


def shares_of(experiment, cell, remedy="none", column="diverged_share", policy="chosen"):
    """A share that is large, small, and about one half."""

    def make(value):
        group = {"experiment": experiment, "task": "recall", "cell": cell, "remedy": remedy, "length": 20, "n": 80}
        row = group | {"policy": policy} | spread(column, value, value - 0.05, value + 0.05)
        return lambda: {**tables(), "success": frame("success", [row])}

    return tuple(make(value) for value in (0.9, 0.1, 0.5))


def distances(near, far, moment="initial"):
    """Decay factors of two groups, the second 0.5: the first nearer to 1, as far, and about half as far."""

    def make(value):
        rows = []
        for (experiment, cell, remedy), factor in ((near, value), (far, 0.5)):
            group = {"experiment": experiment, "task": "recall", "cell": cell, "remedy": remedy, "length": 200}
            rows += [
                group | {"moment": moment, "seed": seed, "decay_factor": factor + 0.01 * (seed - 2)}
                for seed in range(5)
            ]
        return lambda: {**tables(), "gradients": frame("gradients", rows)}

    return tuple(make(value) for value in (0.95, 0.4, 0.75))


def swap(three):
    """The same tables where little is asked for instead of much."""
    return three[1], three[0], three[2]


def sigmoid_powers(times):
    """What four forget biases leave over 100 steps, per step so many times the sigmoid of the bias."""

    def make():
        rows = []
        for bias in (1, 2, 3, 5):
            group = {"experiment": "flow-gate-bias", "task": "recall", "cell": "lstm", "remedy": f"forget-bias-{bias}"}
            for seed in range(5):
                factor = times[seed % len(times)] / (1 + math.exp(-bias))
                own = {"length": 200, "moment": "initial", "seed": seed, "memory_transport": factor**100}
                rows.append(group | own)
        return {**tables(), "gradients": frame("gradients", rows)}

    return make
