"""Gradient norms in training of networks built to explode, with and without the proposed remedies; all are drawn."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import in_cell_order, outcome
from gradient_horizon.figures.style import (
    DIVERGED,
    GREY,
    cell_colour,
    cell_ink,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_ticks,
)
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENT = "explosion"
CEILING = 1e8


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """Rows are remedies, columns are cells."""
    paths = tables["trajectories"]
    paths = paths[paths["experiment"].eq(EXPERIMENT)]
    if paths.empty:
        return nothing_to_draw(words["nothing"])
    networks = tables["networks"]
    networks = networks[networks["experiment"].eq(EXPERIMENT) & networks["chosen"] & networks["judged"]]
    cells = in_cell_order(paths["cell"])
    remedies = sorted(set(paths["remedy"]), key=lambda remedy: (remedy != "none", remedy))
    subtitle = words["subtitle"].format(
        n=int(networks.groupby(["cell", "remedy"])["seed"].nunique().max()), length=int(paths["length"].max())
    )
    clipping = words[outcome(tests, "clipping-cures-exploding", "diverged")]
    truncation = words[f"truncation {outcome(tests, 'tbptt-cures-exploding', 'diverged')}"]
    figure, axes = new_figure(
        f"{clipping}; {truncation}", subtitle, rows=len(remedies), columns=len(cells), height=0.68 * len(remedies) + 0.4
    )
    axes[0, 0].set_yscale("log")
    power_ticks(axes[0, 0].yaxis, every=4)
    axes[0, 0].set_ylim(1e-4, CEILING * 10)
    for row, remedy in zip(axes, remedies, strict=True):
        for panel, cell in zip(row, cells, strict=True):
            of_panel = paths["cell"].eq(cell) & paths["remedy"].eq(remedy)
            ends = networks["cell"].eq(cell) & networks["remedy"].eq(remedy)
            _panel(panel, paths[of_panel], networks[ends], cell, words, language)
        row[0].set_ylabel(remedy, rotation=0, ha="right", va="center", fontweight="bold")
    for panel, cell in zip(axes[0], cells, strict=True):
        panel.set_title(cell, color=cell_ink(cell))
    for panel in axes[-1]:
        panel.set_xlabel(words["x"])
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _panel(panel: Axes, paths: pd.DataFrame, ends: pd.DataFrame, cell: str, words: Words, language: str) -> None:
    for _, path in paths.groupby("seed"):
        height = np.minimum(path["gradient_norm"].to_numpy(dtype=float), CEILING)
        panel.plot(path["update"], height, color=cell_colour(cell), linewidth=0.5, alpha=0.5, rasterized=True)
    lost = ends[ends["status"].eq("diverged")].merge(paths, on=["seed", "update"], suffixes=("_end", ""))
    height = lost["gradient_norm"].clip(upper=CEILING)
    panel.plot(lost["update"], height, "x", color=DIVERGED, markersize=3.5, markeredgewidth=0.9, rasterized=True)
    counts = ends["status"].value_counts()
    text = words["count"].format(
        **{status: number(counts.get(status, 0), language) for status in ("diverged", "solved")}, n=len(ends)
    )
    colour = DIVERGED if counts.get("diverged", 0) else GREY
    note(panel, 0, text, colour)
