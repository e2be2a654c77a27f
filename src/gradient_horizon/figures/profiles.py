"""Gradient profiles: norm of the gradient against the lag from the loss."""

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import WITHOUT_FORGET_GATE
from gradient_horizon.figures.groups import (
    HORIZON_MARKERS,
    by_memory,
    in_cell_order,
    label,
    label_in_lines,
    longest_memory,
    memory_groups,
    of_group,
    outcome,
    plain,
)
from gradient_horizon.figures.style import (
    GREY,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    is_narrow,
    label_axes,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

FLOOR = 1e-12
EVERY_LAG = 4
"""Lines of single networks are drawn at every fourth lag, to limit the file's size."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Columns are cells; the upper row as PyTorch initialises them, the lower with their best remedy.

    The LSTM without a forget gate is left out: it is a control of the tests.
    """
    memories = tables["memories"]
    groups = memory_groups(tables["horizons"])
    groups = groups[groups["cell"].ne(WITHOUT_FORGET_GATE.cell)]
    groups = groups.merge(
        memories.drop(columns="memory_horizon"), on=["experiment", "task", "cell", "remedy"], suffixes=("_all", "")
    )
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    cells = in_cell_order(groups["cell"])
    of_cells = [groups[groups["cell"].eq(cell)] for cell in cells]
    chosen = [(plain(of_cell), longest_memory(of_cell)) for of_cell in of_cells]
    length, n = int(groups["length"].max()), span(groups["n"], language)
    shown = pd.concat([choice for pair in chosen for choice in pair])
    best = by_memory(shown[shown["gradient_horizon_initial"].notna()], "gradient_horizon_initial").iloc[-1]
    first = words[outcome(tests, "short-memory", "gradient-horizon")]
    title = words["best"].format(
        first=first,
        name=label(best["cell"], best["remedy"], words),
        steps=_steps(best, language),
    )
    places = [(row, column) for column, pair in enumerate(chosen) for row, choice in enumerate(pair) if len(choice)]
    figure, axes = new_figure(
        title,
        words["subtitle"].format(n=n, length=length),
        rows=2,
        columns=len(cells),
        height=4.4 if is_narrow() else 3.4,
        places=places,
        narrow_columns=2,
        by_column=True,
    )
    first_panel = axes[places[0]]
    first_panel.set_yscale("log")
    power_ticks(first_panel.yaxis, every=4)
    first_panel.set_ylim(FLOOR, 1e8)
    for row, column in places:
        _panel(axes[row, column], chosen[column][row].iloc[0], tables, words, language)
    label_axes(figure, words["x"], words["y"])
    return figure


def _panel(panel: Axes, group: pd.Series, tables: Tables, words: Words, language: str) -> None:
    def initial(name: str) -> pd.DataFrame:
        rows = of_group(tables[name], group["experiment"], group["cell"], group["remedy"])
        return rows[rows["moment"].eq("initial") & rows["length"].eq(group["length"])]

    colour, ink = cell_colour(group["cell"]), cell_ink(group["cell"])
    for _, network in initial("profiles").groupby("seed"):
        shown = network[network["lag"].mod(EVERY_LAG).eq(0)]
        height = shown["relative_gradient"].clip(lower=FLOOR / 10)
        panel.plot(shown["lag"], height, color=colour, linewidth=0.5, alpha=0.5)
    means = initial("profile_means")
    panel.plot(means["lag"], means["relative_gradient"], color=colour, linewidth=2.2, label="measured")
    panel.plot(means["lag"], means["predicted"], color="black", linewidth=0.8, label="predicted")
    theory = initial("theory")
    theory = theory[theory["theory"].isin(["spectral radius", "mean gate"])]
    for kind, factor in zip(theory["theory"], theory["predicted"], strict=True):
        note(panel, 0, words[kind].format(factor=number(factor, language)))
    lag, side = group["gradient_horizon_initial"].parts
    panel.axhline(HORIZON_SHARE, color=GREY, linestyle=":", linewidth=0.9)
    marker = HORIZON_MARKERS[side]
    panel.plot(lag, HORIZON_SHARE, marker, color=colour, markeredgecolor="white", markersize=6, zorder=5)
    note(panel, 1, words["horizon"].format(steps=_steps(group, language)), ink, fontweight="bold")
    panel.set_title(label_in_lines(group["cell"], group["remedy"], words), color=ink, fontsize=SMALL)
    tag(panel, cell=group["cell"], remedy=group["remedy"], task=group["task"])


def _steps(group: pd.Series, language: str) -> str:
    """The gradient horizon of a row in whole steps."""
    return Numbers(language).censored(group["gradient_horizon_initial"].rounded())
