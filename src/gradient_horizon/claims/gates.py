"""Section 4 of the lecture: what the LSTM's gates do, and what they learn to do."""

import pandas as pd

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.comparisons import Kind
from gradient_horizon.claims.evidence import NOTHING, Runs, at_moment, seed_mean, success_difference
from gradient_horizon.statistics import Interval
from gradient_horizon.tables.catalogue import Tables

COSTS = Region(low=0.05)
EQUAL = {"float64": Region(high=1e-10), "float32": Region(high=1e-6)}
TO_MACHINE_PRECISION = Region(high=1e-14)
MORE = Region(low=0.05)
LARGE_EFFECT, LARGE_FALL = Region(low=0.8), Region(high=-0.8)
DESTROYED, LEFT = Region(high=0.5), Region(low=0.5)

FORGET, INPUT = Runs("gate-forget", "lstm"), Runs("gate-input", "lstm", "forget-bias-1")
OUTPUT = Runs("gate-output", "lstm", "forget-bias-1")
WITHOUT_FORGET = Runs("gate-importance", "lstm-forget-open")
WITHOUT_INPUT = Runs("gate-input", "lstm-input-open", "forget-bias-1")
WITHOUT_OUTPUT = Runs("gate-input", "lstm-output-open", "forget-bias-1")
SELECTING, RESETTING = Runs("selection", "lstm"), Runs("resetting", "lstm")
SELECTING_GRU = Runs("selection", "gru")


def _largest_difference(tables: Tables, precision: str) -> Finding:
    rows = tables["equality"]
    rows = rows[rows["precision"].eq(precision)]
    if rows.empty:
        return NOTHING
    largest = float(rows[["states", "gradients"]].to_numpy().max())
    return Finding(Interval(largest, largest, largest), len(rows))


def _as_torch(precision: str) -> Test:
    return Test(
        id=f"torch-{precision}",
        kind="main",
        question=f"Are these cells those of torch.nn, step for step, in {precision}?",
        table="equality",
        rows=f"precision {precision}; tanh, relu, gru, lstm",
        statistic="largest difference of states and gradients, relative to the largest value (all networks)",
        unit="-",
        region=EQUAL[precision],
        why="Rounding of fifty steps; a cell that differed in one gate would be off by many thousand times as much.",
        measure=lambda tables: _largest_difference(tables, precision),
        if_pass=f"the cells are those of torch.nn (in {precision} to {{effect}})",
        if_fail=f"the cells are not those of torch.nn (off by {{effect}} in {precision})",
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
        unit="share difference",
        region=COSTS,
        why="More than five in a hundred networks; a gate that can be missed altogether would cost none.",
        measure=lambda tables: success_difference(tables, runs, opened, "solved_share"),
        if_pass=f"without the {gate} gate {{effect}} more of the networks fail where {job} is needed",
        if_fail=f"holding the {gate} gate open costs nothing where {job} is needed (a cost of {{effect}})",
    )


def _matters_more(first: str, second: str, without_first: Runs, without_second: Runs) -> Test:
    return Test(
        id=f"{first}-before-{second}",
        kind="boundary",
        question=f"Does selective recall fare worse without the {first} gate than without the {second} gate?",
        table="success",
        rows=f"{without_second}; against {without_first}; policy chosen",
        statistic="difference of solved_share (Newcombe)",
        unit="share difference",
        region=COSTS,
        why="The order forget, input, output is that of Jozefowicz et al. (2015); the same five in a hundred.",
        measure=lambda tables: success_difference(tables, without_second, without_first, "solved_share"),
        if_pass=f"the {first} gate matters more than the {second} gate ({{effect}} more fail without it)",
        if_fail=f"the {first} gate matters no more than the {second} gate ({{effect}} more fail without it)",
    )


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
        _as_torch("float64"),
        _as_torch("float32"),
        _matters_more("forget", "input", WITHOUT_FORGET, WITHOUT_INPUT),
        _matters_more("input", "output", WITHOUT_INPUT, WITHOUT_OUTPUT),
    ),
)


def _filter_error(tables: Tables) -> Finding:
    errors = at_moment(tables, OUTPUT, "filter_error", moment="final", table="gates")
    if errors.empty:
        return NOTHING
    return Finding(Interval(*[float(errors.max())] * 3), len(errors))


def _hidden_from_sight(tables: Tables) -> Finding:
    memory, hidden = (
        at_moment(tables, OUTPUT, column, moment="final", table="gates")
        for column in ("decoded_memory", "decoded_hidden")
    )
    return seed_mean((memory - hidden).dropna())


FILTERED = Claim(
    id="hidden-is-filtered-cell",
    section="gated cells",
    quote_pl="Hidden state (h) to „filtrowana” wersja cell state (przepuszczona przez tanh i bramkę output).",
    quote_en="The hidden state (h) is a “filtered” version of the cell state (passed through tanh and the output gate).",
    figure="gates",
    tests=(
        Test(
            id="identity",
            kind="main",
            question="Is h = o · tanh(c) at every step of trained networks, to machine precision?",
            table="gates",
            rows=f"{OUTPUT}, moment final",
            statistic="largest |h - o tanh(c)| over steps, units, sequences and seeds",
            unit="-",
            region=TO_MACHINE_PRECISION,
            why="A hundred times the rounding of float64; values are at most 1.",
            measure=_filter_error,
            if_pass="h is o · tanh(c) to within {effect}",
            if_fail="h differs from o · tanh(c) by up to {effect}",
        ),
        Test(
            id="hides",
            kind="main",
            question="Half-way through the gap, does c give away the symbol where h does not?",
            table="gates",
            rows=f"{OUTPUT}, moment final",
            statistic="mean over seeds of decoded_memory - decoded_hidden (Student)",
            unit="share difference",
            region=MORE,
            why="Five in a hundred sequences; a filter that hides nothing would leave no difference.",
            measure=_hidden_from_sight,
            if_pass="in the middle of the gap a linear decoder reads {effect} more of the symbols from c",
            if_fail="in the middle of the gap h gives the symbol away as well as c (a difference of {effect})",
        ),
    ),
)


