"""Heat maps of the hidden gradient in training: time step by update."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from gradient_horizon.figures.groups import label, longest_memory, memory_groups, of_group, plain
from gradient_horizon.figures.style import (
    Picture,
    SEQUENTIAL,
    cell_ink,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_of_ten,
    span,
)
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

CELLS = ("tanh", "lstm", "gru")
DARKEST = -8


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
    counts = [_count(rows, words, language) for rows in ends]
    title = words["title" if len(counts) > 1 else "alone"].format(length=length, plain=counts[0], other=counts[-1])
    subtitle = words["subtitle"].format(n=span(pd.concat(ends)["n"], language))
    figure, axes = new_figure(
        title, subtitle, rows=len(chosen), columns=len(cells), height=2.15 * len(chosen) + 0.3, share=False
    )
    meshes = []
    for panels, row in zip(axes, chosen, strict=True):
        for panel, cell in zip(panels, cells, strict=True):
            of_cell = row[row["cell"].eq(cell)]
            if of_cell.empty:
                panel.set_axis_off()
                continue
            group = of_cell.iloc[0]
            meshes.append(_field(panel, of_group(recorded, group["experiment"], cell, group["remedy"]), length))
            panel.set_title(label(cell, group["remedy"]), color=cell_ink(cell))
            count = _count(of_group(success, group["experiment"], cell, group["remedy"]), words, language)
            note(panel, 0, words["solved"].format(count=count))
        panels[0].set_ylabel(words["y"])
    figure.supxlabel(words["x"], fontsize=8.5)
    ticks = range(DARKEST, 1, 2)
    bar = figure.colorbar(meshes[-1], ax=axes, pad=0.015, aspect=32, fraction=0.04, extend="min", label=words["colour"])
    bar.set_ticks(list(ticks), labels=[("≤ " if tick == DARKEST else "") + power_of_ten(tick) for tick in ticks])
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    return figure


def _field(panel: Axes, rows: pd.DataFrame, length: int) -> QuadMesh:
    """Logarithms of the gradient, a row per record of the first job, a column per step."""
    rows = rows[rows["first_seed"].eq(rows["first_seed"].min())]
    values = rows.pivot(index="update", columns="step", values="gradient").to_numpy(dtype=float)
    updates = np.sort(rows["update"].unique())
    every = updates[1] - updates[0] if len(updates) > 1 else 1
    heights = np.append(updates, updates[-1] + every) - 1
    logs = np.log10(np.maximum(values, 10.0 ** (DARKEST - 1)))
    mesh = panel.pcolormesh(
        np.arange(length + 1) + 0.5, heights, logs, cmap=SEQUENTIAL, vmin=DARKEST, vmax=0, rasterized=True
    )
    panel.set_xticks([1, *range(20, length + 1, 20)] if length >= 20 else [1, length])
    panel.locator_params(axis="y", nbins=4)
    panel.tick_params(length=2)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    return mesh


def _count(rows: pd.DataFrame, words: Words, language: str) -> str:
    """The number of networks that solved the task, and the number of all, in words."""
    solved, n = (number(rows[column].sum(), language) for column in ("solved", "n"))
    return str(words["count"].format(solved=solved, n=n))
