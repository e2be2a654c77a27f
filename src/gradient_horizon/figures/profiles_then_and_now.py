"""Gradient profiles then and now: cells of the lecture and later ones on recall, before training and after it."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.settings import MODERN_RECALL
from gradient_horizon.figures.groups import (
    CELL_ORDER,
    arms_in_order,
    label,
    label_in_lines,
    listed,
    of_arm,
    sentence,
)
from gradient_horizon.figures.style import (
    GREY,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    decimal_ticks,
    label_axes,
    new_figure,
    note,
    nothing_to_draw,
    power_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

COLUMNS = 5
FLOOR, CEILING = 1e-8, 1e6
"""Ends of the vertical axis; a share of less than 1e-8 is lost where float32 sums it with the rest."""
LAGS = (0, 1, 3, 10, 30, 100, 300)


class Profiles(NamedTuple):
    """An arm's mean profiles, a row per lag: of all networks before training, and of those that learnt."""

    before: pd.DataFrame
    after: pd.DataFrame


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per cell: the longest length tried before training, the longest that half of its networks learn after."""
    means, success = tables["profile_means"], tables["success"]
    means = means[means["experiment"].eq(MODERN_RECALL)]
    if means.empty:
        return nothing_to_draw(words["nothing"])
    profiles = {arm: _profiles(means, success, arm.within(MODERN_RECALL)) for arm in arms_in_order(means)}
    before = pd.concat([of_arm.before for of_arm in profiles.values()])
    length = span(before["length"], language)
    places = _places(list(profiles))
    rows = 1 + max(row for row, _ in places)
    figure, axes = new_figure(
        _title(profiles, length, words),
        words["subtitle"].format(n=span(before["n"], language), length=length),
        rows=rows,
        columns=1 + max(column for _, column in places),
        height=1.25 * rows + 0.3,
        places=places,
        narrow_columns=2,
    )
    first, farthest = axes[0, 0], int(before["lag"].max())
    first.set_yscale("log")
    power_ticks(first.yaxis, every=4)
    first.set_ylim(FLOOR, CEILING)
    first.set_xscale("symlog", linthresh=1, linscale=0.4)
    decimal_ticks(first.xaxis, [lag for lag in LAGS if lag <= farthest], language)
    first.set_xlim(0, 1.4 * farthest)
    for place, arm in places.items():
        _panel(axes[place], arm, profiles[arm], words)
    label_axes(figure, words["x"], words["y"])
    return figure


def _profiles(means: pd.DataFrame, success: pd.DataFrame, arm: Arm) -> Profiles:
    """Before training of the longest length tried; after it of the longest that half of the networks learn, if any."""
    learnt = of_arm(success[success["policy"].eq("chosen") & success["solved_share"].ge(0.5)], arm)["length"]
    own = of_arm(means, arm)
    trained = own[own["moment"].eq("final") & own["networks"].eq("solved") & own["length"].isin(learnt)]
    chosen = (rows[rows["length"].eq(rows["length"].max())] for rows in (own[own["moment"].eq("initial")], trained))
    return Profiles(*(rows.sort_values("lag") for rows in chosen))


def _places(arms: Sequence[Arm]) -> dict[tuple[int, int], Arm]:
    """Row and column of each arm; the first cell after the lecture's starts a row."""
    lecture = [arm for arm in arms if arm.cell in CELL_ORDER]
    later = [arm for arm in arms if arm.cell not in CELL_ORDER]
    start = COLUMNS * math.ceil(len(lecture) / COLUMNS)
    places = [*enumerate(lecture), *enumerate(later, start)]
    return {divmod(place, COLUMNS): arm for place, arm in places}


def _panel(panel: Axes, arm: Arm, profiles: Profiles, words: Words) -> None:
    colour, ink = cell_colour(arm.cell), cell_ink(arm.cell)
    panel.axhline(HORIZON_SHARE, color=GREY, linestyle=":", linewidth=0.9)
    for rows, line, width, face in ((profiles.before, "--", 1.2, "white"), (profiles.after, "-", 1.9, colour)):
        lag = rows["lag"].to_numpy(dtype=float)
        middle, low, high = (rows[f"relative_gradient{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
        panel.fill_between(lag, low.clip(FLOOR / 10), high.clip(FLOOR / 10), color=colour, alpha=0.2, linewidth=0)
        panel.plot(lag, middle.clip(FLOOR / 10), color=colour, linestyle=line, linewidth=width)
        panel.plot(lag[-1:], middle[-1:], "o", color=face, markeredgecolor=colour, markersize=4, zorder=5)
    if profiles.after.empty:
        note(panel, 0, words["unlearnt"], ink)
    for end in profiles.after.tail(1).itertuples():
        note(panel, 0, words["after"].format(length=end.length), ink)
        note(panel, 1, words["networks"].format(n=end.n), ink)
    panel.set_title(label_in_lines(arm.cell, arm.remedy, words), color=ink, fontsize=SMALL)
    tag(panel, cell=arm.cell, remedy=arm.remedy, task="recall")


def _title(profiles: Mapping[Arm, Profiles], length: str, words: Words) -> str:
    """In which cells at least 1 % of the gradient reaches the first step, with the whole interval; and where it is open."""
    clauses = []
    for moment in Profiles._fields:
        ends = {arm: rows.iloc[-1] for arm, found in profiles.items() if len(rows := getattr(found, moment))}
        reached = [arm for arm, end in ends.items() if end["relative_gradient_low"] >= HORIZON_SHARE]
        lost = [arm for arm, end in ends.items() if end["relative_gradient_high"] < HORIZON_SHARE]
        names, undecided = (
            listed([label(arm.cell, arm.remedy, words) for arm in arms], words["and"])
            for arms in (reached, [arm for arm in ends if arm not in (*reached, *lost)])
        )
        stays_open = words["open"].format(names=undecided) if undecided else ""
        kind = "none" if not reached else "all" if len(reached) == len(profiles) else "some"
        if ends:
            clauses.append(words[f"{moment} {kind}"].format(length=length, names=names, open=stays_open))
    return sentence(clauses)
