"""Memory as each measure before training predicts it, beside the memory that training reaches."""

import math
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import CARETDOWNBASE, CARETLEFTBASE, CARETRIGHTBASE, CARETUPBASE

from gradient_horizon.figures.groups import in_cell_order, label, listed
from gradient_horizon.figures.style import (
    Picture,
    GREY,
    INK,
    MARKERS,
    SMALL,
    cased,
    cell_colour,
    cell_ink,
    decimal_ticks,
    new_figure,
    nothing_to_draw,
    number,
)
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.predictions import NAMES

TICKS = (1, 3, 10, 30, 100, 300)
COLUMNS = 3
BEYOND = ({Side.LEFT: CARETLEFTBASE, Side.RIGHT: CARETRIGHTBASE}, {Side.LEFT: CARETDOWNBASE, Side.RIGHT: CARETUPBASE})
"""Triangles that point from a mark to where its value lies, on either axis."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per measure, a mark per cell with remedy in a setting; where one is best, it stands in the title."""
    agreement = tables["prediction_agreement"]
    agreement = agreement[agreement["scope"].eq("all")].set_index("predictor")
    rows = tables["predictions"]
    rows = rows[rows["judged"]]
    if not agreement["best"].any():
        return nothing_to_draw(words["nothing"])
    names = [name for name in NAMES if rows["predictor"].eq(name).any()]
    columns, lines = min(COLUMNS, len(names)), math.ceil(len(names) / COLUMNS)
    title, subtitle = _title(agreement, words, language), _subtitle(rows, agreement, words, language)
    figure, axes = new_figure(title, subtitle, rows=lines, columns=columns, height=2.05 * lines, keys=0.45)
    panels = list(axes.flat)
    markers = dict(zip(sorted(set(rows["task"])), cycle(MARKERS), strict=False))
    for panel, name in zip(panels, names, strict=False):
        _draw_panel(panel, rows[rows["predictor"].eq(name)], agreement.loc[name], markers)
        _tell(panel, agreement.loc[name], words, language)
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    _scale(panels[: len(names)], rows, language)
    for panel in panels[: len(names)][-columns:]:
        panel.tick_params(labelbottom=True)
    panels[columns // 2 : len(names) : columns][-1].set_xlabel(words["x"])
    figure.supylabel(words["y"], fontsize=8.5, color=INK)
    keys = list(_keys(rows, markers, words))
    figure.legend(handles=keys, loc="lower center", ncols=min(len(keys), 6), borderaxespad=0.2, fontsize=SMALL)
    return figure


def _scale(panels: list[Axes], rows: pd.DataFrame, language: str) -> None:
    """Logarithmic axes, alike in all panels, with the identity."""
    ends = _ends(rows)
    for panel in panels:
        panel.plot(ends, ends, color="black", linewidth=0.8, zorder=1)
        panel.tick_params(length=0)
    first = panels[0]
    first.set_xscale("log")
    first.set_yscale("log")
    first.set_xlim(*ends)
    first.set_ylim(0.7 * _least(rows["memory_horizon"]), ends[1])
    for axis in (first.xaxis, first.yaxis):
        decimal_ticks(axis, TICKS, language)


def _draw_panel(panel: Axes, rows: pd.DataFrame, found: pd.Series, markers: dict[str, str]) -> None:
    """Marks that look alike are one line of the panel, which keeps the file small."""
    horizons = [rows[name] for name in ("predicted_horizon", "memory_horizon")]
    numbers = {axis: [value.parts[0] for value in given] for axis, given in zip("xy", horizons, strict=True)}
    places = pd.DataFrame(numbers, rows.index)
    for given, triangles in zip(horizons, BEYOND, strict=True):
        sides = pd.Series([value.parts[1] for value in given], rows.index)
        for (cell, side), own in places.groupby([rows["cell"], sides]):
            if side in triangles:
                look: dict[str, Any] = {"color": cell_colour(cell), "markersize": 6, "alpha": 0.7, "linestyle": "none"}
                panel.plot(own["x"], own["y"], marker=triangles[side], **look)
    for (cell, task, plain), own in places.groupby([rows["cell"], rows["task"], rows["remedy"].eq("none")]):
        colour = cell_colour(cell)
        look = {"color": colour, "markerfacecolor": colour if plain else "white", "markeredgewidth": 0.9}
        panel.plot(own["x"], own["y"], markers[task], markersize=4.2, zorder=3, **look)
    _name_farthest(panel, found)


def _name_farthest(panel: Axes, found: pd.Series) -> None:
    """Writes whose memory lies farthest from what was predicted, towards the middle of the panel."""
    (x, _), (y, _) = (found[f"apart_{name}"].parts for name in ("predicted_horizon", "memory_horizon"))
    right, up = x < y, y < x
    panel.annotate(
        label(found["apart_cell"], found["apart_remedy"]),
        (x, y),
        xytext=(5 if right else -5, 5 if up else -5),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if up else "top",
        fontsize=SMALL - 1,
        color=cell_ink(found["apart_cell"]),
        path_effects=cased(2),
        zorder=4,
    )


def _tell(panel: Axes, found: pd.Series, words: Words, language: str) -> None:
    """The heading of a panel: the measure, its rank correlation and the number of rows."""
    numbers = _numbers(found, "correlation", language)
    known = "correlation" if np.isfinite(found["correlation_low"]) else "no_interval"
    told = words[known].format(**numbers, n=number(found["n"], language, digits=4))
    told += words["by_remedy"] if known == "correlation" and found["resampled"] == "remedy" else ""
    look: dict[str, Any] = {"color": GREY}
    if found["best"]:
        told, look = words["best"].format(correlation=told), {"color": INK, "fontweight": "bold"}
    panel.set_title(words["measures"][found.name], fontsize=8.5, pad=13)
    at_top: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    panel.annotate(told, (0, 1), xytext=(0, 3), fontsize=SMALL, **at_top, **look)


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


def _least(values: pd.Series) -> float:
    return float(min(value.parts[0] for value in values))


def _most(values: pd.Series) -> float:
    return float(max(value.parts[0] for value in values))


def _ends(rows: pd.DataFrame) -> tuple[float, float]:
    """Of the axes."""
    horizons = [rows[name] for name in ("predicted_horizon", "memory_horizon")]
    return 0.7 * min(map(_least, horizons)), 1.6 * max(map(_most, horizons))


def _keys(rows: pd.DataFrame, markers: dict[str, str], words: Words) -> Iterator[Artist]:
    """The legend: a colour for each cell, or for several that share it; a mark for each task; whether with a remedy."""
    of_colour: dict[str, list[str]] = {}
    for cell in in_cell_order(rows["cell"]):
        of_colour.setdefault(cell_colour(cell), []).append(cell)
    for colour, cells in of_colour.items():
        yield Line2D([], [], color=colour, marker="s", linestyle="none", markersize=5, label=", ".join(cells))
    for task, marker in markers.items():
        yield Line2D([], [], color=GREY, marker=marker, linestyle="none", markersize=5, label=task)
    look: dict[str, Any] = {"color": GREY, "marker": "o", "linestyle": "none", "markersize": 5}
    yield Line2D([], [], markerfacecolor="white", label=words["with_remedy"], **look)
