"""How many times as long one arm remembers as another: a picture for each claim that compares memories in settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.names import Names
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.registered import registered_test
from gradient_horizon.claims.verdict import Asked
from gradient_horizon.figures.groups import HORIZON_MARKERS, sentence
from gradient_horizon.figures.style import (
    Picture,
    FAINT,
    GREY,
    INK,
    SMALL,
    cell_colour,
    cell_ink,
    decimal_ticks,
    new_figure,
    nothing_to_draw,
)
from gradient_horizon.language.numbers import NO_BREAK, Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
"""The axis ends at the first and the last of them, at most."""
LEAST = (0.45, 2.2)
"""The axis covers at least this."""
GAP, RULE = 0.35, 0.9
"""Space above a question, and above all conditions, in rows."""


class Line(NamedTuple):
    """A line of the picture, so many rows from the top: a question, or one of its tests."""

    place: float | int
    text: str
    cell: str
    test: pd.Series | None


@dataclass(frozen=True)
class Forest:
    """The picture of a claim: its questions on T50 in each setting and over all of them, then under conditions."""

    claim: str

    def __call__(self, tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
        """A row per setting, a diamond for all of them, and below a rule the conditions."""
        rows = tests[tests["claim"].eq(self.claim) & tests["kind"].isin(["main", "pooled", "condition"])]
        rows = rows[rows["n"].gt(0) & rows["test"].map(self._compares_lengths).astype(bool)]
        stated = rows[rows["kind"].ne("condition")]
        if stated.empty:
            return nothing_to_draw(words["forests"]["nothing"])
        lines = list(self._lines(stated, words, 0))
        rule = lines[-1].place + 1
        lines += self._lines(rows[rows["kind"].eq("condition")], words, rule + RULE)
        depth = lines[-1].place + 1
        title = sentence([words[f"{name} {answer(of)}"] for name, of in stated.groupby("test", sort=False)])
        figure, ((panel,),) = new_figure(title, words["forests"]["subtitle"], height=0.163 * depth + 0.5)
        _axis(panel, rows, language)
        for line in lines:
            if line.test is not None:
                _mark(panel, line.place, line.cell, line.test, words["forests"], language)
        if lines[-1].place > rule:
            panel.axhline(rule, color=GREY, linewidth=0.8)
        panel.set_ylim(depth - 0.3, -0.7)
        _label(panel, lines)
        panel.set_xlabel(words["forests"]["x"])
        return figure

    def _compares_lengths(self, test: str) -> bool:
        return isinstance(registered_test(self.claim, test).evidence, LengthRatio)

    def _lines(self, rows: pd.DataFrame, words: Words, place: float | int) -> Iterator[Line]:
        names = Names(words["evidence"])
        for question, of_question in rows.groupby("test", sort=False):
            arms = registered_test(self.claim, str(question)).evidence.arms
            first, second = map(names.arm, arms)
            yield Line(place, words["forests"]["pair"].format(first=first, second=second), arms[0].cell, None)
            for _, row in of_question.iterrows():
                place += 1
                setting = words["forests"]["pooled"] if row["kind"] == "pooled" else names.setting(row["setting"])
                yield Line(place, setting, arms[0].cell, row)
            place += 1 + GAP


def answer(rows: pd.DataFrame) -> str:
    """How a question comes out over its settings, by the rule of verdicts: pass, fail, depends, or unclear."""
    informative = rows[rows["silence"].eq("")]
    mains = informative[informative["kind"].eq("main")]
    if mains.empty:
        return "unclear"
    outcomes = tuple(Outcome(outcome) for outcome in mains["outcome"])
    if {Outcome.PASS, Outcome.FAIL} <= set(outcomes):
        return "depends"
    region = Region("drawn", *mains[["threshold_low", "threshold_high"]].iloc[0])
    findings = tuple(
        Finding(Interval(row.effect, row.effect_low, row.effect_high), row.n, Side(row.effect_censored))
        for row in mains.itertuples()
    )
    asked = Asked(region, findings, outcomes, (), Outcome(informative["outcome"].iloc[-1]))
    return "pass" if asked.speaks_for() else "fail" if asked.speaks_against() else "unclear"


def _axis(panel: Axes, rows: pd.DataFrame, language: str) -> None:
    """A logarithmic axis over all ends of intervals that are known."""
    ends = rows.loc[rows["silence"].eq(""), ["effect", "effect_low", "effect_high"]].to_numpy(dtype=float)
    ends = np.append(ends[np.isfinite(ends) & (ends > 0)], LEAST)
    panel.set_xscale("log")
    panel.set_xlim(max(ends.min() / 1.15, TICKS[0]), min(ends.max() * 1.15, TICKS[-1]))
    decimal_ticks(panel.xaxis, TICKS, language)
    panel.axvline(1, color=GREY, linewidth=0.8)
    panel.grid(visible=False, axis="y")


def _mark(panel: Axes, place: float | int, cell: str, test: pd.Series, words: Words, language: str) -> None:
    """The values at which a test passes, its estimate with its interval, and both as numbers; or why it says nothing."""
    left, right = panel.get_xlim()
    if test["silence"]:
        box: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        look: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": SMALL,
            "color": GREY,
            "style": "italic",
            "bbox": box,
        }
        panel.text(float(np.sqrt(left * right)), place, words["silent"][test["silence"]], **look)
        _beside(panel, place, words["n"].format(n=test["n"]), GREY)
        return
    start, end = max(test["threshold_low"], left), min(test["threshold_high"], right)
    panel.add_patch(Rectangle((start, place - 0.5), end - start, 1, color=FAINT, alpha=0.45, linewidth=0))
    condition, whole = test["kind"] == "condition", test["kind"] == "pooled"
    colour, width = INK if whole else cell_colour(cell), 1.0 if condition else 1.8
    low, high = max(test["effect_low"], left), min(test["effect_high"], right)
    panel.plot([low, high], [place, place], color=colour, linewidth=width, solid_capstyle="butt")
    for value, limit, marker in ((test["effect_low"], left, "<"), (test["effect_high"], right, ">")):
        if not left <= value <= right:
            panel.plot(limit, place, marker, color=colour, markersize=3 + 2 * width, clip_on=False)
    size: dict[str, Any] = {"markersize": 4 if condition else 6, "markerfacecolor": "white" if condition else colour}
    marker = "D" if whole else HORIZON_MARKERS[Side(test["effect_censored"])]
    panel.plot(test["effect"], place, marker, color=colour, zorder=3, **size)
    _beside(panel, place, _said(test, words, language), INK, fontweight="bold" if whole else "normal")


def _said(test: pd.Series, words: Words, language: str) -> str:
    numbers = Numbers(language)
    ends = {name: numbers.number(test[f"effect_{name}"], 2) for name in ("low", "high")}
    effect = Censored(test["effect"], Side(test["effect_censored"]))
    estimate = f"{numbers.censored(effect, 2)} " if np.isfinite(test["effect"]) else ""
    text: str = f"{estimate}{words['interval'].format(**ends)}, {words['n'].format(n=test['n'])}"
    return text.replace(" ", NO_BREAK)


def _beside(panel: Axes, place: float | int, text: str, colour: str, **look: Any) -> None:
    at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "xytext": (7, 0), "textcoords": "offset points"}
    panel.annotate(text, (1, place), va="center", fontsize=SMALL, color=colour, annotation_clip=False, **at, **look)


def _label(panel: Axes, lines: list[Line]) -> None:
    panel.set_yticks([line.place for line in lines], [line.text for line in lines], fontsize=SMALL)
    for tick, line in zip(panel.get_yticklabels(), lines, strict=True):
        tick.set_color(cell_ink(line.cell) if line.test is None else GREY if line.test["silence"] else INK)
        tick.set_fontweight("bold" if line.test is None or line.test["kind"] == "pooled" else "normal")
    panel.tick_params(axis="y", length=0, pad=9)
    panel.spines["left"].set_visible(False)


GATES = Forest("gates-cure-vanishing")
RELU = Forest("relu-cures-vanishing")
ORTHOGONAL = Forest("orthogonal-lengthens-memory")
FORGET_BIAS = Forest("forget-bias-lengthens-memory")
SIMILAR = Forest("gru-similar")
