"""Measured over predicted decay of the gradient per step, for several theories."""

from typing import Any

import pandas as pd

from gradient_horizon.figures.groups import memory_groups
from gradient_horizon.figures.style import (
    GREY,
    Picture,
    cell_colour,
    decimal_ticks,
    head,
    new_figure,
    nothing_to_draw,
    number,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

THEORIES = {
    "Lyapunov exponent": "exp(λ₁)",
    "spectral radius": "ρ(W)",
    "spectral norm": "σₘₐₓ(W)",
    "mean field": "√χ₁",
    "mean gate": "z",
}
"""Theories of the gradient's factor per step, and their formulas."""
HEAD = 28
MOMENTS = ("initial", "final")


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Two panels, before and after training; a row per theory, a dot per cell with remedy."""
    groups = memory_groups(tables["horizons"])
    rows = tables["theory"].merge(groups[["experiment", "cell", "remedy", "place"]])
    rows = rows[rows["theory"].isin(THEORIES) & rows["moment"].isin(MOMENTS)]
    if rows.empty:
        return nothing_to_draw(words["nothing"])
    length = int(rows["length"].max())
    rows = rows[rows["length"].eq(length)]
    names = [name for name in THEORIES if rows["theory"].eq(name).any()]
    subtitle = words["subtitle"].format(length=length, n=span(rows["n"], language))
    figure, axes = new_figure(_title(rows, words, language), subtitle, columns=2, height=0.52 * len(names) + 0.6)
    axes[0, 0].set_xscale("log")
    for panel, moment in zip(axes[0], MOMENTS, strict=True):
        at_moment = rows[rows["moment"].eq(moment)]
        for place, name in enumerate(names):
            of_theory = at_moment[at_moment["theory"].eq(name)].sort_values(
                ["place", "experiment", "remedy"], kind="stable"
            )
            for aside, row in enumerate(of_theory.itertuples()):
                height = place + (aside - (len(of_theory) - 1) / 2) * 0.75 / max(len(of_theory), 6)
                bars = [[row.ratio - row.ratio_low], [row.ratio_high - row.ratio]]
                colour = cell_colour(row.cell)
                filled = colour if row.remedy == "none" else "white"
                look: dict[str, Any] = {
                    "markersize": 3.5,
                    "markerfacecolor": filled,
                    "elinewidth": 0.9,
                    "color": colour,
                }
                drawn = panel.errorbar(row.ratio, height, xerr=bars, fmt="o", **look)
                tag(drawn, cell=row.cell, remedy=row.remedy, task=row.task)
        panel.axvline(1, color="black", linewidth=0.9)
        head(panel, words[moment], HEAD)
        panel.set_xlabel(words["x"])
        panel.grid(visible=False, axis="y")
        for place in range(1, len(names)):
            panel.axhline(place - 0.5, color=GREY, linewidth=0.3)
    decimal_ticks(axes[0, 0].xaxis, [0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10], language)
    axes[0, 0].set_yticks(range(len(names)), [f"{words[name]}\n{THEORIES[name]}" for name in names])
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    for panel in axes[0]:
        panel.tick_params(axis="y", length=0)
    return figure


def _title(rows: pd.DataFrame, words: Words, language: str) -> str:
    """The theory whose worst ratio is nearest to 1, and the one whose worst ratio is farthest from it."""
    rows = rows[~rows["bound"]]
    rows = rows.assign(gap=rows["ratio"].where(rows["ratio"] >= 1, 1 / rows["ratio"])).sort_values("gap", kind="stable")
    farthest = rows.drop_duplicates("theory", keep="last")
    title: str = words["title"].format(
        best=words[farthest["theory"].iloc[0]],
        best_gap=number(farthest["gap"].iloc[0], language),
        worst=words[farthest["theory"].iloc[-1]],
        worst_gap=number(farthest["gap"].iloc[-1], language),
    )
    return title
