"""What gates do: measures of each gated network, and gates step by step on one sequence."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import MEASURED, MEASURED_KEY
from gradient_horizon.tables.run_files import SHOWN_SEEDS, RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table

MEASURES = (
    Column("gate_saturation", "number", "-", "mean of min(z, 1 - z) of the forget or update gate"),
    Column("filter_error", "number", "-", "largest |h - o tanh(c)|; empty without an output gate"),
    Column("output_gate_cue", "number", "-", "mean of the output gate at the last step; empty without one"),
    Column("output_gate_gap", "number", "-", "mean of the output gate at steps 2 to T - 1; empty without one"),
    Column("read_out_gap", "number", "share", "probability of the right class, by the own read-out half-way"),
    Column("read_out_end", "number", "share", "probability of the right class, by the own read-out at the end"),
    Column(
        "decoded_hidden",
        "number",
        "share",
        "classes that a linear decoder reads from h half-way, with noise of a tenth of h's spread at the end",
    ),
    Column(
        "decoded_memory",
        "number",
        "share",
        "classes that a linear decoder reads from c half-way, with noise of a tenth of c's spread at the end",
    ),
    Column("accuracy", "number", "share", "right answers; this and what follows: tasks with marked steps"),
    Column("writing_opening", "number", "-", "input gate at marked against other steps, Cohen's d"),
    Column("keeping_opening", "number", "-", "forget or update gate at marked against other steps, Cohen's d"),
    Column("writing_mean_marked", "number", "share", "right answers, the input gate at its mean at marked steps"),
    Column("writing_mean_unmarked", "number", "share", "right answers, the input gate at its mean at the others"),
    Column(
        "keeping_mean_marked", "number", "share", "right answers, the forget or update gate at its mean at marked steps"
    ),
    Column(
        "keeping_mean_unmarked", "number", "share", "right answers, the forget or update gate at its mean at the others"
    ),
    Column(
        "writing_and_keeping_mean_marked",
        "number",
        "share",
        "right answers, both gates (of cells with one of them, that one) at their means at marked steps",
    ),
)
"""Columns copied from the measures of the same names [stage seed]."""


def gate_rows(run: RunFiles) -> Iterator[Row]:
    """A row per measured network with gates, and stage."""
    measures = run.measures
    for m, s, key in run.measured_networks():
        if np.isfinite(measures["kept"][m, s]) or np.isfinite(measures["filter_error"][m, s]):
            yield {
                **key,
                "kept_over_gap": np.exp(measures["log_kept_gap"][m, s]),
                **{column.name: measures[column.name][m, s] for column in MEASURES},
            }


def gate_trace_rows(run: RunFiles) -> Iterator[Row]:
    """A row per step of one sequence, for the first networks of a job, on tasks with marked steps."""
    measures = run.measures
    marked = measures.get("trace_marked")
    if marked is None:
        return
    for m, s, key in run.measured_networks():
        if s < SHOWN_SEEDS and np.isfinite(measures["trace_keeping"][m, s]).all():
            for step in range(run.spec.length):
                yield {
                    **key,
                    "step": step + 1,
                    "marked": bool(marked[s, step]),
                    "symbol": int(measures["trace_symbol"][s, step]),
                    "keeping_gate": measures["trace_keeping"][m, s, step],
                    "writing_gate": measures["trace_writing"][m, s, step],
                    "confidence": measures["trace_confidence"][m, s, step],
                }


GATES = Table(
    row="a judged network with gates, at the chosen learning rate and a stage of its training",
    columns=(
        *MEASURED,
        Column("kept_over_gap", "number", "-", "product of the forget or update gate from step 2 on, geometric mean"),
        *MEASURES,
    ),
    key=MEASURED_KEY,
    of_run=gate_rows,
)

GATE_TRACES = Table(
    row="a step of one sequence, for one of a job's first five networks, before or after training",
    columns=(
        *MEASURED,
        Column("step", "count", "-", "step of the sequence, from 1"),
        Column("marked", "flag", "-", "true: the task marks this step"),
        Column("symbol", "count", "-", "the symbol shown, from 0"),
        Column("keeping_gate", "number", "-", "mean over units of the forget or update gate"),
        Column("writing_gate", "number", "-", "mean over units of the input gate; empty without one"),
        Column("confidence", "number", "share", "probability of the right answer, if it were read after this step"),
    ),
    key=(*MEASURED_KEY, "step"),
    of_run=gate_trace_rows,
)