def _gain(tables: Tables, runs: Runs, column: str) -> Finding:
    """How much training has changed a gate's opening at marked steps."""
    trained, untrained = (at_moment(tables, runs, column, moment=m, table="gates") for m in ("final", "initial"))
    return seed_mean((trained - untrained).dropna())


def _share_left(tables: Tables, runs: Runs, column: str) -> Finding:
    """What is left of the accuracy above chance once the gate takes its mean."""
    rows = tables["baselines"]
    task = runs.of(tables["gates"])["task"]
    if task.empty or not rows["task"].eq(task.iloc[0]).any():
        return NOTHING
    chance = float(rows.loc[rows["task"].eq(task.iloc[0]) & rows["rank"].eq(0), "accuracy"].iloc[0])
    intact, changed = (at_moment(tables, runs, name, moment="final", table="gates") for name in ("accuracy", column))
    above: pd.Series = intact - chance
    return seed_mean(((changed - chance) / above.where(above > 0)).dropna())


def _opening(test_id: str, runs: Runs, column: str, region: Region, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind="main",
        table="gates",
        rows=f"{runs}, moments final and initial",
        statistic=f"mean over seeds of {column}, trained less untrained (Student)",
        unit="standard deviations",
        region=region,
        why="0.8 standard deviations is a large effect by Cohen's (1988) convention.",
        measure=lambda tables: _gain(tables, runs, column),
        **texts,
    )


def _replaced(test_id: str, kind: Kind, runs: Runs, column: str, region: Region, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="gates",
        rows=f"{runs}, moment final; table baselines",
        statistic=f"mean over seeds of {column}, less chance, over accuracy, less chance (Student)",
        unit="share",
        region=region,
        why="Half of what the network knows above chance divides destroyed from left standing.",
        measure=lambda tables: _share_left(tables, runs, column),
        **texts,
    )


INTELLIGENT = Claim(
    id="intelligent-forgetting",
    section="gated cells",
    quote_pl="Intelligent forgetting: Sieć uczy się, które informacje są ważne (zapamiętać) a które śmieci (wyrzucić).",
    quote_en="Intelligent forgetting: the network learns which information matters (to remember) and which is rubbish "
    "(to throw out).",
    figure="gate-activity",
    tests=(
        _opening(
            "input-opens",
            SELECTING,
            "writing_opening",
            LARGE_EFFECT,
            question="Does the LSTM learn to open its input gate wider at the one marked step?",
            if_pass="training opens the input gate at the marked step by {effect} standard deviations more",
            if_fail="training does not open the input gate at the marked step ({effect} standard deviations)",
        ),
        _opening(
            "forget-closes",
            RESETTING,
            "keeping_opening",
            LARGE_FALL,
            question="Does it learn to close its forget gate at steps that replace what came before?",
            if_pass="training closes the forget gate at resets ({effect} standard deviations)",
            if_fail="training does not close the forget gate at resets ({effect} standard deviations)",
        ),
        _replaced(
            "input-at-marks",
            "main",
            SELECTING,
            "writing_mean_marked",
            DESTROYED,
            question="Is the result destroyed when the input gate takes its mean at the marked step?",
            if_pass="with the input gate at its mean at the marked step only {effect} of the result is left",
            if_fail="with the input gate at its mean at the marked step {effect} of the result is left",
        ),
        _replaced(
            "input-elsewhere",
            "main",
            SELECTING,
            "writing_mean_unmarked",
            LEFT,
            question="Does the result survive when the input gate takes its mean at all other steps?",
            if_pass="with it at its mean elsewhere {effect} is left",
            if_fail="with it at its mean everywhere else only {effect} is left",
        ),
        _replaced(
            "forget-at-resets",
            "main",
            RESETTING,
            "keeping_mean_marked",
            DESTROYED,
            question="Is the result destroyed when the forget gate takes its mean at resets?",
            if_pass="with the forget gate at its mean at resets only {effect} of the result is left",
            if_fail="with the forget gate at its mean at resets {effect} of the result is left",
        ),
        _replaced(
            "forget-elsewhere",
            "main",
            RESETTING,
            "keeping_mean_unmarked",
            LEFT,
            question="Does the result survive when the forget gate takes its mean at all other steps?",
            if_pass="with it at its mean elsewhere {effect} is left",
            if_fail="with it at its mean everywhere else only {effect} is left",
        ),
        _replaced(
            "gru-update-at-marks",
            "boundary",
            SELECTING_GRU,
            "keeping_mean_marked",
            DESTROYED,
            question="In a GRU, is the result destroyed when the update gate takes its mean at the marked step?",
            if_pass="in a GRU, whose update gate both keeps and writes, the choice at the marked step is needed: "
            "without it {effect} of the result is left",
            if_fail="in a GRU the update gate's choice at the marked step is not needed either ({effect} is left)",
        ),
    ),
)
