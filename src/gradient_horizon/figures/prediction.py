"""How well each measure before training orders the memory that training reaches; the best of them in full."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import CARETDOWNBASE, CARETLEFTBASE, CARETRIGHTBASE, CARETUPBASE

from gradient_horizon.figures.groups import in_cell_order, label, listed, shown
from gradient_horizon.figures.style import (
    GREY,
    INK,
    MARKERS,
    SMALL,
    Picture,
    cell_colour,
    decimal_ticks,
    key_room,
    keys_below,
    new_figure,
    nothing_to_draw,
    number,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.predictions import NAMES

TICKS = (1, 3, 10, 30, 100, 300)
BEYOND = ({Side.LEFT: CARETLEFTBASE, Side.RIGHT: CARETRIGHTBASE}, {Side.LEFT: CARETDOWNBASE, Side.RIGHT: CARETUPBASE})
"""Triangles that point from a mark to where its value lies, on either axis."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Left a row per measure: its rank correlation; right the best one, a mark per cell with remedy in a setting."""
    agreement = tables["prediction_agreement"]
    agreement = agreement[agreement["scope"].eq("all")].set_index("predictor")
    rows = tables["predictions"]
    rows = rows[rows["judged"]]
    if not agreement["best"].any():
        return nothing_to_draw(words["nothing"])
    names = [name for name in NAMES if rows["predictor"].eq(name).any()]
    best = agreement[agreement["best"]].index[0]
    markers = dict(zip(sorted(set(rows["task"])), cycle(MARKERS), strict=False))
    keys = list(_keys(rows[rows["predictor"].eq(best)], markers, words))
    title, subtitle = _title(agreement, words, language), _subtitle(rows, agreement, words, language)
    figure, ((left, right),) = new_figure(
        title, subtitle, columns=2, height=2.8, share=False, keys=key_room(len(keys), 4), width_ratios=[1, 1.1]
    )
    _correlations(left, agreement.loc[names], words, language)
    _marks(right, rows[rows["predictor"].eq(best)], markers)
    _scale(right, rows[rows["predictor"].eq(best)], language)
    right.set_title(words["measures"][best], fontsize=SMALL)
    right.set_xlabel(words["x"])
    right.set_ylabel(words["y"])
    keys_below(figure, keys, 4)
    return figure


def _correlations(panel: Axes, agreement: pd.DataFrame, words: Words, language: str) -> None:
    """Each measure's rank correlation with its interval and the number of rows; the best one is filled."""
    for place, found in enumerate(agreement.itertuples()):
        low, high = (
            end if np.isfinite(end) else found.correlation for end in (found.correlation_low, found.correlation_high)
        )
        panel.plot([low, high], [place, place], color=INK, linewidth=1.4, solid_capstyle="butt")
        look: dict[str, Any] = {"color": INK if found.best else "white", "markeredgecolor": INK, "markersize": 5.5}
        panel.plot(found.correlation, place, "o", zorder=3, **look)
        star = words["by_remedy"] if np.isfinite(found.correlation_low) and found.resampled == "remedy" else ""
        text = words["n"].format(n=number(found.n, language, digits=4)) + star
        at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "textcoords": "offset points"}
        panel.annotate(
            text, (1, place), xytext=(5, 0), va="center", fontsize=SMALL, color=GREY, annotation_clip=False, **at
        )
    panel.axvline(0, color=GREY, linewidth=0.8)
    panel.set_xlim(-1, 1)
    panel.set_ylim(len(agreement) - 0.5, -0.5)
    decimal_ticks(panel.xaxis, [-1, -0.5, 0, 0.5, 1], language)
    panel.set_yticks(range(len(agreement)), [words["measures"][name] for name in agreement.index])
    for tick, is_best in zip(panel.yaxis.get_major_ticks(), agreement["best"], strict=True):
        tick.label1.set(color=INK, fontweight="bold" if is_best else "normal")
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.grid(visible=False, axis="y")
    panel.set_xlabel(words["correlation"])


