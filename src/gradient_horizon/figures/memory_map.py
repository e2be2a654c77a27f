"""The one picture: who remembers how far, cell by cell and remedy by remedy."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order, label, memory_groups
from gradient_horizon.figures.style import SEQUENTIAL, cell_colour, length_axis, new_figure, nothing_to_draw

WORDS = {
    "en": {
        "title": "{best} remembers farthest: half of its networks learn {best_length} steps; {worst} the least: {worst_length}",
        "subtitle": "Share of {n} networks that learn to recall a symbol after T steps, within {updates:,} updates "
        "(twice that: patient). White line: T50, the length that half of them solve, with its 95 % interval; "
        "an arrow where it lies beyond the lengths tried.",
        "x": "sequence length T (steps)",
        "colour": "share of networks that solve the task",
        "nothing": "This study has no runs of recall over several lengths",
        "over": "over {length:.0f}",
        "under": "under {length:.0f}",
        "about": "about {length:.0f}",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Rows are cells with their remedies, columns are lengths, colour is the share that solves the task."""
    words = WORDS[language]
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    order = {cell: place for place, cell in enumerate(in_cell_order(groups["cell"]))}
    groups = groups.assign(place=groups["cell"].map(order)).sort_values(["place", "memory_horizon"], kind="stable")
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["task"].eq("recall")]
    lengths = sorted({int(length) for length in success.merge(groups[["experiment"]])["length"]})
    edges = _edges(lengths)
    n = int(groups.merge(success, on=["experiment", "cell", "remedy"], suffixes=("", "_run"))["n_run"].max())
    ranked = groups.sort_values(["memory_horizon", "memory_horizon_low"], kind="stable")
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    title = words["title"].format(
        best=label(best["cell"], best["remedy"], best["experiment"]),
        best_length=_length_words(best, words),
        worst=label(worst["cell"], worst["remedy"], worst["experiment"]),
        worst_length=_length_words(worst, words),
    )
    subtitle = words["subtitle"].format(n=n, updates=int(groups["updates"].min()))
    figure, ((axes,),) = new_figure(title, subtitle, height=0.36 * len(groups) + 0.9)
    for row, group in enumerate(groups.itertuples()):
        own = success[
            success["experiment"].eq(group.experiment)
            & success["cell"].eq(group.cell)
            & success["remedy"].eq(group.remedy)
        ]
        share = own.set_index("length")["solved_share"].reindex(lengths).to_numpy(dtype=float)
        mesh = axes.pcolormesh(edges, [row - 0.42, row + 0.42], share[None], cmap=SEQUENTIAL, vmin=0, vmax=1)
        low, high = max(group.memory_horizon_low, edges[0]), min(group.memory_horizon_high, edges[-1])
        axes.plot([low, high], [row, row], color="white", linewidth=1.6, solid_capstyle="butt")
        marker = {"right": ">", "left": "<"}.get(group.censored, "o")
        place = {"right": edges[-1] / 1.06, "left": edges[0] * 1.06}.get(group.censored, group.memory_horizon)
        axes.plot(place, row, marker, color="white", markeredgecolor="black", markersize=7)
    length_axis(axes, lengths)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_yticks(range(len(groups)), [label(g.cell, g.remedy, g.experiment) for g in groups.itertuples()])
    for tick, cell in zip(axes.get_yticklabels(), groups["cell"], strict=True):
        tick.set_color(cell_colour(cell))
        tick.set_fontweight("bold")
    axes.grid(visible=False)
    axes.set_xlabel(words["x"])
    bar = figure.colorbar(mesh, ax=axes, pad=0.01, aspect=30, label=words["colour"])
    bar.outline.set_visible(False)
    return figure


def _edges(lengths: list[int]) -> np.ndarray:
    """Edges of columns around lengths on a logarithmic axis."""
    logs = np.log(lengths)
    middles = (logs[1:] + logs[:-1]) / 2
    step = np.diff(logs).mean() / 2 if len(lengths) > 1 else 0.5
    return np.exp([logs[0] - step, *middles, logs[-1] + step])


def _length_words(group: pd.Series, words: dict[str, str]) -> str:
    kind = {"right": "over", "left": "under"}.get(group["censored"], "about")
    length = {"over": group["longest"], "under": group["shortest"]}.get(kind, group["memory_horizon"])
    return words[kind].format(length=length)
