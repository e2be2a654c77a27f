"""Section 4 of the lecture: the LSTM's cell state and gates, and the GRU."""

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    Runs,
    at_moment,
    seed_geometric_mean,
)
from gradient_horizon.tables.catalogue import Tables

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
        if_pass=f"with {name}, {{effect}} times the gradient is left after 100 steps",
        if_fail=f"with {name}, only {{effect}} times the gradient is left",
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
