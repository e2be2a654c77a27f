"""The summary of the lecture: what cures vanishing and exploding gradients."""

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.comparisons import HALF_WAY, longer, nearer_to_one, share_of_networks
from gradient_horizon.claims.evidence import NOTHING, Runs, memory_horizon, seed_geometric_mean, success_difference
from gradient_horizon.statistics import Interval
from gradient_horizon.tables.catalogue import Tables

RARE = Region(high=0.05)
MORE_OFTEN_THAN_NOT = Region(low=0.5)
NO_MORE = Region(high=0.05)
FEWER = Region(low=0.05)

TANH = Runs("memory", "tanh")
ORTHOGONAL_TANH = Runs("memory-orthogonal", "tanh", "orthogonal")
RELU_DEFAULT = Runs("memory-relu", "relu")
LSTM, GRU = Runs("memory-gates", "lstm"), Runs("memory-gates", "gru")
RELU_IDENTITY = Runs("memory-identity", "relu", "identity")
UNCLIPPED_TANH = Runs("memory-unclipped", "tanh")
WIDE_TANH = Runs("memory-wide-tanh", "tanh")
SELECTING, FLOWING = Runs("selection", "gru"), Runs("selection-orthogonal", "tanh", "orthogonal")
RESETTING, FLOWING_ON = Runs("resetting", "gru"), Runs("resetting-orthogonal", "tanh", "orthogonal")
EXPLODING_TANH = Runs("explosion", "tanh")
EXPLODING = Runs("explosion", "relu")
CLIPPED = Runs("explosion", "relu", "clipped")


RELU = Claim(
    id="relu-cures-vanishing",
    section="remedies",
    quote_pl="Vanishing: Gradienty zanikają w czasie → krótka pamięć. Leczenie: ReLU, LSTM/GRU. [ReLU]",
    quote_en="Vanishing: gradients fade over time → short memory. Cure: ReLU, LSTM/GRU. [ReLU]",
    figure="success",
    tests=(
        longer(
            "memory-horizon",
            "main",
            RELU_DEFAULT,
            TANH,
            question="Does a ReLU network, as PyTorch initialises it, remember longer than the tanh network?",
            if_pass="the ReLU network remembers {effect} times as long as the tanh network",
            if_fail="the ReLU network, as PyTorch initialises it, remembers only {effect} times as long as the tanh one",
        ),
        nearer_to_one(
            "decay-factor",
            "main",
            RELU_DEFAULT,
            TANH,
            moment="initial",
            question="Does ReLU bring the decay factor at least half way from the tanh network's to 1?",
            if_pass="its gradient's decay factor is {effect} times as far from 1",
            if_fail="its gradient's decay factor is {effect} times as far from 1 as that of tanh",
        ),
        longer(
            "identity",
            "boundary",
            RELU_IDENTITY,
            TANH,
            question="Does it remember longer with the identity as initial recurrent matrix?",
            if_pass="with the identity as initial recurrent matrix it remembers {effect} times as long as plain tanh",
            if_fail="with the identity as initial recurrent matrix it still remembers {effect} times as long only",
        ),
        Test(
            id="explodes-more",
            kind="boundary",
            question="Does it diverge no more often than tanh when the eigenvalues are large?",
            table="success",
            rows=f"{EXPLODING}; against {EXPLODING_TANH}; policy chosen",
            statistic="difference of diverged_share (Newcombe)",
            unit="share difference",
            region=NO_MORE,
            why="Five in a hundred more would be a side effect worth naming.",
            measure=lambda tables: success_difference(tables, EXPLODING, EXPLODING_TANH, "diverged_share"),
            if_pass="with large eigenvalues it diverges no more often than tanh",
            if_fail="with large eigenvalues {effect} more of its networks diverge than of tanh networks",
        ),
    ),
)


