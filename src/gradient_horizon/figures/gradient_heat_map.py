"""The gradient while networks train: time step by update, dark where nothing of it is left."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import label, longest_memory, memory_groups, of_group, plain
from gradient_horizon.figures.style import (
    SEQUENTIAL,
    cell_ink,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_of_ten,
    span,
)
from gradient_horizon.tables.catalogue import Tables

CELLS = ("tanh", "lstm", "gru")
DARKEST = -8

WORDS = {
    "en": {
        "title": "As PyTorch starts them, {plain} networks learn to bridge {length} steps, and with a remedy {other}: their gradients in training",
        "alone": "As PyTorch starts them, {plain} networks learn to bridge {length} steps: their gradients in training",
        "count": "{solved} of {n}",
        "subtitle": "Norm of dL/dh at every step, from the first update (bottom) to the last: geometric mean over the networks still training (n = {n} at first). "
        "Above: as PyTorch initialises the cell; below: with the remedy of the longest memory.",
        "x": "time step (the loss is at the right edge)",
        "y": "update",
        "colour": "norm of dL/dh (loss / hidden unit)",
        "solved": "{count} solved",
        "nothing": "This study has no gradients recorded while networks learn recall",
    },
    "pl": {
        "title": "W inicjalizacji PyTorcha sekwencji o T = {length} uczy się {plain} sieci, ze środkiem zaradczym {other}: ich gradienty w czasie uczenia",
        "alone": "W inicjalizacji PyTorcha sekwencji o T = {length} uczy się {plain} sieci: ich gradienty w czasie uczenia",
        "count": "{solved} z {n}",
        "subtitle": "Norma dL/dh w każdym kroku, od pierwszej aktualizacji (dół) do ostatniej: średnia geometryczna po sieciach, które się jeszcze uczą (na początku n = {n}). "
        "U góry: inicjalizacja PyTorcha; u dołu: środek zaradczy o najdłuższej pamięci.",
        "x": "krok sekwencji (funkcja straty przy prawym brzegu)",
        "y": "aktualizacja",
        "colour": "norma dL/dh (strata / jednostka ukryta)",
        "solved": "rozwiązane: {count}",
        "nothing": "To badanie nie ma gradientów zapisanych podczas uczenia przypominania z opóźnieniem",
    },
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Columns are cells, the upper row as PyTorch initialises them, the lower with their best remedy."""
    words = WORDS[language]
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
        title, subtitle, rows=len(chosen), columns=len(cells), height=2.15 * len(chosen) + 0.3, share="none"
    )
    meshes = []
    for panels, row in zip(axes, chosen, strict=True):
        for panel, cell in zip(panels, cells, strict=True):
            own = row[row["cell"].eq(cell)]
            if own.empty:
                panel.set_axis_off()
                continue
            group = own.iloc[0]
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


def _count(rows: pd.DataFrame, words: dict[str, str], language: str) -> str:
    """How many networks solved the task, of how many."""
    return words["count"].format(solved=number(rows["solved"].sum(), language), n=number(rows["n"].sum(), language))
