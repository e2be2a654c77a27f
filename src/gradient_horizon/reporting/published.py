"""Published results beside those of the study, where the study has the runs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from gradient_horizon.claims.outcome import Outcome, Region
from gradient_horizon.reporting.grid import Cell, cell, estimate_cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.intervals import Interval


def published(
    wording: Wording, entries: Sequence[Mapping[str, Any]], tests: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[list[Cell]]:
    """A row per published result for which the study has runs."""
    return [row for entry in entries for row in _rows(wording, entry, tests, tables)]


def _rows(
    wording: Wording, entry: Mapping[str, Any], tests: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[list[Cell]]:
    if "test" in entry:
        claim, _, name = entry["test"].partition("/")
        rows = tests[tests["claim"].eq(claim) & tests["test"].eq(name) & tests["n"].gt(0)]
        column = "effect"
    else:
        rows, column = tables[entry["table"]], entry["column"]
        for key, value in entry["where"].items():
            rows = rows[rows[key].eq(value)]
    for row in rows.head(1).to_dict("records"):
        if "test" in entry:
            outcome, unit = Outcome(row["outcome"]), row["unit"]
            what = wording.texts.test(row["claim"], row["test"]).statistic
        else:
            unit, what = entry["unit"], wording.words["measures"].get(column, column)
            low, high = (row.get(f"{column}_{end}", row[column]) for end in ("low", "high"))
            row |= {f"{column}_low": low, f"{column}_high": high}
            outcome = Region(*map(float, entry["region"])).judge(Interval(row[column], low, high))
        shown = estimate_cell(wording, row, column, unit)
        yield [
            cell(f"{entry['source']} ", cite=entry["cite"]),
            cell(entry[wording.language]),
            shown | {"text": f"{what}: {shown['text']}"},
            cell(wording.words["published_outcome"][outcome.value], outcome=outcome.value),
        ]
