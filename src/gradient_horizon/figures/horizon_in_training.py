"""The gradient horizon of networks before, half-way through and after training."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.groups import CORE, UPRIGHT_MARKERS, label, label_in_lines, listed, longest_learnt, of_arm
from gradient_horizon.figures.style import (
    GREY,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    decimal_ticks,
    new_figure,
    note,
    nothing_to_draw,
    number,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Censored, censored_mean
from gradient_horizon.tables.catalogue import Tables

NAME_WIDTH = 14
MOMENTS = ("initial", "half", "final")
TICKS = (1, 2, 5, 10, 20, 50, 100, 200)


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per core arm, at the longest length that half of its networks learn; a line per network."""
    gradients, success = tables["gradients"], tables["success"]
    gradients = gradients[gradients["experiment"].eq(RECALL_32) & gradients["gradient_horizon"].notna()]
    arms = [arm for arm in CORE if len(of_arm(gradients, arm)) and len(of_arm(success, arm))]
    if not arms:
        return nothing_to_draw(words["nothing"])
    lengths = {arm: longest_learnt(success, arm) for arm in arms}
    shown = {arm: of_arm(gradients[gradients["length"].eq(lengths[arm])], arm) for arm in arms}
    means = {arm: _means(rows) for arm, rows in shown.items()}
    title = _title(means, lengths, words, language)
    figure, axes = new_figure(title, words["subtitle"], columns=len(arms), height=2.5, narrow_columns=3)
    axes[0, 0].set_yscale("log")
    for panel, arm in zip(axes[0], arms, strict=True):
        panel.axhline(lengths[arm] - 1, color=GREY, linestyle=":", linewidth=0.9)
        _panel(panel, shown[arm], means[arm], arm, words, language)
        note(panel, 0, words["length"].format(length=lengths[arm]))
        panel.set_xticks(range(len(MOMENTS)), [words[moment] for moment in MOMENTS], fontsize=SMALL)
        name = label_in_lines(arm.cell, arm.remedy, words, NAME_WIDTH)
        panel.set_title(name, color=cell_ink(arm.cell), fontsize=SMALL)
        tag(panel, cell=arm.cell, remedy=arm.remedy, task="recall")
    axes[0, 0].set_xlim(-0.3, len(MOMENTS) - 0.7)
    axes[0, 0].set_ylim(0.8, 6 * max(lengths.values()))
    decimal_ticks(axes[0, 0].yaxis, TICKS, language)
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _panel(
    panel: Axes, rows: pd.DataFrame, means: Mapping[str, Censored], arm: Arm, words: Words, language: str
) -> None:
    solvers = set(rows.loc[rows["solved"], "seed"])
    for seed, network in rows.groupby("seed"):
        look: dict[str, Any] = (
            {"color": cell_colour(arm.cell)} if seed in solvers else {"color": GREY, "linestyle": ":"}
        )
        horizons = {row.moment: row.gradient_horizon.parts[0] for row in network.itertuples()}
        places = [place for place, moment in enumerate(MOMENTS) if moment in horizons]
        heights = [max(horizons[MOMENTS[place]], 1) for place in places]
        panel.plot(places, heights, linewidth=0.6, alpha=0.6, **look)
    for place, moment in enumerate(MOMENTS):
        if moment in means:
            steps, side = means[moment].parts
            mark: dict[str, Any] = {
                "color": cell_colour(arm.cell),
                "markeredgecolor": "white",
                "markersize": 7,
                "zorder": 5,
            }
            panel.plot(place, max(steps, 1), UPRIGHT_MARKERS[side], **mark)
    counts = {"solved": number(len(solvers), language), "n": number(rows["seed"].nunique(), language)}
    note(panel, 1, words["count"].format(**counts))


def _means(rows: pd.DataFrame) -> dict[str, Censored]:
    """The mean horizon at each stage over the networks that solve the task in the end."""
    solved = rows[rows["solved"]]
    found = {moment: censored_mean(solved[solved["moment"].eq(moment)]["gradient_horizon"]) for moment in MOMENTS}
    return {moment: mean for moment, mean in found.items() if mean is not None}


def _title(means: Mapping[Arm, Mapping[str, Censored]], lengths: Mapping[Arm, int], words: Words, language: str) -> str:
    """From where to where training moves the mean horizon of the plain cells that learn their length."""
    numbers = Numbers(language)
    changes = [
        words["change"].format(
            name=label(arm.cell, arm.remedy, words),
            length=lengths[arm],
            **{moment: numbers.censored(of_arm[moment].rounded()) for moment in ("initial", "final")},
        )
        for arm, of_arm in means.items()
        if arm.remedy == "none" and {"initial", "final"} <= set(of_arm)
    ]
    return str(words["title"].format(changes=listed(changes, words["and"])) if changes else words["none"])