def _selects(test_id: str, gated: Runs, flowing: Runs, *, question: str, where: str) -> Test:
    return Test(
        id=test_id,
        kind="boundary",
        question=question,
        table="success",
        rows=f"{gated}; against {flowing}; policy chosen",
        statistic="difference of solved_share (Newcombe)",
        unit="share difference",
        region=FEWER,
        why="The same five in a hundred.",
        measure=lambda tables: success_difference(tables, gated, flowing, "solved_share"),
        if_pass=f"{where}, {{effect}} more of GRU networks solve the task than of tanh networks with orthogonal weights",
        if_fail=f"{where}, GRU networks do no better than tanh networks with orthogonal weights (by {{effect}})",
    )


GATES = Claim(
    id="gates-cure-vanishing",
    section="remedies",
    quote_pl="Vanishing: Gradienty zanikają w czasie → krótka pamięć. Leczenie: ReLU, LSTM/GRU. [LSTM/GRU]",
    quote_en="Vanishing: gradients fade over time → short memory. Cure: ReLU, LSTM/GRU. [LSTM/GRU]",
    figure="memory-map",
    tests=(
        longer(
            "lstm",
            "main",
            LSTM,
            TANH,
            question="Does an LSTM, as PyTorch initialises it, remember longer than the tanh network?",
            if_pass="the LSTM remembers {effect} times as long as the tanh network",
            if_fail="the LSTM, as PyTorch initialises it, remembers only {effect} times as long as the tanh network",
        ),
        longer(
            "gru",
            "main",
            GRU,
            TANH,
            question="Does a GRU, as PyTorch initialises it, remember longer than the tanh network?",
            if_pass="the GRU remembers {effect} times as long as the tanh network",
            if_fail="the GRU, as PyTorch initialises it, remembers only {effect} times as long as the tanh network",
        ),
        longer(
            "lstm-forget-bias",
            "boundary",
            Runs("memory-gate-bias", "lstm", "forget-bias-1"),
            TANH,
            question="Does the LSTM with a forget bias of 1 remember longer than the tanh network?",
            if_pass="with a forget bias of 1 the LSTM remembers {effect} times as long",
            if_fail="with a forget bias of 1 the LSTM remembers {effect} times as long only",
        ),
        longer(
            "lstm-chrono",
            "boundary",
            Runs("memory-gate-bias", "lstm", "chrono"),
            TANH,
            question="Does the LSTM with chrono initialisation remember longer than the tanh network?",
            if_pass="with chrono initialisation the LSTM remembers {effect} times as long",
            if_fail="with chrono initialisation the LSTM remembers {effect} times as long only",
        ),
        longer(
            "gru-chrono",
            "boundary",
            Runs("memory-gate-bias-gru", "gru", "chrono"),
            TANH,
            question="Does the GRU with chrono initialisation remember longer than the tanh network?",
            if_pass="with chrono initialisation the GRU remembers {effect} times as long",
            if_fail="with chrono initialisation the GRU remembers {effect} times as long only",
        ),
        longer(
            "against-orthogonal",
            "boundary",
            LSTM,
            ORTHOGONAL_TANH,
            question="Does the LSTM, as PyTorch initialises it, remember longer than a tanh network with orthogonal weights?",
            if_pass="the LSTM remembers {effect} times as long as a tanh network with orthogonal weights",
            if_fail="a tanh network with orthogonal weights, without any gate, remembers longer "
            "(the LSTM's T50 is {effect} times its T50)",
        ),
        longer(
            "equal-parameters",
            "boundary",
            LSTM,
            WIDE_TANH,
            question="Does the LSTM, as PyTorch initialises it, remember longer than a tanh network with as many parameters?",
            if_pass="the LSTM remembers {effect} times as long as a tanh network with as many parameters",
            if_fail="the LSTM remembers only {effect} times as long as a tanh network with as many parameters",
        ),
        _selects(
            "selection",
            SELECTING,
            FLOWING,
            question="Do gates select where good gradient flow alone does not (one marked symbol among twenty)?",
            where="where one marked symbol is to be remembered",
        ),
        _selects(
            "resetting",
            RESETTING,
            FLOWING_ON,
            question="Do gates drop what a later mark replaces, where good gradient flow alone does not?",
            where="where each mark replaces what was remembered",
        ),
        *(
            share_of_networks(
                f"{cell}-500",
                "boundary",
                Runs("memory-long", cell, "chrono"),
                column="solved_share",
                region=MORE_OFTEN_THAN_NOT,
                question=f"Do more than half of the {name} networks with chrono initialisation learn 500 steps?",
                why="More often than not.",
                if_pass=f"{{effect}} of {name} networks with chrono initialisation learn even 500 steps",
                if_fail=f"only {{effect}} of {name} networks with chrono initialisation learn 500 steps",
            )
            for cell, name in (("lstm", "LSTM"), ("gru", "GRU"))
        ),
    ),
)

