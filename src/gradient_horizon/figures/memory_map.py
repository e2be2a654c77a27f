"""The main figure: success by sequence length for every cell with every remedy, and T50."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from gradient_horizon.figures.groups import (
    HORIZON_MARKERS,
    by_memory,
    label,
    listed,
    memory_groups,
    of_group,
    reach,
)
from gradient_horizon.figures.style import (
    Picture,
    INK,
    cased,
    cell_ink,
    length_axis,
    new_figure,
    nothing_to_draw,
    number,
    pale_to_dark,
    share_ticks,
)
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables

ROW = 0.8
"""Height of a field, where rows are 1 apart."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Rows are cells with their remedies, columns are lengths, colour is the share that learns the task."""
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    success = tables["success"]
    success = success[success["policy"].eq("chosen")]
    success = success.merge(groups[["experiment", "cell", "remedy"]])
    lengths = sorted({int(length) for length in success["length"]})
    subtitle = words["subtitle"].format(n=int(success["n"].max()), updates=number(groups["updates"].min(), language))
    gap = 0.45
    rows = np.arange(len(groups)) + gap * groups["place"].to_numpy()
    figure, ((axes,),) = new_figure(_title(groups, words, language), subtitle, height=0.26 * rows[-1] + 0.85)
    edges = _edges(lengths)
    colours = pale_to_dark()
    for row, (_, group) in zip(rows, groups.iterrows(), strict=True):
        of_row = of_group(success, group.experiment, group.cell, group.remedy)
        share = of_row.set_index("length")["solved_share"].reindex(lengths).to_numpy(dtype=float)
        mesh = axes.pcolormesh(
            edges,
            [row - ROW / 2, row + ROW / 2],
            share[None],
            cmap=colours,
            vmin=0,
            vmax=1,
            linewidth=1.2,
            edgecolor="white",
        )
        _horizon(axes, row, group, edges, colours)
    length_axis(axes, lengths)
    axes.tick_params(length=0)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(rows[-1] + 0.5, -0.5)
    axes.set_yticks(rows, [label(g.cell, g.remedy) for g in groups.itertuples()])
    for tick, cell in zip(axes.get_yticklabels(), groups["cell"], strict=True):
        tick.set_color(cell_ink(cell))
        tick.set_fontweight("bold")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(words["x"])
    bar = figure.colorbar(mesh, ax=axes, pad=0.015, aspect=28, fraction=0.05, label=words["colour"])
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    share_ticks(bar.ax.yaxis, language)
    return figure


def _horizon(axes: Axes, row: float, group: pd.Series, edges: np.ndarray, colours: Colormap) -> None:
    """T50 with its interval, clipped to the lengths tried."""
    low, high = max(group.memory_horizon_low, edges[0]), min(group.memory_horizon_high, edges[-1])
    axes.plot([low, high], [row, row], color=INK, linewidth=1.2, path_effects=cased(3), solid_capstyle="butt")
    steps, side = group.memory_horizon.parts
    place = {Side.RIGHT: edges[-1] / 1.05, Side.LEFT: edges[0] * 1.05, Side.NONE: steps}[side]
    axes.plot(place, row, HORIZON_MARKERS[side], color="white", markeredgecolor=INK, markersize=6.5, label="T50")


def _title(groups: pd.DataFrame, words: Words, language: str) -> str:
    ranked = by_memory(groups)
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    side = pd.Series([horizon.parts[1] for horizon in groups["memory_horizon"]], groups.index)
    beyond = groups[groups["longest"].eq(groups["longest"].max()) & side.eq(Side.RIGHT)]
    farthest = beyond if len(beyond) > 1 else ranked.tail(1)
    title: str = words["several" if len(beyond) > 1 else "one"].format(
        best=listed([label(g.cell, g.remedy) for g in farthest.itertuples()], words["and"]),
        most=words["steps"].format(length=best["longest"]) if len(beyond) > 1 else reach(best, language, words),
        worst=label(worst["cell"], worst["remedy"]),
        least=reach(worst, language, words),
    )
    return title


def _edges(lengths: list[int]) -> np.ndarray:
    """Edges of columns around lengths on a logarithmic axis."""
    logs = np.log(lengths)
    middles = (logs[1:] + logs[:-1]) / 2
    step = np.diff(logs).mean() / 2 if len(lengths) > 1 else 0.5
    return np.exp([logs[0] - step, *middles, logs[-1] + step])
