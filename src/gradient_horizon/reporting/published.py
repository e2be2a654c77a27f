"""Published results beside ours, as a table of the report, and in a sentence."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from gradient_horizon.claims.registered import registered_test
from gradient_horizon.literature.compared import Agreement
from gradient_horizon.literature.rows import PublishedRow
from gradient_horizon.reporting.grid import Cell, Column, cell, estimate_cell, grid
from gradient_horizon.reporting.wording import Wording

COLUMNS = (
    Column("source", width=0.5),
    Column("published", width=1.7),
    Column("ours", width=1.8),
    Column("verdict_published", width=0.8),
)

NUMBER = re.compile(r"\d[\d.e+-]*")
"""The value of a parameter, in a description of changes."""

OF_NETWORKS = ("updates", "left")
"""Measures of which a mean is of the networks that get there."""


def published_table(wording: Wording, rows: Sequence[PublishedRow], table: pd.DataFrame) -> dict[str, Any]:
    """A row per published result, in the order of the report's sources."""
    found = {row["id"]: row for row in table.to_dict("records")}
    shown = [_row(wording, row, found[row.id]) for row in rows if row.id in found]
    return grid(wording, "published", COLUMNS, shown)


def published_summary(wording: Wording, table: pd.DataFrame) -> str:
    """How many published results agree with ours, differ, stay open or are beyond the budget."""
    counts = Counter(table["outcome"])
    shown = {agreement.name.lower(): wording.numbers.integer(counts[agreement.value]) for agreement in Agreement}
    papers = wording.numbers.integer(table["paper"].nunique())
    return str(
        wording.words["published_summary"].format(rows=wording.numbers.integer(len(table)), papers=papers, **shown)
    )


def _row(wording: Wording, row: PublishedRow, found: Mapping[str, Any]) -> list[Cell]:
    words = wording.words["published_words"]
    published = wording.quantities.estimate(row.value, row.unit)
    outcome = str(wording.words["published_outcome"][found["outcome"]])
    author, year = row.cite[:-4].capitalize(), row.cite[-4:]
    source = words["read"][row.read].format(author=author, year=year, place=row.place[wording.language])
    return [
        cell(f"{source} ", cite=row.cite),
        cell(words["published"].format(value=published, conditions=row.conditions[wording.language]), row.value),
        _ours(wording, row, found),
        cell(outcome, outcome=_look(found["outcome"])),
    ]


def _ours(wording: Wording, row: PublishedRow, found: Mapping[str, Any]) -> Cell:
    """Our estimate, and the conditions under which it was found."""
    words, measure = wording.words["published_words"], found["measure"]
    how = str(words["how"][measure].format(test=_statistic(wording, found)))
    if measure in ("solved", "updates", "left", "loss"):
        how = str(words["conditions"].format(**_conditions(wording, found)))
    if row.differences is not None:
        how = str(words["differences"].format(how=how, what=row.differences[wording.language]))
    if pd.isna(found["ours"]):
        return cell(words["published"].format(value=_without_number(wording, found), conditions=how))
    if found["ours_low"] == found["ours_high"]:
        found = {**found, "ours_low": math.nan, "ours_high": math.nan}
    shown = estimate_cell(wording, found, "ours", found["ours_unit"])
    value = shown["text"]
    if found["n"]:
        counted = found["reached"] if measure in OF_NETWORKS else found["n"]
        value = words["of"].format(value=value, n=wording.numbers.integer(counted))
    return shown | {"text": words["published"].format(value=value, conditions=how)}


def _without_number(wording: Wording, found: Mapping[str, Any]) -> str:
    """Why there is no estimate: no network gets there, or the run was left out at its price."""
    words, integer = wording.words["published_words"], wording.numbers.integer
    if found["n"]:
        return str(words["none"].format(n=integer(found["n"])))
    return str(words["left_out"].format(minutes=integer(found["minutes"]))) if pd.notna(found["minutes"]) else "–"


def _statistic(wording: Wording, found: Mapping[str, Any]) -> str:
    if found["measure"] != "test":
        return ""
    claim, _, name = found["experiment"].partition("/")
    return wording.texts.statistic(registered_test(claim, name))


def _conditions(wording: Wording, found: Mapping[str, Any]) -> dict[str, str]:
    numbers, words = wording.numbers, wording.words["published_words"]
    return {
        "cell": wording.names.cell(found["cell"]),
        "task": wording.names.task(found["task"]),
        "changes": _changes(wording, found["changes"]) or words["default_start"],
        "optimiser": wording.names.optimiser(found["optimiser"]),
        "rates": words["or"].join(numbers.number(float(rate)) for rate in found["learning_rates"].split("; ")),
        **{name: numbers.integer(found[name]) for name in ("length", "hidden_size", "batch_size", "updates")},
    }


def _changes(wording: Wording, written: str) -> str:
    """Changes as the table of published results writes them ("clip-norm threshold=1.0; chrono"), in words."""
    told = []
    for name, *parameters in (each.split(" ") for each in written.split("; ") if each):
        values = dict(parameter.partition("=")[::2] for parameter in parameters)
        numbers = {key: float(value) if NUMBER.fullmatch(value) else value for key, value in values.items()}
        told.append(wording.change(name, numbers))
    return "; ".join(told)


def _look(outcome: str) -> str:
    """The style of an outcome: that of a test that passes, fails or stays unclear."""
    return {Agreement.AGREES: "pass", Agreement.DIFFERS: "fail"}.get(Agreement(outcome), "unclear")
