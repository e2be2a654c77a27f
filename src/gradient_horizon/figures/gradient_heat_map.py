"""Heat maps of the hidden gradient in training: time step by update."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from gradient_horizon.figures.groups import label_in_lines, longest_memory, memory_groups, of_group, plain
from gradient_horizon.figures.style import (
    FAINT,
    SEQUENTIAL,
    SMALL,
    Picture,
    cell_ink,
    colour_bar,
    decimal_ticks,
    label_axes,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_of_ten,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

CELLS = ("tanh", "gru", "lstm")
DARKEST = -8
NOTHING = -16
"""The title names no smaller power of ten, and none larger than its inverse."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Columns are cells, the upper row as PyTorch initialises them, the lower with their best remedy."""
    groups = memory_groups(tables["horizons"])
    recorded = tables["hidden_gradients"]
    groups = groups.merge(recorded[["experiment", "cell", "remedy"]].drop_duplicates())
    groups = groups[groups["cell"].isin(CELLS)]
    if plain(groups).empty:
        return nothing_to_draw(words["nothing"])
    length = int(plain(groups)["longest"].min())
    recorded = recorded[recorded["length"].eq(length)]
    cells = [cell for cell in CELLS if groups["cell"].eq(cell).any()]
    chosen = [
        pd.concat([choose(groups[groups["cell"].eq(cell)]).head(1) for cell in cells])
        for choose in (plain, longest_memory)
    ]
    chosen = [row for row in chosen if len(row)]
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["length"].eq(length)]
    ends = [success.merge(row[["experiment", "cell", "remedy"]]) for row in chosen]
    fields = [
        {
            group.cell: _logarithms(of_group(recorded, group.experiment, group.cell, group.remedy))
            for group in row.itertuples()
        }
        for row in chosen
    ]
    counts = [_count(rows, words, language) for rows in ends]
    figure, axes = new_figure(
        _title(counts, fields, length, words),
        words["subtitle"].format(n=span(pd.concat(ends)["n"], language)),
        rows=len(chosen),
        columns=len(cells),
        height=1.5 * len(chosen) + 0.3,
        places=[(r, cells.index(cell)) for r, row in enumerate(chosen) for cell in row["cell"]],
        narrow_columns=2,
        by_column=True,
    )
    made = np.array([panel for panel in axes.flat if panel is not None])
    made[0].set_yscale("log")
    last = max(int(field.index.max()) for row in fields for field in row.values())
    made[0].set_ylim(1, last + 1)
    decimal_ticks(made[0].yaxis, [1, 10, 100, 1000], language)
    made[0].set_xticks([1, *range(20, length + 1, 20)] if length >= 20 else [1, length])
    for panels, row, of_row in zip(axes, chosen, fields, strict=True):
        for group in row.itertuples():
            panel = panels[cells.index(group.cell)]
            mesh = _field(panel, of_row[group.cell])
            panel.set_title(label_in_lines(group.cell, group.remedy, words), color=cell_ink(group.cell), fontsize=SMALL)
            tag(panel, cell=group.cell, remedy=group.remedy, task=group.task)
            count = _count(of_group(success, group.experiment, group.cell, group.remedy), words, language)
            note(panel, 0, words["solved"].format(count=count))
    label_axes(figure, words["x"], words["y"])
    ticks = range(DARKEST, 1, 2)
    bar = colour_bar(figure, mesh, made, words["colour"])
    bar.set_ticks(list(ticks), labels=[("≤ " if tick == DARKEST else "") + power_of_ten(tick) for tick in ticks])
    return figure


def _logarithms(rows: pd.DataFrame) -> pd.DataFrame:
    """Logarithms of the gradient, a row per update, a column per step, over the networks of all jobs."""
    n = rows["n"].where(rows["gradient"].gt(0), 0)
    summed = rows.assign(n=n, log=n * np.log10(rows["gradient"].where(n.gt(0), 1)))
    summed = summed.groupby(["update", "step"])[["n", "log"]].sum()
    return (summed["log"] / summed["n"]).where(summed["n"].gt(0), -np.inf).unstack("step")


def _title(counts: list[str], fields: list[dict[str, pd.DataFrame]], length: int, words: Words) -> str:
    """How many networks learn, with the most and the least gradient at the first step in any record of each row."""
    plain, other = (pd.concat([field[field.columns[0]] for field in row.values()]) for row in (fields[0], fields[-1]))
    ends = {
        "most": power_of_ten(math.ceil(np.clip(plain.max(), NOTHING, -NOTHING))),
        "least": power_of_ten(math.floor(np.clip(other.min(), NOTHING, -NOTHING))),
    }
    kind = "alone" if len(counts) == 1 else "title" if other.min() >= NOTHING else "lost"
    return str(words[kind].format(length=length, plain=counts[0], other=counts[-1], **ends))


def _field(panel: Axes, logs: pd.DataFrame) -> QuadMesh:
    """A field from the first update to the last that was recorded; higher up all networks have stopped."""
    updates = logs.index.to_numpy(dtype=float)
    heights = np.append(updates, 2 * updates[-1] - updates[-2] if len(updates) > 1 else updates[-1] + 1)
    values = np.maximum(logs.to_numpy(dtype=float), DARKEST - 1)
    edges = np.arange(logs.shape[1] + 1) + 0.5
    mesh = panel.pcolormesh(edges, heights, values, cmap=SEQUENTIAL, vmin=DARKEST, vmax=0, rasterized=True)
    panel.tick_params(length=2)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    panel.set_facecolor(FAINT)
    return mesh


def _count(rows: pd.DataFrame, words: Words, language: str) -> str:
    """The number of networks that solved the task, and the number of all, in words."""
    solved, n = (number(rows[column].sum(), language) for column in ("solved", "n"))
    return str(words["count"].format(solved=solved, n=n))