CLIPPING = Claim(
    id="clipping-cures-exploding",
    section="remedies",
    quote_pl="Exploding: Gradienty wybuchają → niestabilność. Leczenie: Gradient clipping, truncated BPTT. [clipping]",
    quote_en="Exploding: gradients blow up → instability. Cure: gradient clipping, truncated BPTT. [clipping]",
    figure="explosion",
    tests=(
        share_of_networks(
            "diverged",
            "main",
            CLIPPED,
            column="diverged_share",
            region=RARE,
            question="Do fewer than 5 % of networks that are built to explode diverge under norm clipping?",
            why="One in twenty, stated before the runs; below it a practitioner would not notice.",
            if_pass="with norm clipping {effect} of the networks diverge",
            if_fail="with norm clipping {effect} of the networks still diverge",
        ),
        Test(
            id="fewer-diverge",
            kind="main",
            question="Do clearly fewer networks diverge with clipping than without?",
            table="success",
            rows=f"{EXPLODING}; against {CLIPPED}; policy chosen",
            statistic="difference of diverged_share (Newcombe)",
            unit="share difference",
            region=FEWER,
            why="Without something to cure there is no cure: the share must fall by more than five in a hundred.",
            measure=lambda tables: success_difference(tables, EXPLODING, CLIPPED, "diverged_share"),
            if_pass="the share that diverges falls by {effect}",
            if_fail="the share that diverges does not fall (by {effect})",
        ),
        share_of_networks(
            "solved",
            "main",
            CLIPPED,
            column="solved_share",
            region=MORE_OFTEN_THAN_NOT,
            question="Do more than half of the clipped networks then solve the task?",
            why="A cure should leave a network that learns, more often than not.",
            if_pass="{effect} of them solve the task",
            if_fail="{effect} of them then solve the task",
        ),
        longer(
            "lengthens-memory",
            "boundary",
            TANH,
            UNCLIPPED_TANH,
            question="Does clipping lengthen memory as well?",
            if_pass="it lengthens memory as well ({effect} times)",
            if_fail="it does not lengthen memory (T50 {effect} times that without)",
        ),
        share_of_networks(
            "loose-threshold",
            "boundary",
            Runs("explosion", "relu", "clipped-loosely"),
            column="diverged_share",
            region=RARE,
            question="Does a threshold of 100 prevent divergence, too?",
            why="The same one in twenty.",
            if_pass="a threshold of 100 prevents divergence, too",
            if_fail="at a threshold of 100 {effect} of the networks diverge",
        ),
        share_of_networks(
            "tight-threshold",
            "boundary",
            Runs("explosion", "relu", "clipped-tightly"),
            column="solved_share",
            region=MORE_OFTEN_THAN_NOT,
            question="Do networks still learn at a threshold of 0.1?",
            why="The same more often than not: a tight threshold makes steps small.",
            if_pass="networks still learn at a threshold of 0.1",
            if_fail="at a threshold of 0.1 {effect} of the networks solve the task within the budget",
        ),
        share_of_networks(
            "elementwise",
            "boundary",
            Runs("explosion", "relu", "clipped-elementwise"),
            column="diverged_share",
            region=RARE,
            question="Does clipping each component prevent divergence, too?",
            why="The same one in twenty.",
            if_pass="clipping each component prevents divergence, too",
            if_fail="with each component clipped {effect} of the networks diverge",
        ),
    ),
)


