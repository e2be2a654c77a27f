"""Who remembers how far, then and now: T50 of the lecture's cells and of later ones, task by task."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.settings import MODERN, MODERN_EQUAL
from gradient_horizon.figures.groups import (
    CELL_ORDER,
    HORIZON_MARKERS,
    arms_in_order,
    by_memory,
    label,
    listed,
    name_rows,
    reach,
    sentence,
)
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    SMALL,
    Picture,
    cell_colour,
    label_axes,
    length_axis,
    new_figure,
    nothing_to_draw,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables

APART = 0.17
"""Places of the two marks of a cell from its row, where rows are 1 apart."""
NAMED = 4
"""The title names at most so many cells per task."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per task, a row per cell: at equal width a filled mark, at equal parameters a hollow one below it."""
    horizons = tables["horizons"]
    horizons = horizons[horizons["policy"].eq("chosen")]
    wide = horizons[horizons["experiment"].isin(MODERN)]
    if wide.empty:
        return nothing_to_draw(words["nothing"])
    settings = [setting for setting in MODERN if wide["experiment"].eq(setting).any()]
    arms = arms_in_order(wide)
    figure, axes = new_figure(
        _title(wide, arms, settings, words, language),
        words["subtitle"].format(n=span(wide["n"], language)),
        columns=len(settings),
        height=0.23 * len(arms) + 0.6,
    )
    shown = horizons[horizons["experiment"].isin([*MODERN, *MODERN_EQUAL])]
    shortest, longest = int(shown["shortest"].min()), int(shown["longest"].max())
    lengths = [4**n * shortest for n in range(6) if 4**n * shortest < 0.75 * longest]
    length_axis(axes[0, 0], [*lengths, longest])
    axes[0, 0].set_xlim(shortest / 1.4, longest * 1.4)
    for panel, setting in zip(axes[0], settings, strict=True):
        equal = MODERN_EQUAL[MODERN.index(setting)]
        for experiment, place, is_filled in ((setting, -APART, True), (equal, APART, False)):
            rows = horizons[horizons["experiment"].eq(experiment)]
            for row in rows.to_dict("records"):
                if (arm := Arm(row["cell"], row["remedy"])) in arms:
                    _mark(panel, arms.index(arm) + place, row, is_filled=is_filled)
        tried = shown[shown["experiment"].isin([setting, equal])]["longest"].max()
        panel.axvspan(tried, longest * 1.4, color=FAINT, alpha=0.3, linewidth=0)
        panel.set_title(words["tasks"][setting], fontsize=SMALL + 1)
        panel.axhline(sum(arm.cell in CELL_ORDER for arm in arms) - 0.5, color=GREY, linewidth=0.8)
        name_rows(panel, range(len(arms)), [(arm.cell, arm.remedy) for arm in arms], words)
    axes[0, 0].set_ylim(len(arms) - 0.4, -0.6)
    label_axes(figure, words["x"])
    return figure


def _mark(panel: Axes, place: float | int, row: dict[str, Any], *, is_filled: bool) -> None:
    """T50 with its interval, clipped to the lengths tried."""
    colour, (steps, side) = cell_colour(row["cell"]), row["memory_horizon"].parts
    ends = (row["shortest"] / 1.2, row["longest"] * 1.2)
    low, high = max(row["memory_horizon_low"], ends[0]), min(row["memory_horizon_high"], ends[1])
    width = 1.6 if is_filled else 1.0
    drawn = panel.plot([low, high], [place, place], color=colour, linewidth=width, solid_capstyle="butt")
    look: dict[str, Any] = {"color": colour if is_filled else "white", "markeredgecolor": colour, "zorder": 3}
    drawn += panel.plot(steps, place, HORIZON_MARKERS[side], markersize=6 if is_filled else 5, **look)
    tag(drawn, cell=row["cell"], remedy=row["remedy"], task=row["task"])


def _title(wide: pd.DataFrame, arms: list[Arm], settings: list[str], words: Words, language: str) -> str:
    """Which cells remember farthest at equal width, task by task; many are counted, few named."""
    clauses = []
    for setting in settings:
        rows = wide[wide["experiment"].eq(setting)]
        farthest = _farthest(rows)
        task, best = words["on"][setting], farthest.iloc[-1]
        if best["memory_horizon"].parts[1] is Side.LEFT:
            clauses.append(words["none"].format(task=task, length=best["shortest"]))
            continue
        places = sorted(arms.index(Arm(row.cell, row.remedy)) for row in farthest.itertuples())
        names = listed([label(arms[place].cell, arms[place].remedy, words) for place in places], words["and"])
        how_many = "one" if len(places) == 1 else "several" if len(places) <= NAMED else "many"
        far = _reach(farthest, words, language)
        clauses.append(words[how_many].format(task=task, best=names, k=len(places), n=len(rows), reach=far))
    return sentence(clauses)


def _farthest(rows: pd.DataFrame) -> pd.DataFrame:
    """The farthest row last, with those not told from it: T50 within its interval, or likewise beyond the lengths tried."""
    rows = by_memory(rows)
    best, side = rows.iloc[-1], pd.Series([horizon.parts[1] for horizon in rows["memory_horizon"]], rows.index)
    if best["memory_horizon"].parts[1] is Side.RIGHT:
        return rows[side.eq(Side.RIGHT) & rows["longest"].eq(best["longest"])]
    steps = pd.Series([horizon.parts[0] for horizon in rows["memory_horizon"]], rows.index)
    return rows[(side.eq(Side.NONE) & steps.gt(best["memory_horizon_low"])) | (rows.index == best.name)]


def _reach(farthest: pd.DataFrame, words: Words, language: str) -> str:
    """Over, or about, so many steps: from the least to the most, where they are known."""
    if farthest.iloc[-1]["memory_horizon"].parts[1] is Side.RIGHT:
        return reach(farthest.iloc[-1], language, words)
    steps = pd.Series([round(horizon.parts[0]) for horizon in farthest["memory_horizon"]])
    return str(words["about"].format(length=span(steps, language)))
