"""Gradient norms in training of networks built to explode, with and without the proposed remedies; all are drawn."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.settings import EXPLOSION, EXPLOSION_BOUNDED
from gradient_horizon.figures.groups import in_cell_order, of_group, outcome, sentence
from gradient_horizon.figures.style import (
    Picture,
    DIVERGED,
    GREY,
    SMALL,
    cell_colour,
    cell_ink,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_ticks,
    span,
)
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENTS = (EXPLOSION, EXPLOSION_BOUNDED)
CEILING = 1e8


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A column per cell on which remedies were tried, a row per remedy; in a last column the cells without any."""
    paths = tables["trajectories"]
    paths = paths[paths["experiment"].isin(EXPERIMENTS)]
    if paths.empty:
        return nothing_to_draw(words["nothing"])
    networks = tables["networks"]
    networks = networks[networks["experiment"].isin(EXPERIMENTS) & networks["chosen"] & networks["judged"]]
    places = _places(paths)
    rows, columns = (1 + max(ends) for ends in zip(*places, strict=True))
    counts = networks.groupby(["experiment", "cell", "remedy"])["seed"].nunique()
    lengths = {words[name]: of.max() for name, of in paths.groupby("experiment")["length"]}
    subtitle = words["subtitle"].format(
        n=span(counts, language), lengths=", ".join(f"T = {length} ({name})" for name, length in lengths.items())
    )
    figure, axes = new_figure(_title(tests, words), subtitle, rows=rows, columns=columns, height=0.72 * rows + 0.4)
    axes[0, 0].set_yscale("log")
    power_ticks(axes[0, 0].yaxis, every=4)
    axes[0, 0].set_ylim(1e-4, CEILING * 10)
    for place, (experiment, cell, remedy) in places.items():
        panel = axes[place]
        of_panel, ends = (of_group(table, experiment, cell, remedy) for table in (paths, networks))
        _panel(panel, of_panel, ends, words, language)
        name = f"{cell}, {words[experiment]}" if place[0] == 0 or remedy == "none" else ""
        panel.set_title(name, color=cell_ink(cell), fontsize=SMALL + 0.5, pad=3)
        if place[1] == 0:
            panel.set_ylabel(remedy, rotation=0, ha="right", va="center", fontweight="bold")
    for place in np.ndindex(rows, columns):
        below = (place[0] + 1, place[1])
        axes[place].tick_params(labelbottom=below not in places)
        if place not in places:
            axes[place].set_axis_off()
    figure.supxlabel(words["x"], fontsize=8.5)
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _places(paths: pd.DataFrame) -> dict[tuple[int, int], tuple[str, str, str]]:
    """Experiment, cell and remedy by row and column."""
    tried = paths[["experiment", "cell", "remedy"]].drop_duplicates()
    cells = {
        (experiment, cell): set(tried[tried["experiment"].eq(experiment) & tried["cell"].eq(cell)]["remedy"])
        for experiment in EXPERIMENTS
        for cell in in_cell_order(tried[tried["experiment"].eq(experiment)]["cell"])
    }
    treated = sorted((key for key, found in cells.items() if len(found) > 1), key=lambda key: -len(cells[key]))
    remedies = sorted(set().union(*(cells[key] for key in treated)), key=lambda remedy: (remedy != "none", remedy))
    places = {
        (row, column): (*key, remedy)
        for column, key in enumerate(treated)
        for row, remedy in enumerate(remedies)
        if remedy in cells[key]
    }
    untreated = [(*key, remedy) for key, found in cells.items() if key not in treated for remedy in found]
    return places | {(row, len(treated)): group for row, group in enumerate(untreated)}


def _title(tests: pd.DataFrame, words: Words) -> str:
    relu = outcome(tests, "clipping-cures-exploding", "relu-diverged")
    tanh = outcome(tests, "clipping-cures-exploding", "tanh-solved")
    truncation = outcome(tests, "tbptt-cures-exploding", "relu-diverged")
    return sentence([words[f"relu {relu}"], words[f"truncation {truncation}"], words[f"tanh {tanh}"]])


def _panel(panel: Axes, paths: pd.DataFrame, ends: pd.DataFrame, words: Words, language: str) -> None:
    colour = cell_colour(paths["cell"].iloc[0])
    for _, path in paths.groupby("seed"):
        height = np.minimum(path["gradient_norm"].to_numpy(dtype=float), CEILING)
        panel.plot(path["update"], height, color=colour, linewidth=0.5, alpha=0.5, rasterized=True)
    lost = ends[ends["status"].eq("diverged")].merge(paths, on=["seed", "update"], suffixes=("_end", ""))
    height = lost["gradient_norm"].clip(upper=CEILING)
    panel.plot(lost["update"], height, "x", color=DIVERGED, markersize=3.5, markeredgewidth=0.9, rasterized=True)
    counts = ends["status"].value_counts()
    for row, (status, ink) in enumerate((("diverged", DIVERGED), ("solved", GREY))):
        count = counts.get(status, 0)
        text = words[status].format(count=number(count, language), n=len(ends))
        note(panel, row, text, ink if count else GREY)
