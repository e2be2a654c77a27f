"""Largest gradients in training of networks built to explode, with and without the proposed remedies; all are drawn."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from gradient_horizon.claims.settings import EXPLOSION, EXPLOSION_BOUNDED, EXPLOSION_SHORT
from gradient_horizon.figures.groups import in_cell_order, label, of_group, outcome, sentence, shown
from gradient_horizon.figures.style import (
    DIVERGED,
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    is_narrow,
    new_figure,
    nothing_to_draw,
    percent,
    power_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENTS = (EXPLOSION, EXPLOSION_SHORT, EXPLOSION_BOUNDED)
FLOOR, CEILING = 1e-2, 1e12
COLUMNS = {"diverged": 46, "solved": 84}
"""Right ends of the counts, in points from the right of the panel."""


class Row(NamedTuple):
    """A line of the picture, so many rows from the top: the name of an experiment, or a cell with a remedy."""

    place: float
    experiment: str
    cell: str = ""
    remedy: str = ""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A row per cell and remedy, a mark per network at its largest gradient; at the right how many diverge and learn."""
    networks = tables["networks"]
    networks = networks[networks["experiment"].isin(EXPERIMENTS) & networks["chosen"] & networks["judged"]]
    if networks.empty:
        return nothing_to_draw(words["nothing"])
    rows = list(_rows(networks))
    counts = networks.groupby(["experiment", "cell", "remedy"])["seed"].nunique()
    lengths = networks.groupby("experiment")["length"].max()
    depth = rows[-1].place + 1
    figure, ((panel,),) = new_figure(
        _title(tests, networks, words, language),
        words["subtitle"].format(n=span(counts, language)),
        height=0.15 * (depth + 1) + 0.5,
    )
    panel.set_xscale("log")
    power_ticks(panel.xaxis, every=8 if is_narrow() else 4)
    panel.set_xlim(FLOOR, CEILING * 5)
    panel.set_ylim(depth - 0.4, -1.6)
    panel.grid(visible=False, axis="y")
    for row in rows:
        if row.cell:
            own = of_group(networks, row.experiment, row.cell, row.remedy)
            _dots(panel, row, own)
            _shares(panel, row, own, language)
    _beside(panel, rows, words, {experiment: f"T = {length}" for experiment, length in lengths.items()})
    panel.set_xlabel(words["x"])
    return figure


def _rows(networks: pd.DataFrame) -> Iterator[Row]:
    """Experiments with their cells in the order of all figures, each without a remedy first."""
    place = 0.0
    for experiment in EXPERIMENTS:
        own = networks[networks["experiment"].eq(experiment)]
        if own.empty:
            continue
        yield Row(place, experiment)
        for cell in in_cell_order(own["cell"]):
            remedies = sorted(set(own[own["cell"].eq(cell)]["remedy"]), key=lambda name: (name != "none", name))
            for remedy in remedies:
                place += 1
                yield Row(place, experiment, cell, remedy)
        place += 1.3


def _dots(panel: Axes, row: Row, own: pd.DataFrame) -> None:
    """The largest gradient of every network; beyond the axis at its end, where it is not a number, too."""
    own = own.sort_values("seed", kind="stable")
    largest = own["gradient_norm_max"].fillna(np.inf).clip(FLOOR, CEILING).to_numpy(dtype=float)
    heights = row.place + 0.3 * np.sin(np.arange(len(own)) * 2.4)
    diverged = own["status"].eq("diverged").to_numpy()
    marks: dict[str, dict[str, Any]] = {
        "o": {"color": cell_colour(row.cell), "markersize": 3, "markeredgewidth": 0, "alpha": 0.55},
        "x": {"color": DIVERGED, "markersize": 3, "markeredgewidth": 0.7},
    }
    for (marker, look), which in zip(marks.items(), (~diverged, diverged), strict=True):
        line = panel.plot(largest[which], heights[which], marker, linestyle="none", **look)
        tag(line, cell=row.cell, remedy=row.remedy)


def _shares(panel: Axes, row: Row, own: pd.DataFrame, language: str) -> None:
    for status, column in COLUMNS.items():
        share = float(own["status"].eq(status).mean())
        ink = (DIVERGED if status == "diverged" else INK) if share else GREY
        text = _write(panel, column, row.place, percent(share, language), color=ink)
        tag(text, cell=row.cell, remedy=row.remedy)


def _beside(panel: Axes, rows: list[Row], words: Words, lengths: dict[str, str]) -> None:
    """Names of networks at the left, of experiments above their networks, of the counts at the top."""
    networks = [row for row in rows if row.cell]
    panel.set_yticks([row.place for row in networks], [_name(row, words) for row in networks])
    for tick, row in zip(panel.yaxis.get_major_ticks(), networks, strict=True):
        tick.label1.set(color=cell_ink(row.cell), fontweight="bold")
        tag(tick.label1, cell=row.cell, remedy=row.remedy)
    panel.tick_params(axis="y", length=0)
    look: dict[str, Any] = {"va": "center", "fontsize": SMALL, "color": INK, "fontstyle": "italic"}
    for row in (row for row in rows if not row.cell):
        name = f"{words[row.experiment]}, {lengths[row.experiment]}"
        panel.text(0.01, row.place, name, transform=panel.get_yaxis_transform(), **look)
    for status, column in COLUMNS.items():
        _write(panel, column, rows[0].place - 1, words[status], color=GREY)


def _name(row: Row, words: Words) -> str:
    """A network; on a phone its remedy alone, below the cell."""
    if is_narrow() and row.remedy != "none":
        return f"+ {shown(words).remedy(row.remedy)}"
    return label(row.cell, row.remedy, words)


def _write(panel: Axes, column: int, place: float, text: str, **look: Any) -> Annotation:
    at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "textcoords": "offset points", "fontsize": SMALL}
    return panel.annotate(
        text, (1, place), xytext=(column, 0), ha="right", va="center", annotation_clip=False, **at, **look
    )


def _title(tests: pd.DataFrame, networks: pd.DataFrame, words: Words, language: str) -> str:
    relu = outcome(tests, "clipping-cures-exploding", "relu-diverged")
    tanh = outcome(tests, "clipping-cures-exploding", "tanh-solved")
    truncation = outcome(tests, "tbptt-cures-exploding", "relu-diverged")
    status = of_group(networks, EXPLOSION, "relu", "truncated-5")["status"]
    diverged = percent(status.eq("diverged").mean(), language) if len(status) else ""
    clauses = [words[f"relu {relu}"], words[f"truncation {truncation}"].format(share=diverged), words[f"tanh {tanh}"]]
    return sentence(clauses)
