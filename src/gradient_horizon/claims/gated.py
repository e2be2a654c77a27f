"""Section 4 of the lecture: the LSTM's cell state and gates, and the GRU."""

from gradient_horizon.claims.base import Claim, Finding, Outcome, Region, Tables, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    Runs,
    accuracy_difference,
    at_moment,
    memory_horizon_ratio,
    seed_geometric_mean,
    success_difference,
)
from gradient_horizon.statistics import Interval

A_TENTH = Region(low=0.1)
COSTS = Region(low=0.05)
SIMILAR_LENGTH = Region(1 / 1.5, 1.5)
SIMILAR_ACCURACY = Region(-0.05, 0.05)
HALF_OF_THE_TASKS = Region(low=0.5)
MOST = Region(low=0.5)

LSTM_FLOW = Runs("flow", "lstm")
TRAINED, TRAINED_CHRONO = Runs("highway", "lstm"), Runs("highway", "lstm", "chrono")


def _transport(test_id: str, kind: str, runs: Runs, moment: str, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,  # type: ignore[arg-type]
        table="gradients",
        rows=f"{runs}, moment {moment}",
        statistic="geometric mean over seeds of memory_transport, the norm of dc_T/dc_{T-100} (Student on logarithms)",
        unit="-",
        region=A_TENTH,
        why="A tenth of the gradient after 100 steps is a generous reading of “without vanishing”.",
        measure=lambda tables: seed_geometric_mean(at_moment(tables, runs, "memory_transport", moment=moment)),
        **texts,
    )


def _bias(remedy: str, name: str) -> Test:
    return _transport(
        remedy,
        "boundary",
        Runs("flow-gate-bias", "lstm", remedy),
        "initial",
        question=f"Is a tenth left before training with {name}?",
        if_pass=f"with {name} {{effect}} times the gradient is left after 100 steps",
        if_fail=f"with {name} only {{effect}} times the gradient is left",
    )


def _share_on_the_highway(tables: Tables) -> Finding:
    """The path through c alone, over all paths from c to c."""
    gated = at_moment(tables, TRAINED_CHRONO, "gated_transport", moment="final")
    whole = at_moment(tables, TRAINED_CHRONO, "memory_transport", moment="final")
    ratios = (gated / whole).dropna()
    return seed_geometric_mean(ratios) if len(ratios) else NOTHING


HIGHWAY = Claim(
    id="cell-state-highway",
    section="gated cells",
    quote_pl="Cell state (c) przepływa prawie bez zmian (suma, mnożenie) – gradient może „przepłynąć” przez 100 kroków "
    "bez zanikania.",
    quote_en="The cell state (c) flows almost unchanged (sum, product): the gradient can “flow” through 100 steps without "
    "vanishing.",
    figure="highway",
    tests=(
        _transport(
            "initial",
            "main",
            LSTM_FLOW,
            "initial",
            question="Is a tenth of the gradient of c left after 100 steps, as PyTorch initialises the LSTM?",
            if_pass="as PyTorch initialises the LSTM, {effect} times the gradient of c is left after 100 steps",
            if_fail="as PyTorch initialises the LSTM, only {effect} times the gradient of c is left after 100 steps",
        ),
        _transport(
            "trained",
            "main",
            TRAINED,
            "final",
            question="Is a tenth left after training on a task that needs 100 steps?",
            if_pass="after training on a task that needs 100 steps {effect} is left",
            if_fail="after training on a task that needs 100 steps only {effect} is left",
        ),
        *(_bias(f"forget-bias-{bias}", f"a forget bias of {bias}") for bias in (1, 2, 3, 5)),
        _bias("chrono", "chrono initialisation"),
        _transport(
            "trained-chrono",
            "boundary",
            TRAINED_CHRONO,
            "final",
            question="Is a tenth left in networks that started from chrono initialisation and were trained?",
            if_pass="trained from chrono initialisation {effect} times the gradient is left",
            if_fail="trained from chrono initialisation only {effect} times the gradient is left",
        ),
        Test(
            id="path-through-c",
            kind="boundary",
            question="Is the path through c alone at least half of what gets through, in those networks?",
            table="gradients",
            rows=f"{TRAINED_CHRONO}, moment final",
            statistic="geometric mean over seeds of gated_transport over memory_transport (Student on logarithms)",
            unit="-",
            region=MOST,
            why="Below one half it is the paths through h, not the highway, that carry the gradient.",
            measure=_share_on_the_highway,
            if_pass="the path through c alone accounts for {effect} times what gets through",
            if_fail="the path through c alone accounts for only {effect} times what gets through",
        ),
    ),
)


