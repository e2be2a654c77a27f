"""Forest plot of memory horizons: T50 with its interval for every cell with every remedy."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import HORIZON_MARKERS, by_memory, label, listed, memory_groups, outcome, plain
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    INK,
    SMALL,
    cell_colour,
    cell_ink,
    length_axis,
    new_figure,
    nothing_to_draw,
    span,
)
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

REFERENCE = "tanh"
COMPARED = (
    ("relu", "none", "relu-cures-vanishing", "memory-horizon"),
    ("relu", "identity", "relu-cures-vanishing", "identity"),
    ("gru", "none", "gates-cure-vanishing", "gru"),
    ("gru", "chrono", "gates-cure-vanishing", "gru-chrono"),
    ("lstm", "none", "gates-cure-vanishing", "lstm"),
    ("lstm", "forget-bias-1", "gates-cure-vanishing", "lstm-forget-bias"),
    ("lstm", "chrono", "gates-cure-vanishing", "lstm-chrono"),
)
"""Cells with remedies, and the tests that compare their memory with that of the plain tanh cell."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """A row per cell and remedy, the longest memory at the top."""
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    groups = by_memory(groups).iloc[::-1]
    subtitle = words["subtitle"].format(n=span(groups["n"], language))
    figure, ((panel,),) = new_figure(_title(tests, words), subtitle, height=0.21 * len(groups) + 0.75)
    shortest, longest = int(groups["shortest"].min()), int(groups["longest"].max())
    ends = (shortest / 1.4, longest * 1.7)
    reference = plain(groups)
    for row in reference[reference["cell"].eq(REFERENCE)].itertuples():
        low, high = max(row.memory_horizon_low, ends[0]), min(row.memory_horizon_high, ends[1])
        panel.axvspan(low, high, color=FAINT, alpha=0.45, linewidth=0)
    for place, (_, row) in enumerate(groups.iterrows()):
        colour, (steps, side) = cell_colour(row["cell"]), row["memory_horizon"].parts
        low, high = max(row["memory_horizon_low"], ends[0]), min(row["memory_horizon_high"], ends[1])
        panel.plot([low, high], [place, place], color=colour, linewidth=1.8, solid_capstyle="butt")
        filled = colour if row["remedy"] == "none" else "white"
        marker = HORIZON_MARKERS[side]
        panel.plot(steps, place, marker, color=filled, markeredgecolor=colour, markersize=6.5, zorder=3)
        text = Numbers(language).censored(row["memory_horizon"], 2)
        look = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "fontsize": SMALL, "color": INK}
        panel.annotate(text, (ends[1], place), annotation_clip=False, **look)
    length_axis(
        panel, sorted({shortest, longest, *(2**n * shortest for n in range(1, 9) if 2**n * shortest < longest)})
    )
    panel.axvline(longest, color=GREY, linestyle=":", linewidth=0.8)
    panel.set_xlim(*ends)
    panel.set_ylim(len(groups) - 0.5, -0.5)
    panel.set_yticks(range(len(groups)), [label(g.cell, g.remedy, g.experiment) for g in groups.itertuples()])
    for tick, cell in zip(panel.get_yticklabels(), groups["cell"], strict=True):
        tick.set_color(cell_ink(cell))
        tick.set_fontweight("bold")
    panel.tick_params(length=0)
    panel.spines["left"].set_visible(False)
    panel.set_xlabel(words["x"])
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    named = {how: [label(c, r) for c, r, *test in COMPARED if outcome(tests, *test) == how] for how in ("pass", "fail")}
    parts = [
        words[word].format(names=listed(named[how], words["and"]))
        for word, how in (("longer", "pass"), ("shorter", "fail"))
        if named[how]
    ]
    title = "; ".join(parts) or words["open"]
    return title[0].upper() + title[1:]
