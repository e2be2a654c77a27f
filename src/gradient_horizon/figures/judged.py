"""A judged cell beside those that it is held against: success by length in each setting, and T50 with its interval."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gradient_horizon import registries
from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.question import Test
from gradient_horizon.figures.forest import answer
from gradient_horizon.figures.groups import HORIZON_MARKERS, label, of_group, sentence, shown
from gradient_horizon.figures.style import (
    GREY,
    LINES,
    MARKERS,
    SMALL,
    Picture,
    colours_apart,
    head,
    is_narrow,
    key_room,
    label_axes,
    length_axis,
    new_figure,
    nothing_to_draw,
    share_ticks,
    spaced,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.spoken import Spoken
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

ACROSS = 3
"""Panels side by side."""

HEAD = 75
"""Characters in a row of panels, above them."""

HEIGHT = 2.2
"""Of a panel in inches."""

ASIDE = 0.045
"""Between the marks of T50 of two arms, which would lie on each other on the line of one half."""

CHARACTERS, CHARACTERS_NARROW = 88, 40
"""That a row of keys has room for, and what stands before each key, in characters."""
BEFORE_KEY = 7

Looks = Mapping[Arm, Mapping[str, Any]]
"""Colour, marker and line of each arm."""


@dataclass(frozen=True)
class Curves:
    """The picture of a study's own claim."""

    claim: Claim

    def __call__(self, tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
        """A panel per setting that has runs: the judged cell thick, the others thin."""
        own = words["evidence"]["judged"]
        success, horizons = (self._rows(tables[name]) for name in ("success", "horizons"))
        if success.empty:
            first, _ = self._arms
            return nothing_to_draw(own["nothing"].format(first=label(first.cell, first.remedy, words)))
        settings = [name for name in self.claim.experiments if success["experiment"].eq(name).any()]
        looks, across = self._looks, min(ACROSS, len(settings))
        keys = _keys(looks, words)
        rows = -(-len(settings) // across)
        places = [divmod(place, across) for place in range(len(settings))]
        figure, axes = new_figure(
            self._title(tests, words, language),
            own["subtitle"].format(n=span(success["n"], language)),
            rows=rows,
            columns=across,
            places=places,
            height=HEIGHT * rows,
            share=False,
            keys=_room(keys),
        )
        for place, setting in zip(places, settings, strict=True):
            panel = axes[place]
            _scales(panel, success[success["experiment"].eq(setting)], language)
            head(panel, "\n".join(textwrap.wrap(shown(words).setting(setting), HEAD // across)), size=SMALL)
            panel.set_ylabel(own["y"] if is_narrow() or place[1] == 0 else "")
            for number, (arm, look) in enumerate(looks.items()):
                curve = of_group(success, setting, arm.cell, arm.remedy).sort_values("length")
                aside = ((len(looks) - 1) / 2 - number) * ASIDE
                _draw(panel, curve, of_group(horizons, setting, arm.cell, arm.remedy), look, aside)
        label_axes(figure, own["x"])
        figure.legend(
            handles=keys,
            loc="lower center",
            ncols=_columns(keys),
            borderaxespad=0.2,
            frameon=False,
        )
        return figure

    @property
    def _questions(self) -> dict[str, Test]:
        return {test.id: test for test in self.claim.tests if isinstance(test.evidence, LengthRatio)}

    @property
    def _arms(self) -> tuple[Arm, list[Arm]]:
        """The judged cell, and those that it is held against."""
        pairs = [test.evidence.arms for test in self._questions.values()]
        return pairs[0][0], [other for _, other in pairs]

    @property
    def _looks(self) -> Looks:
        first, others = self._arms
        treated = first.cell in [arm.cell for arm in others]  # a remedy is judged, beside its cell without
        named = [f"{first.cell} + {first.remedy}" if treated else first.cell, *(arm.cell for arm in others)]
        return {
            arm: {
                "color": colour,
                "marker": MARKERS[place % len(MARKERS)],
                "linestyle": LINES[place % len(LINES)],
                "linewidth": 2.2 if place == 0 else 1.2,
            }
            for place, (arm, colour) in enumerate(zip((first, *others), colours_apart(named).values(), strict=True))
        }

    def _rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of all arms in all settings, by the chosen learning rates."""
        first, others = self._arms
        wanted = {(setting, arm.cell, arm.remedy) for setting in self.claim.experiments for arm in (first, *others)}
        named = zip(table["experiment"], table["cell"], table["remedy"], strict=True)
        return table[np.array([each in wanted for each in named], dtype=bool) & table["policy"].eq("chosen").to_numpy()]

    def _title(self, tests: pd.DataFrame, words: Words, language: str) -> str:
        """How each question came out over its settings; those that came out alike are one."""
        own, first = words["evidence"]["judged"], self._arms[0]
        spoken = Spoken(Numbers(language), words["evidence"]["spoken"])
        rows = tests[tests["claim"].eq(self.claim.id) & tests["kind"].isin(["main", "pooled"])]
        alike: dict[str, list[str]] = {}
        for name, of_question in rows.groupby("test", sort=False):
            other = self._questions[str(name)].evidence.arms[1]
            alike.setdefault(answer(of_question), []).append(label(other.cell, other.remedy, words))
        named = label(first.cell, first.remedy, words)
        clauses = [own[found].format(first=named, others=spoken.both(others)) for found, others in alike.items()]
        begins_with_own = clauses[0].startswith(named) and first.cell not in registries.CELLS
        return "; ".join(clauses) if begins_with_own else sentence(clauses)


def _scales(panel: Axes, rows: pd.DataFrame, language: str) -> None:
    lengths = sorted({int(length) for length in rows["length"]})
    length_axis(panel, spaced(lengths))
    share_ticks(panel.yaxis, language)
    panel.set_xlim(lengths[0] / 1.2, lengths[-1] * 1.2)
    panel.set_ylim(-0.06, 1.06)
    panel.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")


def _draw(panel: Axes, rows: pd.DataFrame, horizons: pd.DataFrame, look: Mapping[str, Any], aside: float) -> None:
    """The curve of an arm with its intervals, and its T50 with its interval, so far from the line of one half."""
    if rows.empty:
        return
    arm = {name: rows[name].iloc[0] for name in ("cell", "remedy", "task")}
    bars = [rows["solved_share"] - rows["solved_share_low"], rows["solved_share_high"] - rows["solved_share"]]
    bars = [bar.clip(lower=0) for bar in bars]
    places = rows["length"].astype(float)
    tag(panel.errorbar(places, rows["solved_share"], bars, elinewidth=0.5, markersize=3.5, **look), **arm)
    left, right = panel.get_xlim()
    for row in horizons.itertuples():
        steps, side = row.memory_horizon.parts
        low, high = max(row.memory_horizon_low, left), min(row.memory_horizon_high, right)
        colour, place = look["color"], 0.5 + aside
        drawn = panel.plot([low, high], [place, place], color=colour, linewidth=3.2, solid_capstyle="butt", zorder=3)
        marks: dict[str, Any] = {"markersize": 7, "markeredgecolor": "white", "zorder": 4}
        drawn += panel.plot(steps, place, HORIZON_MARKERS[side], color=colour, **marks)
        tag(drawn, **arm)


def _keys(looks: Looks, words: Words) -> list[Line2D]:
    """A key for each arm; one that is longer than a row in lines."""
    room = (CHARACTERS_NARROW if is_narrow() else CHARACTERS) - BEFORE_KEY
    names = ["\n".join(textwrap.wrap(label(arm.cell, arm.remedy, words), room)) for arm in looks]
    return [Line2D([], [], markersize=4, label=name, **look) for name, look in zip(names, looks.values(), strict=True)]


def _columns(keys: Sequence[Line2D]) -> int:
    """How many keys stand side by side."""
    longest = max(len(line) for key in keys for line in str(key.get_label()).splitlines())
    room = CHARACTERS_NARROW if is_narrow() else CHARACTERS
    return max(1, min(len(keys), room // (longest + BEFORE_KEY)))


def _room(keys: Sequence[Line2D]) -> float:
    """Their room in inches: rows of keys that have one line each, or keys below each other."""
    columns = _columns(keys)
    lines = -(-len(keys) // columns) if columns > 1 else sum(len(str(key.get_label()).splitlines()) for key in keys)
    return key_room(lines, 1)