def _scale(panel: Axes, rows: pd.DataFrame, language: str) -> None:
    """Logarithmic axes with the identity."""
    values = {
        axis: [value.parts[0] for value in rows[name]]
        for axis, name in (("x", "predicted_horizon"), ("y", "memory_horizon"))
    }
    ends = {axis: (0.7 * min(given), 1.6 * max(given)) for axis, given in values.items()}
    both = (min(low for low, _ in ends.values()), max(high for _, high in ends.values()))
    panel.plot(both, both, color="black", linewidth=0.8, zorder=1)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xlim(*ends["x"])
    panel.set_ylim(*ends["y"])
    for axis in (panel.xaxis, panel.yaxis):
        decimal_ticks(axis, TICKS, language)


def _marks(panel: Axes, rows: pd.DataFrame, markers: dict[str, str]) -> None:
    """A mark for each network, with triangles where its memory, or what was predicted, lies beyond."""
    for row in rows.itertuples():
        horizons = (row.predicted_horizon, row.memory_horizon)
        (x, _), (y, _) = (horizon.parts for horizon in horizons)
        colour = cell_colour(row.cell)
        look: dict[str, Any] = {"color": colour, "linestyle": "none"}
        sides = [horizon.parts[1] for horizon in horizons]
        triangles = [given[side] for given, side in zip(BEYOND, sides, strict=True) if side in given]
        drawn = [line for mark in triangles for line in panel.plot(x, y, marker=mark, markersize=6, **look)]
        face: dict[str, Any] = {"markerfacecolor": colour if row.remedy == "none" else "white", "markeredgewidth": 0.9}
        drawn += panel.plot(x, y, markers[row.task], markersize=4.5, zorder=3, **face, **look)
        tag(drawn, cell=row.cell, remedy=row.remedy, task=row.task)


def _numbers(found: pd.Series, name: str, language: str) -> dict[str, str]:
    """An estimate with the ends of its interval, to two decimals."""
    values = {"estimate": found[name], "low": found[f"{name}_low"], "high": found[f"{name}_high"]}
    return {key: number(round(value, 2), language) for key, value in values.items()}


def _title(agreement: pd.DataFrame, words: Words, language: str) -> str:
    """Which measure agrees best with what is learnt, whether clearly, and which are clearly worse."""
    best = agreement[agreement["best"]].iloc[0]
    worse = [words["measures"][name] for name in NAMES if agreement.loc[name, "behind_low"] > 0]
    rivals = words["worse"].format(measures=listed(worse, words["and"])) if worse else words["none_worse"]
    low = best["correlation_low"]
    known = "unknown" if not np.isfinite(low) else "clear" if low > 0 else "unclear"
    numbers = _numbers(best, "correlation", language)
    return str(words[known].format(measure=words["measures"][best.name], rivals=rivals, **numbers))


def _subtitle(rows: pd.DataFrame, agreement: pd.DataFrame, words: Words, language: str) -> str:
    by_remedy = agreement["resampled"].eq("remedy") & agreement["correlation_low"].notna()
    return str(words["subtitle"]).format(
        arms=number(len(rows[["experiment", "cell", "remedy"]].drop_duplicates()), language, digits=4),
        settings=number(rows["experiment"].nunique(), language),
        cells=number(rows["cell"].nunique(), language),
        note=words["note"] if by_remedy.any() else "",
    )


def _keys(rows: pd.DataFrame, markers: dict[str, str], words: Words) -> Iterator[Artist]:
    """The legend: a colour for each cell, or for several that share it; a mark for each task; whether with a remedy."""
    of_colour: dict[str, list[str]] = {}
    for cell in in_cell_order(rows["cell"]):
        of_colour.setdefault(cell_colour(cell), []).append(cell)
    for colour, cells in of_colour.items():
        yield Line2D(
            [],
            [],
            color=colour,
            marker="s",
            linestyle="none",
            markersize=5,
            label=", ".join(label(cell, "none", words) for cell in cells),
        )
    for task, marker in markers.items():
        yield Line2D([], [], color=GREY, marker=marker, linestyle="none", markersize=5, label=shown(words).task(task))
    look: dict[str, Any] = {"color": GREY, "marker": "o", "linestyle": "none", "markersize": 5}
    yield Line2D([], [], markerfacecolor="white", label=words["with_remedy"], **look)
