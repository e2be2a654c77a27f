"""Contribution of each step of a sequence to the gradient of the shared weights."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import in_cell_order, outcome
from gradient_horizon.figures.style import FAINT, cell_colour, new_figure, nothing_to_draw, number, power_ticks, span
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENT = "early-steps"
FLOOR = 1e-12


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """Two panels, before and after training; a line per cell, at the longest length."""
    means = tables["profile_means"]
    means = means[means["experiment"].eq(EXPERIMENT) & means["remedy"].eq("none")]
    if means.empty:
        return nothing_to_draw(words["nothing"])
    length = int(means["length"].max())
    means = means[means["length"].eq(length)]
    runs = tables["runs"]
    updates = number(runs[runs["experiment"].eq(EXPERIMENT)]["updates"].max(), language)
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
            rows = at_moment[at_moment["cell"].eq(cell)].sort_values("lag")
            step = length - rows["lag"].astype(float)
            values = {end: rows[f"relative_contribution{end}"].clip(lower=FLOOR / 100) for end in ("", "_low", "_high")}
            panel.fill_between(step, values["_low"], values["_high"], color=cell_colour(cell), alpha=0.15, linewidth=0)
            panel.plot(step, values[""], color=cell_colour(cell), label=cell)
        panel.set_xlim(0.5, length + 0.5)
        panel.set_title(words[moment].format(updates=updates))
        panel.set_xlabel(words["x"])
    axes[0, 0].set_ylabel(words["y"])
    axes[0, 0].legend(loc="upper left", ncols=2, bbox_to_anchor=(0.1, 1))
    return figure
