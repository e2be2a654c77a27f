"""Which steps of a sequence teach the shared weights."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order
from gradient_horizon.figures.style import FAINT, cell_colour, new_figure, nothing_to_draw

EXPERIMENT = "early-steps"
LENGTH = 50
FLOOR = 1e-12

WORDS = {
    "en": {
        "pass": "In a plain tanh network the first steps of a sequence teach the weights next to nothing",
        "fail": "In a plain tanh network the first steps of a sequence do teach the weights",
        "unclear": "How much the first steps of a sequence teach the weights of a tanh network stays open",
        "subtitle": "Norm of each step's own share of the recurrent weight's gradient, relative to the last step; "
        "T = {length}, geometric mean over {n} seeds, band: 95 % interval. Shaded: first and last tenth, which the test compares.",
        "initial": "before training",
        "final": "after {updates:,} updates, or when solved",
        "x": "step of the sequence (the loss is at the right edge)",
        "y": "contribution relative to the last step",
        "nothing": "This study has no runs of the experiment early-steps",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Two panels, before and after training; a line per cell."""
    words = WORDS[language]
    means = tables["profile_means"]
    means = means[means["experiment"].eq(EXPERIMENT) & means["length"].eq(LENGTH) & means["remedy"].eq("none")]
    if means.empty:
        return nothing_to_draw(words["nothing"])
    runs = tables["runs"]
    updates = int(runs[runs["experiment"].eq(EXPERIMENT)]["updates"].max())
    outcome = tests[tests["claim"].eq("early-steps-do-not-learn") & tests["test"].eq("early-share")]["outcome"]
    title = words[outcome.iloc[0] if len(outcome) else "unclear"]
    subtitle = words["subtitle"].format(length=LENGTH, n=int(means["n"].max()))
    figure, axes = new_figure(title, subtitle, columns=2, height=3.2)
    tenth = LENGTH / 10
    for panel, moment in zip(axes[0], ("initial", "final"), strict=True):
        for start in (0.5, LENGTH - tenth + 0.5):
            panel.axvspan(start, start + tenth, color=FAINT, alpha=0.5, linewidth=0)
        at_moment = means[means["moment"].eq(moment)]
        for cell in in_cell_order(at_moment["cell"]):
            rows = at_moment[at_moment["cell"].eq(cell)].sort_values("lag")
            step = LENGTH - rows["lag"].astype(float)
            values = {end: rows[f"relative_contribution{end}"].clip(lower=FLOOR / 100) for end in ("", "_low", "_high")}
            panel.fill_between(step, values["_low"], values["_high"], color=cell_colour(cell), alpha=0.15, linewidth=0)
            panel.plot(step, values[""], color=cell_colour(cell), label=cell)
        panel.set_yscale("log")
        panel.set_ylim(FLOOR, 1e2)
        panel.set_xlim(0.5, LENGTH + 0.5)
        panel.set_title(words[moment].format(updates=updates))
        panel.set_xlabel(words["x"])
    axes[0, 0].set_ylabel(words["y"])
    axes[0, 0].legend(loc="lower right", ncols=2)
    return figure
