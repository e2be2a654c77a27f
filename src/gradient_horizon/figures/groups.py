"""Selection of rows for figures: groups of runs (cell with remedy), their labels, and outcomes of tests."""

import textwrap
from collections.abc import Sequence
from typing import Any, SupportsFloat

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import (
    BIASED_LSTMS,
    CHRONO_LSTM,
    GRU,
    IDENTITY_RELU,
    LSTM,
    ORTHOGONAL_TANH,
    TANH,
    Arm,
)
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.style import cell_colour, cell_ink, number
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.spoken import between
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side

ROW_WIDTH = 32
"""Characters a line of a row's label; names of the user's own are as long as they like."""
SMALLER = 6.0
"""Size of labels of two lines."""
LABEL_WIDTH = 20
"""Characters a line of a label in a narrow panel."""
CELL_ORDER = ("linear", "tanh", "relu", "gru", "lstm")
CORE = (TANH, ORTHOGONAL_TANH, IDENTITY_RELU, GRU, LSTM, CHRONO_LSTM)
"""The arms that every comparison is about; figures that show more of each arm show these only."""

OF_BIAS = {int(arm.remedy.removeprefix("forget-bias-")): arm for arm in BIASED_LSTMS}
"""The LSTMs that start with these forget biases."""

NON_NORMAL = "non-normal-0.9"
"""A remedy that figures of the spectral radius leave out: transient growth hides the radius at short lags."""

RADIUS_DECIMALS = 6
"""Rounding to float32 moves the spectral radius of scaled weights by about 1e-8."""


def in_cell_order(cells: pd.Series) -> list[str]:
    """The distinct cells, in the order used by all figures; cells of the user's own come last."""
    present = set(cells)
    return [*(cell for cell in CELL_ORDER if cell in present), *sorted(present - set(CELL_ORDER))]


def arms_in_order(table: pd.DataFrame) -> list[Arm]:
    """The cells of a table, each with its remedies, in the order used by all figures; without a remedy first."""
    return [
        Arm(cell, str(remedy))
        for cell in in_cell_order(table["cell"])
        for remedy in sorted(set(table[table["cell"].eq(cell)]["remedy"]), key=lambda name: (name != "none", name))
    ]


def memory_groups(horizons: pd.DataFrame) -> pd.DataFrame:
    """Rows of all cells with remedies in the setting of all memory figures, ordered by cell and memory horizon."""
    rows = horizons[horizons["experiment"].eq(RECALL_32) & horizons["policy"].eq("chosen")]
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


def shown(words: Words) -> DisplayNames:
    """The names of cells, remedies, tasks and settings that readers see."""
    return DisplayNames(words["names"])


def label(cell: str, remedy: str, words: Words) -> str:
    """Label of a cell with a remedy in figures; a class of the user's own that is long, without its module."""
    name = shown(words).network(cell, remedy)
    return name if len(name) <= ROW_WIDTH else name.replace(cell, cell.rpartition(":")[2])


def label_in_lines(cell: str, remedy: str, words: Words, width: int = LABEL_WIDTH) -> str:
    """The label broken before the remedy, and where that or a class of the user's is long in it, for narrow panels."""
    alone, plus, treated = label(cell, remedy, words).partition(" + ")
    lines = textwrap.wrap(alone, width) if ":" in cell else [alone]
    return "\n".join([*lines, *textwrap.wrap(f"+ {treated}", width)] if plus else lines)


def row_label(cell: str, remedy: str, words: Words) -> str:
    """The label of a row in at most two lines, of which the second ends in an ellipsis where it is too long."""
    first, *others = textwrap.wrap(label(cell, remedy, words), ROW_WIDTH)
    if len(others) > 1:
        others = [f"{others[0][: ROW_WIDTH - 1]}…"]
    return "\n".join([first, *others])


def name_rows(
    panel: Axes,
    places: Sequence[SupportsFloat],
    networks: Sequence[tuple[str, str]],
    words: Words,
    task: str | None = None,
) -> None:
    """Names the rows of a panel, each a cell with a remedy, in the cell's colour."""
    panel.set_yticks([float(place) for place in places], [row_label(*network, words) for network in networks])
    for tick, (cell, remedy) in zip(panel.yaxis.get_major_ticks(), networks, strict=True):
        tick.label1.set(color=cell_ink(cell), fontweight="bold")
        if "\n" in tick.label1.get_text():
            tick.label1.set(fontsize=SMALLER, linespacing=1)
        tag(tick.label1, cell=cell, remedy=remedy, task=task)


def outcome(tests: pd.DataFrame, claim: str, *names: str, setting: str | None = None) -> str:
    """Joint outcome of the named tests of a claim, or of its main tests: pass, fail, unclear, or mixed.

    In all settings, or in this one.
    """
    selected = tests[tests["claim"].eq(claim) & tests["kind"].ne("pooled")]
    selected = selected[selected["test"].isin(names) if names else selected["kind"].eq("main")]
    selected = selected if setting is None else selected[selected["setting"].eq(setting)]
    outcomes = set(selected["outcome"])
    return "unclear" if not outcomes else outcomes.pop() if len(outcomes) == 1 else "mixed"


def listed(names: Sequence[str], last: str) -> str:
    """Names in a row, with the language's "and" before the last."""
    return f" {last} ".join([between(names).join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def sentence(clauses: Sequence[str]) -> str:
    """Clauses as one sentence that starts with a capital letter."""
    text = "; ".join(clauses)
    return text[0].upper() + text[1:]


def plain(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups without remedy, as PyTorch initialises them."""
    return groups[groups["remedy"].eq("none")]


def longest_memory(groups: pd.DataFrame) -> pd.DataFrame:
    """The group with a remedy that has the longest memory horizon; empty where no remedy was tried."""
    return by_memory(groups[groups["remedy"].ne("none")]).tail(1)


def of_arm(table: pd.DataFrame, arm: Arm, setting: str = RECALL_32) -> pd.DataFrame:
    """The rows of an arm in a setting."""
    return of_group(table, arm.setting or setting, arm.cell, arm.remedy)


def arm_look(arm: Arm) -> dict[str, Any]:
    """Colour and style of an arm's line among the core ones: solid without a remedy."""
    return {"color": cell_colour(arm.cell), "linestyle": "-" if arm.remedy == "none" else "--"}


def longest_learnt(success: pd.DataFrame, arm: Arm) -> int:
    """The longest length that at least half of the arm's networks learn, or the shortest length tried."""
    rows = of_arm(success[success["policy"].eq("chosen")], arm)
    learnt = rows[rows["solved_share"].ge(0.5)]["length"]
    return int(learnt.max() if len(learnt) else rows["length"].min())


def reach(row: pd.Series, language: str, words: Words) -> str:
    """The memory horizon of a row in words: "over", "under" or "about" so many steps."""
    steps, side = row["memory_horizon"].parts
    kind = {Side.RIGHT: "over", Side.LEFT: "under", Side.NONE: "about"}[side]
    return str(words[kind].format(length=number(round(steps), language)))


HORIZON_MARKERS = {Side.NONE: "o", Side.LEFT: "<", Side.RIGHT: ">"}
"""Markers on a horizontal axis: a dot for a known horizon, an arrow towards a censored one."""

UPRIGHT_MARKERS = {Side.NONE: "o", Side.LEFT: "v", Side.RIGHT: "^"}
"""Markers on a vertical axis, likewise."""
