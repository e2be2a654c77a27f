"""The main figure: success by sequence length for every cell with every remedy, and T50."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from gradient_horizon.figures.groups import (
    HORIZON_MARKERS,
    by_memory,
    label,
    listed,
    memory_groups,
    name_rows,
    of_group,
    plain,
    reach,
)
from gradient_horizon.figures.style import (
    INK,
    Picture,
    cased,
    colour_bar,
    length_axis,
    new_figure,
    nothing_to_draw,
    number,
    pale_to_dark,
    share_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables

RECALL = "recall"
STEPS = 20
"""Steps of the scale of colours."""
NAMED = 4
"""The title names at most so many rows."""
ROW = 0.8
"""Height of a field, where rows are 1 apart."""
LOWEST = 1.4
"""Inches that a map with the scale of its colours has at least."""
COLOURS = ScalarMappable(Normalize(0, 1), pale_to_dark())
"""Of the share of networks that learn a length."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Rows are cells with their remedies, columns are lengths, colour is the share that learns the task."""
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    success = tables["success"]
    success = success[success["policy"].eq("chosen")]
    success = success.merge(groups[["experiment", "cell", "remedy"]])
    subtitle = words["subtitle"].format(
        n=span(success["n"], language), updates=number(groups["updates"].min(), language)
    )
    gap = 0.45
    rows = np.arange(len(groups)) + gap * groups["place"].to_numpy()
    figure, ((axes,),) = new_figure(
        _title(groups, words, language), subtitle, height=max(0.24 * rows[-1] + 0.85, LOWEST)
    )
    draw_map(axes, rows.tolist(), groups, success, words, RECALL)
    axes.set_xlabel(words["x"])
    scale_of_shares(figure, axes, words, language)
    return figure


def draw_map(
    axes: Axes, rows: Sequence[float], groups: pd.DataFrame, success: pd.DataFrame, words: Words, task: str
) -> None:
    """A panel of the map: at each of `rows` a group with its shares by length, from rows of success, and its T50, if any."""
    lengths = sorted({int(length) for length in success["length"]})
    edges = _edges(lengths)
    for row, (_, group) in zip(rows, groups.iterrows(), strict=True):
        of_row = of_group(success, group.experiment, group.cell, group.remedy).set_index("length")["solved_share"]
        network = {"cell": group.cell, "remedy": group.remedy, "task": group.task}
        for length, left, right in zip(lengths, edges[:-1], edges[1:], strict=True):
            if length in of_row:
                look: dict[str, Any] = {"facecolor": COLOURS.to_rgba(of_row[length]), "edgecolor": "white"}
                field = Rectangle((left, row - ROW / 2), right - left, ROW, linewidth=1.2, **look)
                tag(axes.add_patch(field), **network, length=length)
        if group.memory_horizon is not None:
            tag(_horizon(axes, row, group, edges), **network)
    length_axis(axes, lengths)
    axes.tick_params(length=0)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(rows[-1] + 0.5, -0.5)
    name_rows(axes, rows, [(g.cell, g.remedy) for g in groups.itertuples()], words, task)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def scale_of_shares(figure: Picture, axes: Axes | np.ndarray, words: Words, language: str) -> None:
    """The scale of the map's colours beside its panels."""
    share_ticks(colour_bar(figure, COLOURS, axes, words["colour"], boundaries=np.linspace(0, 1, STEPS + 1)), language)


def _horizon(axes: Axes, row: float, group: pd.Series, edges: np.ndarray) -> list[Line2D]:
    """T50 with its interval, clipped to the lengths tried."""
    low, high = max(group.memory_horizon_low, edges[0]), min(group.memory_horizon_high, edges[-1])
    look: dict[str, Any] = {"color": INK, "linewidth": 1.2, "path_effects": cased(3), "solid_capstyle": "butt"}
    line = axes.plot([low, high], [row, row], **look)
    steps, side = group.memory_horizon.parts
    place = {Side.RIGHT: edges[-1] / 1.05, Side.LEFT: edges[0] * 1.05, Side.NONE: steps}[side]
    mark: dict[str, Any] = {"color": "white", "markeredgecolor": INK, "markersize": 6.5, "label": "T50"}
    return [*line, *axes.plot(place, row, HORIZON_MARKERS[side], **mark)]


def _title(groups: pd.DataFrame, words: Words, language: str) -> str:
    ranked = by_memory(groups)
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    side = pd.Series([horizon.parts[1] for horizon in groups["memory_horizon"]], groups.index)
    beyond = groups[groups["longest"].eq(groups["longest"].max()) & side.eq(Side.RIGHT)]
    farthest = beyond if len(beyond) > 1 else ranked.tail(1)
    if len(beyond) <= NAMED:
        title: str = words["several" if len(beyond) > 1 else "one"].format(
            best=listed([label(g.cell, g.remedy, words) for g in farthest.itertuples()], words["and"]),
            most=words["steps"].format(length=best["longest"]) if len(beyond) > 1 else reach(best, language, words),
            worst=label(worst["cell"], worst["remedy"], words),
            least=reach(worst, language, words),
        )
        return title
    alone = [label(g.cell, g.remedy, words) for g in plain(beyond).itertuples()]
    return str(
        words["many alone" if alone else "many"].format(
            k=len(beyond),
            n=len(groups),
            length=best["longest"],
            names=listed(alone, words["and"]),
            worst=label(worst["cell"], worst["remedy"], words),
            least=reach(worst, language, words),
        )
    )


def _edges(lengths: list[int]) -> np.ndarray:
    """Edges of columns around lengths on a logarithmic axis."""
    logs = np.log(lengths)
    middles = (logs[1:] + logs[:-1]) / 2
    step = np.diff(logs).mean() / 2 if len(lengths) > 1 else 0.5
    return np.exp([logs[0] - step, *middles, logs[-1] + step])
