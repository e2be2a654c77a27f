"""Published results beside ours: a table with a row for each, and whether the two agree."""

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.registered import registered_tests
from gradient_horizon.errors import PublishedError, UnknownNameError
from gradient_horizon.literature.kept import Kept
from gradient_horizon.literature.ours import Ours, exactly, from_definition
from gradient_horizon.literature.rows import OfBaseline, OfCount, OfRuns, OfTest, PublishedRow
from gradient_horizon.statistics.intervals import UNKNOWN, Interval
from gradient_horizon.tables.schema import Column, Row, Schema


class Agreement(StrEnum):
    """How a published result and ours compare."""

    AGREES = "agrees"
    DIFFERS = "differs"
    OPEN = "open"
    BUDGET = "budget"
    NO_RUNS = "no runs"


PUBLISHED = Schema(
    "published",
    "a published result",
    (
        Column("id", "text", "-", "id of the row"),
        Column("paper", "text", "-", "key of the publication in the bibliography"),
        Column("place", "text", "-", "table, figure or section"),
        Column("read", "text", "-", "what was read: pdf, text (a stored text version) or code (the authors')"),
        Column("conditions", "text", "-", "conditions as published, in English"),
        Column("unit", "text", "-", "unit of all values"),
        Column("value", "number", "see unit", "as published"),
        Column("value_low", "number", "see unit", "the values that count as the same: from here"),
        Column("value_high", "number", "see unit", "to here"),
        Column("tolerance", "text", "-", "why these: trials, by eye, factor, rounding or order"),
        Column("budget", "count", "updates", "updates that the publication allows; empty: not said"),
        Column("measure", "text", "-", "what of ours: solved, updates, left, loss, test, parameters or baseline"),
        Column("experiment", "text", "-", "our experiment, or claim and test"),
        Column("task", "text", "-", "our task"),
        Column("cell", "text", "-", "our cell"),
        Column("remedy", "text", "-", "our remedy, with `changes`"),
        Column("changes", "text", "-", "changes to starts and gradients"),
        Column("length", "count", "steps", "sequence length"),
        Column("hidden_size", "count", "units", "hidden units"),
        Column("batch_size", "count", "sequences", "sequences per update"),
        Column("optimiser", "text", "-", "optimiser"),
        Column("learning_rates", "text", "-", "learning rates tried"),
        Column("updates", "count", "updates", "updates that we allow"),
        Column("n", "count", "networks", "judged networks; 0: exact, or none"),
        Column("reached", "count", "networks", "of these, networks that the mean is of, or that solve"),
        Column("ours", "number", "see unit", "our estimate"),
        Column("ours_low", "number", "see unit", "lower end of its 95 % interval"),
        Column("ours_high", "number", "see unit", "upper end of its 95 % interval"),
        Column("ours_unit", "text", "-", "unit of ours: that of the row, for tests their own"),
        Column("outcome", "text", "-", "agrees, differs, open, budget or no runs"),
        Column("minutes", "number", "core-minutes", "what its networks take, as `plan` expects"),
    ),
    ("id",),
)


def compared(rows: Iterable[PublishedRow], kept: Mapping[str, Kept], tests: pd.DataFrame) -> pd.DataFrame:
    """The table; raises PublishedError, which names the row, where nothing is kept for it or there is no such test."""
    return PUBLISHED.frame([_row(row, kept, tests) for row in rows])


def _row(row: PublishedRow, kept: Mapping[str, Kept], tests: pd.DataFrame) -> Row:
    low, high = row.region
    filled: Row = {
        "id": row.id,
        "paper": row.cite,
        "place": row.place["en"],
        "read": row.read,
        "conditions": row.conditions["en"],
        "unit": row.unit,
        "value": row.value,
        "value_low": low,
        "value_high": high,
        "tolerance": row.tolerance,
        "budget": row.budget,
        "measure": row.ours.measure,
    }
    return {**filled, **_ours(row, kept, tests)}


def _ours(row: PublishedRow, kept: Mapping[str, Kept], tests: pd.DataFrame) -> Row:
    of = row.ours
    if isinstance(of, OfTest):
        return _of_test(row, of, tests)
    if isinstance(of, OfCount | OfBaseline):
        return _of_definition(row, of)
    if row.id not in kept or not _is_of(kept[row.id], of):
        raise PublishedError(
            f"published row {row.id!r}: our number for it must be kept, got none for experiment {of.experiment!r}, "
            f"cell {of.cell!r}, remedy {of.remedy!r}, length {of.length}; `python -m gradient_horizon keep-published` "
            "keeps it"
        )
    return _of_runs(row, kept[row.id])


