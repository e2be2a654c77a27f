"""Forest plot of memory horizons: T50 with its interval for every cell with every remedy."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from gradient_horizon.claims.arms import TANH, Arm
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.groups import (
    HORIZON_MARKERS,
    by_memory,
    memory_groups,
    name_rows,
    of_arm,
    outcome,
    plain,
)
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    length_axis,
    new_figure,
    nothing_to_draw,
    number,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

SIGNS = {"pass": "▲", "fail": "▼"}
"""Longer and shorter memory than that of the plain tanh cell, as the tests decide."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A row per cell and remedy, the longest memory at the top."""
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    groups = by_memory(groups).iloc[::-1]
    subtitle = words["subtitle"].format(n=span(groups["n"], language))
    outcomes = {
        arm: outcome(tests, *test, setting=RECALL_32)
        for arm, test in _compared_with_tanh().items()
        if len(of_arm(groups, arm))
    }
    figure, ((panel,),) = new_figure(_title(outcomes, words, language), subtitle, height=0.17 * len(groups) + 0.55)
    shortest, longest = int(groups["shortest"].min()), int(groups["longest"].max())
    ends = (shortest / 1.4, longest * 1.7)
    reference = plain(groups)
    for row in reference[reference["cell"].eq(TANH.cell)].itertuples():
        low, high = max(row.memory_horizon_low, ends[0]), min(row.memory_horizon_high, ends[1])
        panel.axvspan(low, high, color=FAINT, alpha=0.45, linewidth=0)
    for place, (_, row) in enumerate(groups.iterrows()):
        colour, (steps, side) = cell_colour(row["cell"]), row["memory_horizon"].parts
        low, high = max(row["memory_horizon_low"], ends[0]), min(row["memory_horizon_high"], ends[1])
        drawn = panel.plot([low, high], [place, place], color=colour, linewidth=1.8, solid_capstyle="butt")
        filled = colour if row["remedy"] == "none" else "white"
        marker = HORIZON_MARKERS[side]
        drawn += panel.plot(steps, place, marker, color=filled, markeredgecolor=colour, markersize=6.5, zorder=3)
        text = f"{SIGNS.get(outcomes.get(Arm(row['cell'], row['remedy']), ''), '  ')} "
        text += Numbers(language).censored(row["memory_horizon"], 2)
        look: dict[str, Any] = {
            "xytext": (4, 0),
            "textcoords": "offset points",
            "va": "center",
            "fontsize": SMALL,
            "color": INK,
        }
        drawn.append(panel.annotate(text, (ends[1], place), annotation_clip=False, **look))
        tag(drawn, cell=row["cell"], remedy=row["remedy"], task=row["task"])
    length_axis(
        panel, sorted({shortest, longest, *(2**n * shortest for n in range(1, 9) if 2**n * shortest < longest)})
    )
    panel.axvline(longest, color=GREY, linestyle=":", linewidth=0.8)
    panel.set_xlim(*ends)
    panel.set_ylim(len(groups) - 0.5, -0.5)
    name_rows(panel, range(len(groups)), [(g.cell, g.remedy) for g in groups.itertuples()], words)
    panel.tick_params(length=0)
    panel.spines["left"].set_visible(False)
    panel.set_xlabel(words["x"])
    return figure


def _title(outcomes: Mapping[Arm, str], words: Words, language: str) -> str:
    counts = Counter(outcomes.values())
    if not counts["pass"] + counts["fail"]:
        return str(words["open"])
    found = {name: number(counts[how], language) for name, how in (("longer", "pass"), ("shorter", "fail"))}
    return str(words["title"].format(**found, n=number(len(outcomes), language)))


@cache
def _compared_with_tanh() -> dict[Arm, tuple[str, str]]:
    """For each arm whose T50 is held against that of the plain tanh cell here, the claim and the test."""
    return {
        test.evidence.first.arm: (claim.id, test.id)
        for claim in registered_claims()
        for test in claim.tests
        if test.setting == RECALL_32 and test.kind in ("main", "condition") and isinstance(test.evidence, LengthRatio)
        if test.evidence.second.arm == TANH and test.evidence.first.arm.setting is None
    }