def _largest_norm_ratio(tables: Tables, runs: Runs) -> Finding:
    """Geometric mean over seeds of the largest gradient norm, over that of the same seeds without truncation."""
    with_it, without = (
        rows[rows["judged"] & rows["chosen"]].set_index("seed")["gradient_norm_max"]
        for rows in (of.of(tables["networks"]) for of in (runs, EXPLODING))
    )
    ratios = (with_it / without).dropna()
    return seed_geometric_mean(ratios) if len(ratios) else NOTHING


def _beyond_window(tables: Tables) -> Finding:
    """The largest contribution of steps at or beyond the window, over seeds and moments."""
    rows = TRUNCATED_MEMORY.of(tables["profiles"])
    beyond = rows.loc[rows["lag"] >= WINDOW, "contribution"].dropna()
    largest = float(beyond.max()) if len(beyond) else float("nan")
    return Finding(Interval(largest, largest, largest), rows["seed"].nunique()) if len(beyond) else NOTHING


WINDOW = 10
TRUNCATED, TIGHTLY_TRUNCATED = Runs("explosion", "relu", "truncated-10"), Runs("explosion", "relu", "truncated-5")
TRUNCATED_MEMORY = Runs("truncated", "tanh", "truncated-10")


def _lower_norm(window: int, runs: Runs) -> Test:
    return Test(
        id=f"norm-{window}",
        kind="main",
        question=f"Does a window of {window} steps lower the largest gradient to less than half?",
        table="networks",
        rows=f"{runs}; against {EXPLODING}; judged seeds",
        statistic="geometric mean over seeds of gradient_norm_max, with over without (Student on logarithms)",
        unit="-",
        region=HALF_WAY,
        why="Half of a gradient that is thousands of times too large is little to ask.",
        measure=lambda tables: _largest_norm_ratio(tables, runs),
        if_pass=f"a window of {window} steps makes the largest gradient {{effect}} times that without",
        if_fail=f"a window of {window} steps leaves the largest gradient at {{effect}} times that without",
    )


TRUNCATION = Claim(
    id="tbptt-cures-exploding",
    section="remedies",
    quote_pl="Exploding: Gradienty wybuchają → niestabilność. Leczenie: Gradient clipping, truncated BPTT. [truncated BPTT]",
    quote_en="Exploding: gradients blow up → instability. Cure: gradient clipping, truncated BPTT. [truncated BPTT]",
    figure="explosion",
    tests=(
        _lower_norm(10, TRUNCATED),
        _lower_norm(5, TIGHTLY_TRUNCATED),
        share_of_networks(
            "diverged",
            "main",
            TIGHTLY_TRUNCATED,
            column="diverged_share",
            region=RARE,
            question="Do fewer than 5 % of the networks diverge with a window of 5 steps?",
            why="The same one in twenty as for clipping.",
            if_pass="with a window of 5 steps {effect} of the networks diverge",
            if_fail="even with a window of 5 steps {effect} of the networks diverge",
        ),
        Test(
            id="memory",
            kind="boundary",
            question="Can networks trained with a window of 10 steps learn to remember across more than 10?",
            table="horizons",
            rows=f"{TRUNCATED_MEMORY}, policy chosen",
            statistic="memory horizon T50 (profile likelihood)",
            unit="steps",
            region=Region(low=WINDOW + 1),
            why="With one step more than the window, no gradient says anything about the first step.",
            measure=lambda tables: memory_horizon(tables, TRUNCATED_MEMORY),
            if_pass="networks learn to remember across more than the window ({effect} steps)",
            if_fail="truncation imposes vanishing: T50 is {effect} steps, not more than the window",
        ),
        Test(
            id="beyond-the-window",
            kind="boundary",
            question="Do steps beyond the window contribute exactly nothing?",
            table="profiles",
            rows=f"{TRUNCATED_MEMORY}, lags of 10 and more, all moments",
            statistic="largest contribution",
            unit="loss / weight",
            region=Region(0, 0),
            why="Zero is the definition of truncation; anything else would be a fault in the engine.",
            measure=_beyond_window,
            if_pass="steps beyond the window contribute exactly nothing",
            if_fail="steps beyond the window still contribute ({effect})",
        ),
    ),
)