def _gate(gate: str, job: str, cell: str, runs: Runs) -> Test:
    opened = runs._replace(cell=cell)
    return Test(
        id=gate,
        kind="main",
        question=f"Does holding the {gate} gate open cost the LSTM a task that needs {job}?",
        table="success",
        rows=f"{runs}; against {opened}; policy chosen",
        statistic="difference of solved_share (Newcombe)",
        unit="share",
        region=COSTS,
        why="More than five in a hundred networks; a gate that can be missed altogether would cost none.",
        measure=lambda tables: success_difference(tables, runs, opened, "solved_share"),
        if_pass=f"without the {gate} gate a further {{effect}} of the networks fail where {job} is needed",
        if_fail=f"holding the {gate} gate open costs nothing where {job} is needed ({{effect}} of the networks)",
    )


FORGET, INPUT = Runs("gate-forget", "lstm"), Runs("gate-input", "lstm", "forget-bias-1")
OUTPUT = Runs("gate-output", "lstm", "forget-bias-1")

THREE_GATES = Claim(
    id="three-gates",
    section="gated cells",
    quote_pl="Forget gate (f): decyduje, co usunąć z pamięci. Input gate (i): decyduje, co dodać do pamięci. "
    "Output gate (o): decyduje, co wypuścić na wyjście.",
    quote_en="Forget gate (f): decides what to remove from memory. Input gate (i): decides what to add to memory. "
    "Output gate (o): decides what to let out.",
    figure="gates",
    tests=(
        _gate("forget", "forgetting", "lstm-forget-open", FORGET),
        _gate("input", "keeping distractors out", "lstm-input-open", INPUT),
        _gate("output", "waiting before the answer", "lstm-output-open", OUTPUT),
    ),
)

TASKS = ("recall", "adding", "digits", "digits-permuted")


def _similar(task: str, tables: Tables) -> tuple[Outcome, int]:
    """Whether GRU and LSTM are equivalent on a task: T50 within a factor 1.5, or accuracy within 0.05."""
    experiment = "memory" if task == "recall" else task
    pair = Runs(experiment, "gru"), Runs(experiment, "lstm")
    if task in ("recall", "adding"):
        found = memory_horizon_ratio(tables, *pair)
        return SIMILAR_LENGTH.judge(found.effect), found.n
    found = accuracy_difference(tables, *pair)
    return SIMILAR_ACCURACY.judge(found.effect), found.n


def _similar_tasks(tables: Tables) -> Finding:
    """The share of tasks on which both are equivalent; the interval counts undecided tasks against and for."""
    outcomes = [_similar(task, tables) for task in TASKS]
    n = sum(count for _, count in outcomes)
    if not all(count for _, count in outcomes):
        return NOTHING
    alike = sum(outcome is Outcome.PASS for outcome, _ in outcomes)
    unclear = sum(outcome is Outcome.UNCLEAR for outcome, _ in outcomes)
    return Finding(Interval(alike / len(TASKS), alike / len(TASKS), (alike + unclear) / len(TASKS)), n)


GRU_SIMILAR = Claim(
    id="gru-similar",
    section="gated cells",
    quote_pl="GRU (Gated Recurrent Unit): uproszczona wersja LSTM (tylko 2 bramki: reset i update), często podobna "
    "skuteczność, mniej parametrów.",
    quote_en="GRU (Gated Recurrent Unit): a simplified LSTM (only 2 gates: reset and update), often similar performance, "
    "fewer parameters.",
    figure="digits",
    tests=(
        Test(
            id="tasks",
            kind="main",
            question="Are GRU and LSTM equivalent on at least half of the tasks?",
            table="horizons, success",
            rows=f"experiments memory, adding, digits and digits-permuted, policy chosen; tasks {', '.join(TASKS)}",
            statistic="share of tasks with T50 within a factor 1.5, or accuracy within 0.05, by its whole interval",
            unit="share",
            region=HALF_OF_THE_TASKS,
            why="“Often” is at least half; the margins are those fixed in the design, before any run.",
            measure=_similar_tasks,
            if_pass="they are equivalent on {effect} of the tasks",
            if_fail="they are equivalent on only {effect} of the tasks",
        ),
        Test(
            id="forget-bias",
            kind="boundary",
            question="Do both remember equally long when the LSTM's forget bias starts at 1?",
            table="horizons",
            rows="experiment memory, cell gru; against experiment memory-gate-bias, cell lstm, remedy forget-bias-1",
            statistic="ratio of the memory horizons T50 (profile likelihood, MOVER)",
            unit="-",
            region=SIMILAR_LENGTH,
            why="A factor of 1.5 either way.",
            measure=lambda tables: memory_horizon_ratio(
                tables, Runs("memory", "gru"), Runs("memory-gate-bias", "lstm", "forget-bias-1")
            ),
            if_pass="with a forget bias of 1 the LSTM remembers as long as the GRU (the GRU {effect} times)",
            if_fail="even with a forget bias of 1 memories differ (the GRU's is {effect} times the LSTM's)",
        ),
    ),
)
