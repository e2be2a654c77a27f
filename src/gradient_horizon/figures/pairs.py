"""Recall of pairs: the share of networks that solve associative recall, by the number of pairs and of units."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from gradient_horizon.claims.settings import ASSOCIATIVE
from gradient_horizon.figures.groups import in_cell_order, label, outcome
from gradient_horizon.figures.style import (
    INK,
    LINES,
    MARKERS,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    decimal_ticks,
    key_room,
    keys_below,
    label_axes,
    new_figure,
    nothing_to_draw,
    share_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

COLUMNS = 4


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per cell without remedy, a curve per width."""
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["remedy"].eq("none")]
    success = success[success["experiment"].isin(ASSOCIATIVE.values())]
    if success.empty:
        return nothing_to_draw(words["nothing"])
    cells = in_cell_order(success["cell"])
    columns = min(COLUMNS, len(cells))
    rows = -(-len(cells) // columns)
    figure, axes = new_figure(
        words[outcome(tests, "pairs-bounded-by-state")],
        words["subtitle"].format(n=span(success["n"], language)),
        rows=rows,
        columns=columns,
        height=1.2 * rows + 0.5,
        keys=key_room(len(ASSOCIATIVE), len(ASSOCIATIVE)),
        places=list(np.ndindex(rows, columns))[: len(cells)],
        narrow_columns=2,
    )
    pairs = sorted({int(length) - 1 for length in success["length"]})
    for panel, cell in zip(axes.flat, cells, strict=False):
        for place, setting in enumerate(ASSOCIATIVE.values()):
            own = success[success["experiment"].eq(setting) & success["cell"].eq(cell)].sort_values("length")
            if own.empty:
                continue
            middle = own["solved_share"].to_numpy(dtype=float)
            bars = [(middle - own["solved_share_low"]).clip(lower=0), (own["solved_share_high"] - middle).clip(lower=0)]
            drawn = panel.errorbar(
                own["length"].to_numpy(dtype=float) - 1,
                middle,
                bars,
                color=cell_colour(cell),
                elinewidth=0.7,
                **_look(place),
            )
            tag(drawn, cell=cell, remedy="none", task=own["task"].iloc[0])
        panel.set_xscale("log")
        tag(panel.set_title(label(cell, "none", words), color=cell_ink(cell), fontsize=SMALL, pad=3), cell=cell)
    decimal_ticks(axes[0, 0].xaxis, pairs, language)
    label_axes(figure, words["x"], words["y"])
    axes[0, 0].set_ylim(-0.06, 1.06)
    share_ticks(axes[0, 0].yaxis, language)
    keys = [
        Line2D([], [], color=INK, label=words["width"].format(width=width), **_look(place))
        for place, (width, setting) in enumerate(ASSOCIATIVE.items())
        if success["experiment"].eq(setting).any()
    ]
    keys_below(figure, keys, len(ASSOCIATIVE))
    return figure


def _look(place: int) -> dict[str, Any]:
    """The curve of a width, by its place among the widths."""
    return {
        "marker": MARKERS[place],
        "linestyle": LINES[len(ASSOCIATIVE) - 1 - place],
        "linewidth": 0.8 + 0.5 * place,
        "markersize": 4,
    }
