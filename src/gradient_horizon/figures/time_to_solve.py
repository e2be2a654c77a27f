"""Success against updates: the share of networks that have solved recall, length by length."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.groups import CORE, arm_look, label, of_arm
from gradient_horizon.figures.style import (
    Picture,
    key_room,
    keys_below,
    label_axes,
    new_figure,
    note,
    nothing_to_draw,
    number,
    percent,
    share_ticks,
    spaced,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

COLUMNS = 5


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per length, a rising step curve per core arm; unsolved and diverged networks never count as solved."""
    networks = tables["networks"]
    networks = networks[networks["experiment"].eq(RECALL_32) & networks["judged"] & networks["chosen"]]
    arms = [arm for arm in CORE if len(of_arm(networks, arm))]
    if not arms:
        return nothing_to_draw(words["nothing"])
    drawn = pd.concat([of_arm(networks, arm) for arm in arms])
    lengths = sorted({int(length) for length in drawn["length"]})
    lengths = spaced(lengths, 2) if len(lengths) > COLUMNS else lengths
    drawn = drawn[drawn["length"].isin(lengths)]
    budget = int(drawn["update"].max())
    columns = min(COLUMNS, len(lengths))
    rows = -(-len(lengths) // columns)
    subtitle = words["subtitle"].format(
        n=span(drawn.groupby(["cell", "remedy", "length"])["seed"].nunique(), language),
        updates=number(budget, language),
    )
    figure, axes = new_figure(
        _title(drawn, budget, words, language),
        subtitle,
        rows=rows,
        columns=columns,
        height=1.5 * rows + 0.4,
        keys=key_room(len(arms), 4),
        places=list(np.ndindex(rows, columns))[: len(lengths)],
        narrow_columns=2,
    )
    for panel, length in zip(axes.flat, lengths, strict=False):
        at_length = drawn[drawn["length"].eq(length)]
        for arm in arms:
            _steps(panel, of_arm(at_length, arm), arm, budget, words)
        note(panel, 0, words["length"].format(length=length), fontweight="bold")
    axes[0, 0].set_xlim(0, budget)
    axes[0, 0].set_ylim(-0.04, 1.25)
    axes[0, 0].locator_params(axis="x", nbins=3)
    share_ticks(axes[0, 0].yaxis, language)
    label_axes(figure, words["x"], words["y"])
    keys_below(figure, axes[0, 0].get_legend_handles_labels()[0], 4)
    return figure


def _steps(panel: Axes, networks: pd.DataFrame, arm: Arm, budget: int, words: Words) -> None:
    """The share of the networks that have solved the task, update by update."""
    solved = np.sort(networks.loc[networks["status"].eq("solved"), "update"].to_numpy(dtype=float))
    shares = np.arange(len(solved) + 1) / max(len(networks), 1)
    places = np.concatenate([[0.0], solved, [budget]])
    look = arm_look(arm)
    line = panel.step(
        places, np.append(shares, shares[-1]), where="post", label=label(arm.cell, arm.remedy, words), **look
    )
    tag(line, cell=arm.cell, remedy=arm.remedy, task="recall")


def _title(networks: pd.DataFrame, budget: int, words: Words, language: str) -> str:
    """How many of the networks that solve their task do so in the first half of the budget."""
    solved = networks[networks["status"].eq("solved")]
    if solved.empty:
        return str(words["none"].format(updates=number(budget, language)))
    early = float(solved["update"].le(budget / 2).mean())
    return str(
        words["title"].format(
            share=percent(early, language), solved=number(len(solved), language, 4), updates=number(budget, language)
        )
    )
