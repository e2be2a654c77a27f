"""Hand-made tables for tests of the claims on gated cells: each builder returns a function that makes them."""

from hand_made_tables import at_start, frame, solved, spread, tables

from gradient_horizon.claims.runs import GRU


def transported(experiment, remedy, moment="initial"):
    return tuple(
        at_start(experiment, "lstm", remedy, moment, memory_transport=value) for value in (0.5, 1e-6, (0.1, 0.09))
    )


def choices(experiment, cell, task="selective-recall", remedy="none", **values):
    """Gates of ten networks before and after training; a pair of values: before, after; another: around its first."""

    def make():
        rows = []
        for seed in range(10):
            group = {"experiment": experiment, "task": task, "cell": cell, "remedy": remedy, "length": 20, "seed": seed}
            for moment in ("initial", "final"):
                own = {name: value * (1 + 0.01 * (seed - 4.5)) for name, value in values.items()}
                own |= {name: 0.0 for name in values if name.endswith("opening") and moment == "initial"}
                rows.append(group | {"moment": moment, "accuracy": 1.0} | own)
        baseline = {"task": task, "length": 20, "rank": 0, "baseline": "chance", "loss": 2.08, "accuracy": 0.125}
        return {**tables(), "gates": frame("gates", rows), "baselines": frame("baselines", [baseline])}

    return make


def scattered(experiment, cell, column, centre, width, task="selective-recall", **others):
    """The same with values on both sides of the centre."""

    def make():
        made = choices(experiment, cell, task, **{column: 1.0}, **others)()
        gates = made["gates"].copy()
        gates[column] = [centre + width * (seed - 4.5) / 4.5 for seed in gates["seed"]]
        if column.endswith("opening"):
            gates.loc[gates["moment"].eq("initial"), column] = 0.0
        return made | {"gates": gates}

    return make


def opening(experiment, column, task, sign):
    return (
        choices(experiment, "lstm", task, **{column: sign * 2.0}),
        choices(experiment, "lstm", task, **{column: sign * 0.1}),
        scattered(experiment, "lstm", column, sign * 0.8, 0.5, task),
    )


def left(experiment, column, task="selective-recall", cell="lstm"):
    """Little of the result left, nearly all, and about half."""
    made = tuple(choices(experiment, cell, task, **{column: value}) for value in (0.2, 0.95))
    return (*made, scattered(experiment, cell, column, 0.5625, 0.2, task))


def hidden_or_not():
    """As many networks in which c shows more than h as there are others."""
    made = choices("gate-output", "lstm", "recall", "forget-bias-1", decoded_memory=0.9, decoded_hidden=0.85)()
    gates = made["gates"].copy()
    gates["decoded_hidden"] += [0.2 * (-1) ** seed for seed in gates["seed"]]
    return made | {"gates": gates}


def equality(precision, small, large):
    def make(value):
        rows = [
            {"cell": "lstm", "precision": precision, "network": network, "states": value, "gradients": value / 2}
            for network in range(5)
        ]
        return lambda: {**tables(), "equality": frame("equality", rows)}

    return make(small), make(large), lambda: {**tables(), "equality": frame("equality", [])}


def sizes(column, ratio):
    def make():
        rows = [
            {"run": cell, "experiment": "memory-gates", "task": "recall", "cell": cell, "remedy": "none", "length": 20}
            | {"hidden_size": 32, "judged_seeds": 8, column: count}
            for cell, count in (("gru", int(4000 * ratio)), ("lstm", 4000))
        ]
        return {**tables(), "runs": frame("runs", rows)}

    return make


def no_sizes():
    return {**tables(), "runs": frame("runs", [])}


def gate(experiment, opened, remedy="none"):
    return tuple(
        solved(experiment, ("lstm", remedy, count), (opened, remedy, other))
        for count, other in ((80, 20), (20, 80), (44, 40))
    )


def gru_against_lstm(ratio, accuracy):
    """GRU over LSTM: ratio of T50 on recall and adding, difference in accuracy on the other tasks."""

    def make():
        made = tables(
            horizons={
                GRU: 25.0 * ratio,
                ("adding", "gru", "none"): 25.0 * ratio,
                ("adding", "lstm", "none"): 25.0,
            },
            spread_by=1.05,
        )
        rows = [
            {"experiment": name, "task": name, "cell": cell, "remedy": "none", "length": 64, "n": 5, "policy": "chosen"}
            | spread("accuracy", value, value - 0.01, value + 0.01)
            for name in ("digits", "digits-permuted", "temporal-order", "selection", "resetting", "copying")
            for cell, value in (("gru", 0.8 + accuracy), ("lstm", 0.8))
        ]
        return made | {"success": frame("success", rows)}

    return make
