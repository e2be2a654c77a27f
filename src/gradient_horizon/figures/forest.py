"""How many times as long one arm remembers as another: a picture for each claim that compares memories in settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.registered import registered_test
from gradient_horizon.claims.verdict import Asked
from gradient_horizon.figures.groups import HORIZON_MARKERS, label, sentence, shown
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    decimal_ticks,
    is_narrow,
    new_figure,
    nothing_to_draw,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.numbers import NO_BREAK, Numbers
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
"""The axis ends at the first and the last of them, at most."""
LEAST = (0.45, 2.2)
"""The axis covers at least this."""
ROW, GAP = 0.14, 0.35
"""Height of a row in inches, and the space above a heading, in rows."""


class Line(NamedTuple):
    """A line of the picture, so many rows from the top: a heading, or a test by its setting or by what it compares."""

    place: float
    text: str
    ink: str
    arm: Arm
    test: pd.Series | None = None


@dataclass(frozen=True)
class Forest:
    """The picture of a claim: its questions on T50 in each setting and over all of them, then under conditions."""

    claim: str

    def __call__(self, tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
        """A row per setting, a diamond for all of them, and below a rule the conditions."""
        rows = tests[tests["claim"].eq(self.claim) & tests["kind"].isin(["main", "pooled", "condition"])]
        rows = rows[rows["n"].gt(0) & rows["test"].map(self._compares_lengths).astype(bool)]
        stated, conditions = rows[rows["kind"].ne("condition")], rows[rows["kind"].eq("condition")]
        if stated.empty:
            return nothing_to_draw(words["forests"]["nothing"])
        lines = list(self._questions(stated, words))
        rule = lines[-1].place + 0.9
        lines += self._conditions(conditions, words, rule + 0.9)
        depth = lines[-1].place + 1
        title = sentence([words[f"{name} {answer(of)}"] for name, of in stated.groupby("test", sort=False)])
        figure, ((panel,),) = new_figure(title, words["forests"]["subtitle"], height=ROW * depth + 0.45)
        _axis(panel, rows, language)
        for line in lines:
            if line.test is not None:
                _mark(panel, line, words["forests"], language)
        if len(conditions):
            panel.axhline(rule, color=GREY, linewidth=0.8)
        panel.set_ylim(depth - 0.3, -0.7)
        _label(panel, lines)
        panel.set_xlabel(words["forests"]["x"])
        return figure

    def _compares_lengths(self, test: str) -> bool:
        return isinstance(registered_test(self.claim, test).evidence, LengthRatio)

    def _arms(self, test: str) -> tuple[Arm, Arm]:
        first, second = registered_test(self.claim, test).evidence.arms
        return first, second

    def _questions(self, rows: pd.DataFrame, words: Words) -> Iterator[Line]:
        """What is compared, with its settings below."""
        place = 0.0
        for question, of_question in rows.groupby("test", sort=False):
            arms = self._arms(str(question))
            yield Line(place, _pair(arms, words), cell_ink(arms[0].cell), arms[0])
            for _, row in of_question.iterrows():
                place += _step()
                pooled = row["kind"] == "pooled"
                text = words["forests"]["pooled"] if pooled else shown(words).setting(row["setting"])
                yield Line(place, text, GREY if row["silence"] else INK, arms[0], row)
            place += 1 + GAP

    def _conditions(self, rows: pd.DataFrame, words: Words, place: float) -> Iterator[Line]:
        """Each setting, with what is compared in it below."""
        for setting, of_setting in rows.groupby("setting", sort=False):
            arms = self._arms(of_setting["test"].iloc[0])
            yield Line(place, shown(words).setting(str(setting)), INK, arms[0])
            for _, row in of_setting.iterrows():
                place += _step()
                arms = self._arms(row["test"])
                yield Line(place, _pair(arms, words), cell_ink(arms[0].cell), arms[0], row)
            place += 1 + GAP


def _step() -> float:
    """Rows from one test to the next: on a phone each has its label above it."""
    return 1.85 if is_narrow() else 1.0


def _pair(arms: tuple[Arm, Arm], words: Words) -> str:
    """Both arms by their short names, each with its setting where it has one of its own."""
    first, second = (
        label(arm.cell, arm.remedy, words) + (f" {shown(words).setting_of_network(arm.setting)}" if arm.setting else "")
        for arm in arms
    )
    return str(words["forests"]["pair"].format(first=first, second=second))


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


def _mark(panel: Axes, line: Line, words: Words, language: str) -> None:
    """The values at which a test passes, its estimate with its interval, and both as numbers; or why it says nothing."""
    left, right = panel.get_xlim()
    place, arm, test = line.place, line.arm, line.test
    if test is None:
        return
    network: dict[str, Any] = {"cell": arm.cell, "remedy": arm.remedy}
    if test["silence"]:
        box: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        look: dict[str, Any] = {
            "ha": "left" if is_narrow() else "center",
            "va": "center",
            "fontsize": SMALL,
            "color": GREY,
            "style": "italic",
            "bbox": box,
        }
        start = left if is_narrow() else float(np.sqrt(left * right))
        text = panel.text(start, place, words["silent"][test["silence"]], **look)
        tag(text, _beside(panel, place, words["n"].format(n=test["n"]), GREY), **network)
        return
    start, end = max(test["threshold_low"], left), min(test["threshold_high"], right)
    panel.add_patch(
        Rectangle((start, place - 0.5 * _shade()), end - start, _shade(), color=FAINT, alpha=0.45, linewidth=0)
    )
    condition, whole = test["kind"] == "condition", test["kind"] == "pooled"
    colour, width = INK if whole else cell_colour(arm.cell), 1.0 if condition else 1.8
    low, high = max(test["effect_low"], left), min(test["effect_high"], right)
    drawn: list[Artist] = [
        *panel.plot([low, high], [place, place], color=colour, linewidth=width, solid_capstyle="butt")
    ]
    for value, limit, marker in ((test["effect_low"], left, "<"), (test["effect_high"], right, ">")):
        if not left <= value <= right:
            drawn += panel.plot(limit, place, marker, color=colour, markersize=3 + 2 * width, clip_on=False)
    size: dict[str, Any] = {"markersize": 4 if condition else 6, "markerfacecolor": "white" if condition else colour}
    marker = "D" if whole else HORIZON_MARKERS[Side(test["effect_censored"])]
    drawn += panel.plot(test["effect"], place, marker, color=colour, zorder=3, **size)
    said = _said(test, words, language)
    drawn.append(_beside(panel, place, said, INK, fontweight="bold" if whole else "normal"))
    tag(drawn, **network)


def _shade() -> float:
    """Height of the band of passing values, in rows."""
    return 0.7 if is_narrow() else 1.0


def _said(test: pd.Series, words: Words, language: str) -> str:
    numbers = Numbers(language)
    ends = {name: numbers.number(test[f"effect_{name}"], 2) for name in ("low", "high")}
    effect = Censored(test["effect"], Side(test["effect_censored"]))
    estimate = f"{numbers.censored(effect, 2)} " if np.isfinite(test["effect"]) else ""
    text: str = f"{estimate}{words['interval'].format(**ends)}, {words['n'].format(n=test['n'])}"
    return text.replace(" ", NO_BREAK)


def _beside(panel: Axes, place: float, text: str, colour: str, **look: Any) -> Annotation:
    at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "xytext": (7, 0), "textcoords": "offset points"}
    return panel.annotate(
        text, (1, place), va="center", fontsize=SMALL, color=colour, annotation_clip=False, **at, **look
    )


def _label(panel: Axes, lines: list[Line]) -> None:
    """Names lines at the left, on a phone above their marks; headings are bold."""
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.set_yticks([])
    at: dict[str, Any] = {"xycoords": panel.get_yaxis_transform(), "textcoords": "offset points", "fontsize": SMALL}
    for line in lines:
        is_heading = line.test is None
        is_bold = line.test is None or line.test["kind"] == "pooled"
        look: dict[str, Any] = {"color": line.ink, "fontweight": "bold" if is_bold else "normal"}
        place = (0, line.place - (0.85 if is_narrow() and not is_heading else 0))
        offset, side = ((0, 0), "left") if is_narrow() else ((-9, 0), "right")
        if is_narrow():
            look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        text = panel.annotate(
            line.text, place, xytext=offset, ha=side, va="center", annotation_clip=False, **at, **look
        )
        if not is_heading or line.ink != INK:
            tag(text, cell=line.arm.cell, remedy=line.arm.remedy)


GATES = Forest("gates-cure-vanishing")
RELU = Forest("relu-cures-vanishing")
ORTHOGONAL = Forest("orthogonal-lengthens-memory")
FORGET_BIAS = Forest("forget-bias-lengthens-memory")
SIMILAR = Forest("gru-similar")
