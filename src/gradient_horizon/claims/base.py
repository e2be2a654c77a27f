"""What a claim is made of: a quote, main and boundary tests with thresholds fixed beforehand, and a verdict."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal, NamedTuple

import pandas as pd

from gradient_horizon.statistics import Interval

Tables = Mapping[str, pd.DataFrame]


class Outcome(StrEnum):
    """How a test came out."""

    PASS = "pass"
    FAIL = "fail"
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    """How a claim came out."""

    SUPPORTED = "supported"
    CONDITIONAL = "supported with conditions"
    ONLY_IF = "holds only if"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class Finding(NamedTuple):
    """What a test found: an estimate with its interval, and how many networks it rests on (0: none in this study)."""

    effect: Interval
    n: int


class Region(NamedTuple):
    """The values at which a test passes."""

    low: float = -math.inf
    high: float = math.inf

    def judge(self, effect: Interval) -> Outcome:
        """Pass or fail where the whole interval lies inside or outside; unclear where it straddles, or is missing."""
        if math.isnan(effect.low) or math.isnan(effect.high):
            return Outcome.UNCLEAR
        if self.low <= effect.low and effect.high <= self.high:
            return Outcome.PASS
        if effect.high < self.low or effect.low > self.high:
            return Outcome.FAIL
        return Outcome.UNCLEAR


@dataclass(frozen=True)
class Test:
    """One question to the tables, with the answer that the claim would give.

    `if_pass` and `if_fail` are clauses that finish a sentence about the claim; `{effect}` in them is the estimate.
    `why` says why the threshold is what it is.
    """

    __test__: ClassVar[bool] = False  # for pytest, which takes classes of this name for its own

    id: str
    kind: Literal["main", "boundary"]
    question: str
    table: str
    rows: str
    statistic: str
    unit: str
    region: Region
    why: str
    measure: Callable[[Tables], Finding]
    if_pass: str
    if_fail: str


class Result(NamedTuple):
    """A test with what it found."""

    test: Test
    finding: Finding
    outcome: Outcome


@dataclass(frozen=True)
class Claim:
    """A sentence of the lecture, or of the literature after it, and what it takes to hold."""

    id: str
    section: Literal["cause", "vanishing", "exploding", "gated cells", "remedies", "after the lecture"]
    quote_pl: str
    quote_en: str
    figure: str
    tests: tuple[Test, ...]

    def judge(self, tables: Tables) -> tuple[Verdict, str, tuple[Result, ...]]:
        """The verdict, its condition in one sentence, and the result of every test."""
        results = []
        for test in self.tests:
            finding = test.measure(tables)
            results.append(Result(test, finding, test.region.judge(finding.effect)))
        verdict = decide(
            [result.outcome for result in results if result.test.kind == "main"],
            [result.outcome for result in results if result.test.kind == "boundary"],
        )
        return verdict, condition(verdict, results), tuple(results)


def decide(main: Sequence[Outcome], boundary: Sequence[Outcome]) -> Verdict:
    """The verdict that follows from the outcomes of main and boundary tests."""
    if Outcome.FAIL in main:
        return Verdict.ONLY_IF if Outcome.PASS in boundary else Verdict.REFUTED
    if main and all(outcome is Outcome.PASS for outcome in main):
        return Verdict.CONDITIONAL if Outcome.FAIL in boundary else Verdict.SUPPORTED
    return Verdict.INCONCLUSIVE


def condition(verdict: Verdict, results: Sequence[Result]) -> str:
    """One sentence on what the verdict depends on, made from the outcomes of the tests."""

    def clauses(kind: str, outcome: Outcome) -> str:
        chosen = [result for result in results if result.test.kind == kind and result.outcome is outcome]
        texts = [_clause(result) for result in chosen]
        return texts[0] if len(texts) == 1 else "; ".join(texts[:-1]) + "; and " + texts[-1] if texts else ""

    match verdict:
        case Verdict.SUPPORTED:
            return f"It holds: {clauses('main', Outcome.PASS)}."
        case Verdict.CONDITIONAL:
            return f"It holds as stated, but {clauses('boundary', Outcome.FAIL)}."
        case Verdict.ONLY_IF:
            return f"As stated it fails: {clauses('main', Outcome.FAIL)}. But {clauses('boundary', Outcome.PASS)}."
        case Verdict.REFUTED:
            return f"It fails: {clauses('main', Outcome.FAIL)}."
        case Verdict.INCONCLUSIVE:
            return _undecided(results)


def _undecided(results: Sequence[Result]) -> str:
    open_tests = [result for result in results if result.test.kind == "main" and result.outcome is Outcome.UNCLEAR]
    if any(result.finding.n == 0 for result in open_tests):
        return "This study does not have the runs that would decide it."
    questions = " ".join(result.test.question for result in open_tests)
    return f"At this budget it stays open: {questions}"


def _clause(result: Result) -> str:
    text = result.test.if_pass if result.outcome is Outcome.PASS else result.test.if_fail
    return text.format(effect=readable(result.finding.effect.estimate, result.test.unit))


def readable(value: float, unit: str) -> str:
    """Three significant digits for a sentence; shares in per cent."""
    if unit == "share":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
