"""State tracking: the share of networks that solve parity and the word problem of S3, by cell."""

from typing import Any

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.settings import TRACKED
from gradient_horizon.figures.groups import CELL_ORDER, arms_in_order, name_rows, sentence
from gradient_horizon.figures.style import (
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    label_axes,
    new_figure,
    nothing_to_draw,
    percent,
    share_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

LINEAR_RECURRENCES = ("lru", "min-gru", "min-lstm")
"""Cells whose next state is linear in the last one, with factors that depend on the input at most."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per setting, a bar per cell with its remedy."""
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["experiment"].isin(TRACKED)]
    if success.empty:
        return nothing_to_draw(words["nothing"])
    longest = success.groupby("experiment")["length"].transform("max")
    success = success[success["length"].eq(longest)]
    settings = [setting for setting in TRACKED if success["experiment"].eq(setting).any()]
    arms = arms_in_order(success)
    subtitle = words["subtitle"].format(n=span(success["n"], language))
    figure, axes = new_figure(
        _title(success, words, language),
        subtitle,
        columns=len(settings),
        height=0.22 * len(arms) + 0.75,
        share="row",
        narrow_columns=2,
    )
    for panel, setting in zip(axes[0], settings, strict=True):
        rows = success[success["experiment"].eq(setting)]
        places = [arms.index(Arm(row.cell, row.remedy)) for row in rows.itertuples()]
        middle = rows["solved_share"].to_numpy(dtype=float)
        spread = [(middle - rows["solved_share_low"]).clip(lower=0), (rows["solved_share_high"] - middle).clip(lower=0)]
        bars = panel.barh(places, middle, color=[cell_colour(cell) for cell in rows["cell"]], height=0.6)
        for number, (bar, row) in enumerate(zip(bars, rows.itertuples(), strict=True)):
            ends = [[below.iloc[number]] for below in spread]
            look: dict[str, Any] = {"fmt": "none", "color": INK, "capsize": 2, "linewidth": 0.9}
            interval = panel.errorbar(middle[number], places[number], xerr=ends, **look)
            tag(bar, interval, cell=row.cell, remedy=row.remedy, task=row.task)
        length = int(rows["length"].max())
        for place in set(range(len(arms))).difference(places):
            panel.text(0.02, place, words["not_run"], color=GREY, fontsize=SMALL, va="center")
        panel.set_title(words["settings"][setting].format(length=length), fontsize=SMALL)
        panel.set_xlim(0, 1.05)
        share_ticks(panel.xaxis, language, every=0.5)
        panel.grid(visible=False, axis="y")
        name_rows(panel, range(len(arms)), [(arm.cell, arm.remedy) for arm in arms], words)
    axes[0, 0].set_ylim(len(arms) - 0.4, -0.6)
    label_axes(figure, words["x"])
    return figure


def _title(success: pd.DataFrame, words: Words, language: str) -> str:
    """How many networks of each kind of cell solve these tasks, over all settings."""
    kinds = {
        "lecture": success["cell"].isin(CELL_ORDER),
        "linear": success["cell"].isin(LINEAR_RECURRENCES),
        "other": ~success["cell"].isin((*CELL_ORDER, *LINEAR_RECURRENCES)),
    }
    return sentence(
        [
            words[kind].format(share=percent(success[own]["solved"].sum() / success[own]["n"].sum(), language))
            for kind, own in kinds.items()
            if own.any()
        ]
    )
