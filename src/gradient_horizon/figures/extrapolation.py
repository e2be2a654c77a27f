"""Longer than trained: the share of solved networks that still solve their task at several times its length."""

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.beyond_memory import EXTRAPOLATED
from gradient_horizon.claims.evidence.longer import rows_as_far_as_learnt
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.figures.groups import arms_in_order, label
from gradient_horizon.figures.style import (
    LINES,
    MARKERS,
    Picture,
    cell_colour,
    decimal_ticks,
    key_room,
    keys_below,
    label_axes,
    new_figure,
    nothing_to_draw,
    percent,
    share_ticks,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

COLUMNS_OF_KEYS = 4

FACTOR = 4
"""The title is about so many times the trained length."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per task, a line per cell: networks that solved the longest length that half of their kind solve."""
    table = tables["extrapolation"]
    table = table[table["experiment"].isin(EXTRAPOLATED)]
    arms = arms_in_order(table)
    rows = {
        (setting, arm): own
        for setting in EXTRAPOLATED
        for arm in arms
        if len(own := rows_as_far_as_learnt(arm, Place(tables, setting)))
    }
    if not rows:
        return nothing_to_draw(words["nothing"])
    settings = [setting for setting in EXTRAPOLATED if any(setting == given for given, _ in rows)]
    figure, axes = new_figure(
        _title(rows, settings, words, language),
        words["subtitle"],
        columns=len(settings),
        height=2.4,
        keys=key_room(len({arm for _, arm in rows}), COLUMNS_OF_KEYS),
    )
    factors = sorted({int(factor) for factor in table["factor"]})
    for panel, setting in zip(axes[0], settings, strict=True):
        for number, arm in enumerate(arms):
            if (setting, arm) in rows:
                shares = rows[setting, arm].groupby("factor")["solved_there"].mean()
                line = panel.plot(
                    shares.index.to_numpy(dtype=float),
                    shares.to_numpy(dtype=float),
                    color=cell_colour(arm.cell),
                    marker=MARKERS[number % len(MARKERS)],
                    linestyle=LINES[number % len(LINES)],
                    markersize=4,
                    linewidth=1.3,
                    label=label(arm.cell, arm.remedy, words),
                )
                task = rows[setting, arm]["task"].iloc[0]
                tag(line, cell=arm.cell, remedy=arm.remedy, task=task)
        panel.set_xscale("log")
        decimal_ticks(panel.xaxis, factors, language)
        panel.set_title(words["tasks"][setting])
    axes[0, 0].set_ylim(-0.05, 1.08)
    share_ticks(axes[0, 0].yaxis, language)
    label_axes(figure, words["x"], words["y"])
    keys = {text: handle for panel in axes[0] for handle, text in zip(*panel.get_legend_handles_labels(), strict=True)}
    keys_below(figure, list(keys.values()), COLUMNS_OF_KEYS)
    return figure


def _title(rows: dict[tuple[str, Arm], pd.DataFrame], settings: list[str], words: Words, language: str) -> str:
    """The share of all solved networks of a task that still solve it at four times the length, task by task."""
    clauses = []
    for setting in settings:
        drawn = pd.concat([own for (given, _), own in rows.items() if given == setting])
        still = drawn[drawn["factor"].eq(FACTOR)]["solved_there"]
        if len(still):
            clauses.append(words["clause"].format(task=words["tasks"][setting], share=percent(still.mean(), language)))
    return str(words["title"].format(factor=FACTOR, clauses=", ".join(clauses)))
