"""The gradient horizon before training beside the memory horizon that training reaches."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.regions import FACTOR_TWO
from gradient_horizon.figures.groups import label, memory_groups
from gradient_horizon.figures.style import (
    FAINT,
    SMALL,
    cell_colour,
    decimal_ticks,
    new_figure,
    nothing_to_draw,
    number,
    remedy_looks,
)
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

TICKS = (1, 2, 5, 10, 20, 50, 100, 200)
OUTWARD = {Side.LEFT: -1, Side.RIGHT: 1}


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """A mark per cell with remedy, arrows where only a limit is known, the identity and a band of a factor of two."""
    groups = memory_groups(tables["horizons"])
    key = ["experiment", "task", "cell", "remedy"]
    groups = groups.merge(tables["memories"][[*key, "length", "gradient_horizon_initial"]], on=key)
    groups = groups[groups["gradient_horizon_initial"].notna()]
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    groups = groups.sort_values(["place", "remedy"], kind="stable")
    subtitle = words["subtitle"].format(length=int(groups["length"].max()))
    figure, ((panel,),) = new_figure(_title(groups, words, language), subtitle, height=3.6)
    ends = np.array([0.8, 1.6 * groups["longest"].max()])
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.fill_between(ends, ends * FACTOR_TWO.low, ends * FACTOR_TWO.high, color=FAINT, alpha=0.5, linewidth=0)
    panel.plot(ends, ends, color="black", linewidth=0.9)
    looks = remedy_looks(sorted(set(groups["remedy"])))
    for _, row in groups.iterrows():
        _mark(panel, row, looks[row["remedy"]]["marker"])
    for axis in (panel.xaxis, panel.yaxis):
        decimal_ticks(axis, TICKS, language)
    panel.set_xlim(*ends)
    panel.set_ylim(0.6 * groups["shortest"].min(), ends[1])
    panel.set_xlabel(words["x"])
    panel.set_ylabel(words["y"])
    panel.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=SMALL)
    return figure


def _mark(panel: Axes, row: pd.Series, marker: str) -> None:
    colour = cell_colour(row["cell"])
    (lag, lag_side), (steps, side) = row["gradient_horizon_initial"].parts, row["memory_horizon"].parts
    lag = max(lag, 1.0)
    low, high = max(row["memory_horizon_low"], 0.1), min(row["memory_horizon_high"], 1e3)
    panel.plot([lag, lag], [low, high], color=colour, linewidth=0.9, alpha=0.6)
    for of_axis, (right, up) in ((lag_side, (1, 0)), (side, (0, 1))):
        if of_axis is not Side.NONE:
            away = 16 * OUTWARD[of_axis]
            arrow: dict[str, Any] = {"arrowstyle": "<|-", "color": colour, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
            offset = (away * right, away * up)
            panel.annotate("", (lag, steps), offset, textcoords="offset points", arrowprops=arrow)
    filled = colour if row["remedy"] == "none" else "white"
    look: dict[str, Any] = {"markerfacecolor": filled, "markersize": 6.5, "zorder": 4, "linestyle": "none"}
    panel.plot(lag, steps, marker, color=colour, label=label(row["cell"], row["remedy"]), **look)


def _title(groups: pd.DataFrame, words: Words, language: str) -> str:
    """For how many arms the two are known to agree within a factor of two, and for how many they are known not to."""
    counts = Counter(
        agreement(memory, horizon)
        for memory, horizon in zip(groups["memory_horizon"], groups["gradient_horizon_initial"], strict=True)
    )
    found = {outcome.value: number(counts[outcome], language) for outcome in Outcome}
    return str(words["title"].format(n=number(len(groups), language), **found))


def agreement(memory: Censored, horizon: Censored) -> Outcome:
    """Whether memory over horizon is known to lie within a factor of two, or outside it; unclear where limits hide it."""
    (steps, side), (lag, lag_side) = memory.parts, horizon.parts
    if lag <= 0:
        return Outcome.FAIL if lag_side is Side.NONE else Outcome.UNCLEAR
    sides = {side, lag_side.opposite} - {Side.NONE}
    ratio = steps / lag
    low = 0.0 if Side.LEFT in sides else ratio
    high = math.inf if Side.RIGHT in sides else ratio
    return FACTOR_TWO.judge(Interval(ratio, low, high))