def _of_definition(row: PublishedRow, of: OfCount | OfBaseline) -> Row:
    try:
        ours = exactly(from_definition(of))
    except (UnknownNameError, IndexError) as error:
        raise PublishedError(f"published row {row.id!r}: {error}") from None
    given = {name: getattr(of, name, None) for name in ("task", "cell", "hidden_size", "length")}
    return {**given, **_estimated(ours, row.unit), "outcome": agreement(row, ours)}


def _is_of(kept: Kept, of: OfRuns) -> bool:
    spec = kept.spec
    return (spec.experiment, spec.cell, spec.remedy, spec.length) == (of.experiment, of.cell, of.remedy, of.length)


def _of_runs(row: PublishedRow, kept: Kept) -> Row:
    spec = kept.spec
    ours = kept.ours or Ours(UNKNOWN, 0, 0)
    return {
        "experiment": spec.experiment,
        "task": spec.named_task,
        "cell": spec.cell,
        "remedy": spec.remedy,
        "changes": "; ".join(_described(name, values) for name, values in spec.changes),
        "length": spec.length,
        "hidden_size": spec.hidden_size,
        "batch_size": spec.batch_size,
        "optimiser": spec.optimiser,
        "learning_rates": "; ".join(f"{rate:g}" for rate in spec.learning_rates),
        "updates": spec.updates,
        **_estimated(ours, row.unit),
        "outcome": Agreement.BUDGET if kept.ours is None else agreement(row, ours, spec.updates),
        "minutes": kept.minutes,
    }


def _described(name: str, values: Mapping[str, Any]) -> str:
    return " ".join([name, *(f"{key}={value}" for key, value in values.items() if value is not None)])


def _of_test(row: PublishedRow, of: OfTest, tests: pd.DataFrame) -> Row:
    claim, _, name = of.test.partition("/")
    if claim not in registries.CLAIMS or name not in registered_tests(claim):
        raise PublishedError(f"published row {row.id!r}: must name a test of a claim, as claim/test, got {of.test!r}")
    own = tests[tests["claim"].eq(claim) & tests["test"].eq(name) & tests["n"].gt(0)]
    if own.empty:
        return {"experiment": of.test, "n": 0, "reached": 0, "outcome": Agreement.NO_RUNS}
    found = own.iloc[0]
    outcome = {
        Outcome.PASS: Agreement.AGREES,
        Outcome.FAIL: Agreement.DIFFERS,
        Outcome.UNCLEAR: Agreement.OPEN,
    }[Outcome(found["outcome"])]
    effect = Interval(*(float(found[name]) for name in ("effect", "effect_low", "effect_high")))
    n = int(found["n"])
    return {"experiment": of.test, **_estimated(Ours(effect, n, n), found["unit"]), "outcome": outcome}


def _estimated(ours: Ours, unit: str) -> Row:
    estimate, low, high = ours.estimate
    ends = {"ours": estimate, "ours_low": low, "ours_high": high}
    return {"n": ours.n, "reached": ours.reached, **ends, "ours_unit": unit}


def agreement(row: PublishedRow, ours: Ours, updates: int | None = None) -> Agreement:
    """Agrees where our estimate is among the values that count as the same, differs where our interval misses them all.

    Where we allow fewer updates than the publication, only what more updates could not change counts: shares can rise
    with more, losses fall.
    """
    low, high = row.region
    estimate, lower, upper = ours.estimate
    lower, upper = (estimate if math.isnan(end) else end for end in (lower, upper))
    is_short = updates is not None and row.budget is not None and updates < row.budget
    if row.ours.measure in ("updates", "left") and ours.reached < ours.n:
        if ours.reached:
            return Agreement.OPEN
        return Agreement.DIFFERS if updates is not None and updates >= high else Agreement.BUDGET
    if is_short and row.ours.measure == "solved":
        if lower > high:
            return Agreement.DIFFERS
        return Agreement.AGREES if estimate >= low and high == 1 else Agreement.BUDGET
    if is_short and row.ours.measure == "loss":
        return Agreement.DIFFERS if upper < low else Agreement.BUDGET
    if low <= estimate <= high:
        return Agreement.AGREES
    return Agreement.DIFFERS if upper < low or lower > high else Agreement.OPEN
