"""Accuracy on real handwritten digits, read pixel by pixel."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order
from gradient_horizon.figures.style import GREY, cell_colour, new_figure, nothing_to_draw

TASKS = ("digits", "digits-permuted")

WORDS = {
    "en": {
        "title": "On real digits, read pixel by pixel, {best} reaches {accuracy:.0%} ({task}); {worst} is last with {least:.0%}",
        "subtitle": "Accuracy on held-out images at the end of training (at most {updates:,} updates; a network stops "
        "when {solved}). Dots: {n} seeds; bar: their mean with its 95 % interval (Student). "
        "Grey: baselines without recurrence.",
        "digits": "pixels in reading order",
        "digits-permuted": "pixels in one fixed random order",
        "y": "accuracy on held-out images",
        "nothing": "This study has no runs on digits",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """A panel per reading order; a column per cell."""
    words = WORDS[language]
    success = tables["success"]
    success = success[success["task"].isin(TASKS) & success["policy"].eq("chosen") & success["remedy"].eq("none")]
    if success.empty:
        return nothing_to_draw(words["nothing"])
    networks = tables["networks"]
    networks = networks[networks["judged"] & networks["chosen"] & networks["remedy"].eq("none")]
    baselines = tables["baselines"]
    ranked = success.sort_values("accuracy", kind="stable").dropna(subset="accuracy")
    best, worst = ranked.iloc[-1], ranked.iloc[0]
    title = words["title"].format(
        best=best["cell"],
        accuracy=best["accuracy"],
        task=words[best["task"]],
        worst=worst["cell"],
        least=worst["accuracy"],
    )
    solved = baselines[baselines["task"].isin(TASKS)]["solved_when"].iloc[0]
    subtitle = words["subtitle"].format(updates=int(success["updates"].max()), solved=solved, n=int(success["n"].max()))
    tasks = [task for task in TASKS if success["task"].eq(task).any()]
    figure, axes = new_figure(title, subtitle, columns=len(tasks), height=3.4)
    for panel, task in zip(axes[0], tasks, strict=True):
        rows = success[success["task"].eq(task)]
        cells = in_cell_order(rows["cell"])
        for baseline in baselines[baselines["task"].eq(task)].itertuples():
            panel.axhline(baseline.accuracy, color=GREY, linestyle=":", linewidth=1)
            panel.text(
                len(cells) - 0.45,
                baseline.accuracy,
                f"{baseline.baseline} ",
                ha="right",
                va="bottom",
                color=GREY,
                fontsize=7.5,
            )
        for place, cell in enumerate(cells):
            row = rows[rows["cell"].eq(cell)].iloc[0]
            dots = networks[networks["task"].eq(task) & networks["cell"].eq(cell)]["accuracy"].dropna()
            spread = [0.05 * (index - (len(dots) - 1) / 2) for index in range(len(dots))]
            panel.plot(
                [place + 0.12 + aside for aside in spread], dots, "o", color=cell_colour(cell), alpha=0.6, markersize=4
            )
            bars = [[row["accuracy"] - row["accuracy_low"]], [row["accuracy_high"] - row["accuracy"]]]
            panel.errorbar(
                place - 0.15,
                row["accuracy"],
                bars,
                fmt="_",
                color=cell_colour(cell),
                capsize=4,
                markersize=14,
                markeredgewidth=2.4,
            )
        panel.set_xticks(range(len(cells)), cells)
        panel.set_xlim(-0.6, len(cells) - 0.4)
        panel.set_ylim(0, 1.02)
        panel.grid(visible=False, axis="x")
        panel.set_title(words[task])
    axes[0, 0].set_ylabel(words["y"])
    return figure
