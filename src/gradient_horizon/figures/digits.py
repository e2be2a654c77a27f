"""Accuracy on real handwritten digits, read pixel by pixel."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.figures.groups import in_cell_order, label
from gradient_horizon.figures.style import (
    GREY,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    head,
    is_narrow,
    new_figure,
    nothing_to_draw,
    number,
    percent,
    share_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

TASKS = ("digits", "digits-permuted")
NAME_WIDTH = 20
"""Characters a line of the names of baselines."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per reading order; a column per cell."""
    success = tables["success"]
    success = success[success["task"].isin(TASKS) & success["policy"].eq("chosen") & success["remedy"].eq("none")]
    ranked = success.dropna(subset="accuracy").sort_values("accuracy", kind="stable")
    if ranked.empty:
        return nothing_to_draw(words["nothing"])
    networks = tables["networks"]
    networks = networks[networks["judged"] & networks["chosen"] & networks["remedy"].eq("none")]
    baselines = tables["baselines"]
    baselines = baselines[baselines["task"].isin(TASKS)]
    criterion = baselines["solved_when"].iloc[0]
    subtitle = words["subtitle"].format(
        updates=number(success["updates"].max(), language),
        solved=words["criteria"].get(criterion, criterion),
        n=span(success["n"], language),
    )
    tasks = [task for task in TASKS if success["task"].eq(task).any()]
    figure, axes = new_figure(_title(ranked, tasks, words, language), subtitle, columns=len(tasks), height=2.7)
    for panel, task in zip(axes[0], tasks, strict=True):
        rows = success[success["task"].eq(task)]
        cells = in_cell_order(rows["cell"])
        for baseline in baselines[baselines["task"].eq(task)].itertuples():
            panel.axhline(baseline.accuracy, color=GREY, linestyle=":", linewidth=0.9)
            if is_narrow() or task == tasks[-1]:
                _name_baseline(panel, baseline.accuracy, words["baselines"].get(baseline.baseline, baseline.baseline))
        for place, cell in enumerate(cells):
            dots = networks[networks["task"].eq(task) & networks["cell"].eq(cell)]["accuracy"].dropna()
            _column(panel, place, dots, rows[rows["cell"].eq(cell)].iloc[0])
        panel.set_xticks(range(len(cells)), [label(cell, "none", words) for cell in cells])
        for tick, cell in zip(panel.xaxis.get_major_ticks(), cells, strict=True):
            tick.label1.set(color=cell_ink(cell), fontweight="bold")
            tag(tick.label1, cell=cell, remedy="none", task=task)
        panel.set_xlim(-0.6, len(cells) - 0.4)
        panel.set_ylim(0, 1.05)
        panel.grid(visible=False, axis="x")
        head(panel, words[task])
    share_ticks(axes[0, 0].yaxis, language)
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _name_baseline(panel: Axes, accuracy: float, name: str) -> None:
    """The name of a baseline beside the panel, where nothing is drawn."""
    at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "textcoords": "offset points"}
    text = textwrap.fill(name, NAME_WIDTH)
    panel.annotate(
        text, (1, accuracy), xytext=(4, 0), va="center", color=GREY, fontsize=SMALL, annotation_clip=False, **at
    )


def _title(ranked: pd.DataFrame, tasks: list[str], words: Words, language: str) -> str:
    """The best and the last cell of each reading order, of rows in the order of their accuracy."""
    of_tasks = {task: rows for task in tasks if len(rows := ranked[ranked["task"].eq(task)])}
    rankings = [
        words["ranking" if len(rows) > 1 else "alone"].format(
            task=words["in"][task],
            best=label(rows["cell"].iloc[-1], "none", words),
            most=percent(rows["accuracy"].iloc[-1], language),
            worst=label(rows["cell"].iloc[0], "none", words),
            least=percent(rows["accuracy"].iloc[0], language),
        )
        for task, rows in of_tasks.items()
    ]
    return str(words["title"].format(rankings="; ".join(rankings)))


def _column(panel: Axes, place: int, dots: pd.Series, row: pd.Series) -> None:
    colour = cell_colour(row["cell"])
    spread = [place + 0.14 + 0.06 * (index - (len(dots) - 1) / 2) for index in range(len(dots))]
    drawn = panel.plot(spread, dots, "o", color=colour, alpha=0.6, markersize=3.5)
    bars = [[row["accuracy"] - row["accuracy_low"]], [row["accuracy_high"] - row["accuracy"]]]
    look: dict[str, Any] = {"fmt": "_", "color": colour, "capsize": 3, "markersize": 12, "markeredgewidth": 2}
    bar = panel.errorbar(place - 0.18, row["accuracy"], bars, **look)
    tag(drawn, bar, cell=row["cell"], remedy="none", task=row["task"])
