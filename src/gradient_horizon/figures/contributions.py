"""Contribution of each step of a sequence to the gradient of the shared weights."""

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.figures.groups import in_cell_order, label, outcome
from gradient_horizon.figures.style import (
    FAINT,
    Picture,
    cell_colour,
    head,
    label_axes,
    new_figure,
    nothing_to_draw,
    number,
    power_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENT = "early-steps"
FLOOR = 1e-12
LINES = {"all": "-", "solved": "-", "unsolved": ":"}
"""Lines of networks before training, and after it of those that solved the task and of the others."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Two panels, before and after training; a line per cell, at the longest length, dotted where it is not solved."""
    means = tables["profile_means"]
    means = means[means["experiment"].eq(EXPERIMENT) & means["remedy"].eq("none")]
    if means.empty:
        return nothing_to_draw(words["nothing"])
    length = int(means["length"].max())
    means = means[means["length"].eq(length)]
    ended = _ended(tables, length, language)
    title = words[outcome(tests, "early-steps-do-not-learn", "early-share")]
    subtitle = words["subtitle"].format(length=length, n=span(means["n"], language))
    figure, axes = new_figure(title, subtitle, columns=2, height=2.6)
    axes[0, 0].set_yscale("log")
    power_ticks(axes[0, 0].yaxis, every=3)
    axes[0, 0].set_ylim(FLOOR, 1e2)
    tenth = length / 10
    for panel, moment in zip(axes[0], ("initial", "final"), strict=True):
        for start in (0.5, length - tenth + 0.5):
            panel.axvspan(start, start + tenth, color=FAINT, alpha=0.5, linewidth=0)
        at_moment = means[means["moment"].eq(moment)]
        for cell in in_cell_order(at_moment["cell"]):
            for networks, rows in at_moment[at_moment["cell"].eq(cell)].groupby("networks"):
                _line(panel, rows.sort_values("lag"), length, LINES[networks], words)
        panel.set_xlim(0.5, length + 0.5)
        head(panel, words[moment].format(**ended))
    label_axes(figure, words["x"], words["y"])
    axes[0, 0].legend(loc="upper left", ncols=2, bbox_to_anchor=(0.1, 1))
    return figure


def _line(panel: Axes, rows: pd.DataFrame, length: int, style: str, words: Words) -> None:
    """The mean contributions of a cell's networks, with their band."""
    cell = rows["cell"].iloc[0]
    step = length - rows["lag"].astype(float)
    values = {end: rows[f"relative_contribution{end}"].clip(lower=FLOOR / 100) for end in ("", "_low", "_high")}
    colour = cell_colour(cell)
    band = panel.fill_between(step, values["_low"], values["_high"], color=colour, alpha=0.15, linewidth=0)
    line = panel.plot(step, values[""], color=colour, linestyle=style, label=label(cell, "none", words))
    tag(band, line, cell=cell, remedy="none", task=rows["task"].iloc[0])


def _ended(tables: Tables, length: int, language: str) -> dict[str, str]:
    """The budget, and how many of how many networks had solved the task at its end, in words."""
    success, runs = tables["success"], tables["runs"]
    success = success[success["experiment"].eq(EXPERIMENT) & success["remedy"].eq("none")]
    success = success[success["policy"].eq("chosen") & success["length"].eq(length)]
    counts = {
        "updates": runs[runs["experiment"].eq(EXPERIMENT)]["updates"].max(),
        "solved": success["solved"].sum(),
        "n": success["n"].sum(),
    }
    return {name: number(count, language) for name, count in counts.items()}
