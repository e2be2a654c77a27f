"""Which runs a figure shows, how they are called, and how tests came out: rows of tables, no statistic."""

from collections.abc import Sequence

import pandas as pd

from gradient_horizon.figures.style import number
from gradient_horizon.language.words import Words
from gradient_horizon.statistics import Side

CELL_ORDER = ("linear", "tanh", "relu", "gru", "lstm")
VARIANTS = {
    "memory-patient": "patient",
    "memory-unclipped": "unclipped",
    "memory-wide-gru": "wide",
    "memory-wide-tanh": "wide",
}
"""Experiments on memory that differ from the others in more than the remedy, and what they are called."""


def in_cell_order(cells: pd.Series) -> list[str]:
    """The cells in the order of all figures: plain ones first, the user's own last."""
    present = set(cells)
    return [*(cell for cell in CELL_ORDER if cell in present), *sorted(present - set(CELL_ORDER))]


def memory_groups(horizons: pd.DataFrame) -> pd.DataFrame:
    """Every cell x remedy whose memory was tried on recall over several lengths, ordered by cell and memory horizon."""
    rows = horizons[horizons["task"].eq("recall") & horizons["policy"].eq("chosen")]
    rows = rows[rows["experiment"].str.startswith("memory") & (rows["longest"] > rows["shortest"])]
    order = {cell: place for place, cell in enumerate(in_cell_order(rows["cell"]))}
    rows = by_memory(rows.assign(place=rows["cell"].map(order).astype(int)))
    return rows.sort_values("place", kind="stable", ignore_index=True)


def by_memory(groups: pd.DataFrame, column: str = "memory_horizon") -> pd.DataFrame:
    """Rows from the shortest memory to the longest, those of equal memory by the lower end of its interval."""
    low = groups[f"{column}_low"] if f"{column}_low" in groups else pd.Series(0.0, groups.index)
    keys = [(horizon.sort_key, low) for horizon, low in zip(groups[column], low, strict=True)]
    return groups.iloc[sorted(range(len(groups)), key=keys.__getitem__)]


def of_group(table: pd.DataFrame, experiment: str, cell: str, remedy: str) -> pd.DataFrame:
    """The rows of one cell with one remedy in one experiment."""
    return table[table["experiment"].eq(experiment) & table["cell"].eq(cell) & table["remedy"].eq(remedy)]


def label(cell: str, remedy: str, experiment: str = "memory") -> str:
    """How a cell with a remedy is called in figures; experiments that differ in more add their name."""
    named = cell if remedy == "none" else f"{cell} + {remedy}"
    return f"{named} ({VARIANTS[experiment]})" if experiment in VARIANTS else named


def label_in_two_lines(cell: str, remedy: str) -> str:
    """The same over a panel too narrow for one line."""
    return label(cell, remedy).replace(" + ", "\n+ ")


def outcome(tests: pd.DataFrame, claim: str, *names: str) -> str:
    """How these tests of a claim came out, its main ones if none is named: pass, fail, unclear, or mixed."""
    own = tests[tests["claim"].eq(claim)]
    own = own[own["test"].isin(names) if names else own["kind"].eq("main")]
    found = set(own["outcome"])
    return "unclear" if not found else found.pop() if len(found) == 1 else "mixed"


def listed(names: Sequence[str], last: str) -> str:
    """Names in a row, with the language's "and" before the last one."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def plain(groups: pd.DataFrame) -> pd.DataFrame:
    """Of these cells with remedies those as PyTorch initialises them."""
    return groups[groups["remedy"].eq("none") & ~groups["experiment"].isin(VARIANTS)]


def longest_memory(groups: pd.DataFrame) -> pd.DataFrame:
    """Of these cells with remedies the one with the longest memory horizon; none, where no remedy was tried."""
    remedied = groups[groups["remedy"].ne("none") & ~groups["experiment"].isin(VARIANTS)]
    return by_memory(remedied).tail(1)


def reach(row: pd.Series, language: str, words: Words) -> str:
    """The memory horizon of a row in words: "over", "under" or "about" so many steps."""
    steps, side = row["memory_horizon"].parts
    kind = {Side.RIGHT: "over", Side.LEFT: "under", Side.NONE: "about"}[side]
    return str(words[kind].format(length=number(round(steps), language)))


HORIZON_MARKERS = {Side.NONE: "o", Side.LEFT: "<", Side.RIGHT: ">"}
"""A dot for a horizon that is known, an arrow for one that is only known to lie beyond, on an axis from left to right."""
