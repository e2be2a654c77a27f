"""Selection of rows for figures: groups of runs (cell with remedy), their labels, and outcomes of tests."""

from collections.abc import Sequence

import pandas as pd

from gradient_horizon.figures.style import number
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side

CELL_ORDER = ("linear", "tanh", "relu", "gru", "lstm")
VARIANTS = {
    "memory-patient": "patient",
    "memory-unclipped": "unclipped",
    "memory-wide-gru": "wide",
    "memory-wide-tanh": "wide",
}
"""Experiments on memory that differ from the others in more than the remedy, and what their labels add."""


OTHER_THAN_MEMORY = ("early-steps", "radius", "truncated")
"""Experiments on recall over several lengths that do not measure how far a cell remembers."""

NON_NORMAL = "non-normal-0.9"
"""A remedy that figures of the spectral radius leave out: transient growth hides the radius at short lags."""

RADIUS_DECIMALS = 6
"""Rounding to float32 moves the spectral radius of scaled weights by about 1e-8."""


def in_cell_order(cells: pd.Series) -> list[str]:
    """The distinct cells, in the order used by all figures; cells of the user's own come last."""
    present = set(cells)
    return [*(cell for cell in CELL_ORDER if cell in present), *sorted(present - set(CELL_ORDER))]


def memory_groups(horizons: pd.DataFrame) -> pd.DataFrame:
    """Rows of all cells with remedies trained on recall over several lengths, ordered by cell and memory horizon."""
    rows = horizons[horizons["task"].eq("recall") & horizons["policy"].eq("chosen")]
    rows = rows[~rows["experiment"].isin(OTHER_THAN_MEMORY) & (rows["longest"] > rows["shortest"])]
    order = {cell: place for place, cell in enumerate(in_cell_order(rows["cell"]))}
    rows = by_memory(rows.assign(place=rows["cell"].map(order).astype(int)))
    return rows.sort_values("place", kind="stable", ignore_index=True)


def by_memory(groups: pd.DataFrame, column: str = "memory_horizon") -> pd.DataFrame:
    """Rows ordered from the shortest memory to the longest; ties by the lower end of the interval."""
    low = groups[f"{column}_low"] if f"{column}_low" in groups else pd.Series(0.0, groups.index)
    keys = [(horizon.sort_key, low) for horizon, low in zip(groups[column], low, strict=True)]
    return groups.iloc[sorted(range(len(groups)), key=keys.__getitem__)]


def initial_radii(gradients: pd.DataFrame) -> pd.DataFrame:
    """Mean spectral radius of W before training per experiment, cell and remedy; only for cells with a single W."""
    rows = gradients[gradients["moment"].eq("initial") & gradients["remedy"].ne(NON_NORMAL)]
    rows = rows.rename(columns={"spectral_radius": "radius"}).dropna(subset="radius")
    radii = rows.groupby(["experiment", "cell", "remedy"], as_index=False)["radius"].mean()
    return radii.round({"radius": RADIUS_DECIMALS})


def of_group(table: pd.DataFrame, experiment: str, cell: str, remedy: str) -> pd.DataFrame:
    """The rows of one cell with one remedy in one experiment."""
    return table[table["experiment"].eq(experiment) & table["cell"].eq(cell) & table["remedy"].eq(remedy)]


def label(cell: str, remedy: str, experiment: str = "memory") -> str:
    """Label of a cell with a remedy in figures, with the variant of the experiment in parentheses."""
    named = cell if remedy == "none" else f"{cell} + {remedy}"
    return f"{named} ({VARIANTS[experiment]})" if experiment in VARIANTS else named


def label_in_two_lines(cell: str, remedy: str) -> str:
    """The label broken before the remedy, for narrow panels."""
    return label(cell, remedy).replace(" + ", "\n+ ")


def outcome(tests: pd.DataFrame, claim: str, *names: str) -> str:
    """Joint outcome of the named tests of a claim, or of its main tests: pass, fail, unclear, or mixed."""
    selected = tests[tests["claim"].eq(claim)]
    selected = selected[selected["test"].isin(names) if names else selected["kind"].eq("main")]
    outcomes = set(selected["outcome"])
    return "unclear" if not outcomes else outcomes.pop() if len(outcomes) == 1 else "mixed"


def listed(names: Sequence[str], last: str) -> str:
    """Names joined by commas, with the language's "and" before the last."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def plain(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups without remedy, as PyTorch initialises them."""
    return groups[groups["remedy"].eq("none") & ~groups["experiment"].isin(VARIANTS)]


def longest_memory(groups: pd.DataFrame) -> pd.DataFrame:
    """The group with a remedy that has the longest memory horizon; empty where no remedy was tried."""
    remedied = groups[groups["remedy"].ne("none") & ~groups["experiment"].isin(VARIANTS)]
    return by_memory(remedied).tail(1)


def reach(row: pd.Series, language: str, words: Words) -> str:
    """The memory horizon of a row in words: "over", "under" or "about" so many steps."""
    steps, side = row["memory_horizon"].parts
    kind = {Side.RIGHT: "over", Side.LEFT: "under", Side.NONE: "about"}[side]
    return str(words[kind].format(length=number(round(steps), language)))


HORIZON_MARKERS = {Side.NONE: "o", Side.LEFT: "<", Side.RIGHT: ">"}
"""Markers on a horizontal axis: a dot for a known horizon, an arrow towards a censored one."""
