"""What a claim is made of: a quote, main and boundary tests with thresholds fixed beforehand, and a verdict."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal, NamedTuple

from gradient_horizon.language.numbers import Numbers
from gradient_horizon.statistics import Interval
from gradient_horizon.tables.catalogue import Tables

ENGLISH = Numbers("en")


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
        sentence = condition(verdict, [statement(result) for result in results], Phrases(), ENGLISH)
        return verdict, sentence, tuple(results)


def decide(main: Sequence[Outcome], boundary: Sequence[Outcome]) -> Verdict:
    """The verdict that follows from the outcomes of main and boundary tests."""
    if Outcome.FAIL in main:
        return Verdict.ONLY_IF if Outcome.PASS in boundary else Verdict.REFUTED
    if main and all(outcome is Outcome.PASS for outcome in main):
        return Verdict.CONDITIONAL if Outcome.FAIL in boundary else Verdict.SUPPORTED
    return Verdict.INCONCLUSIVE


MOST_NETWORKS = 1_000_000


def networks_needed(finding: Finding, region: Region) -> float:
    """How many networks would decide a test that is unclear, if the estimate holds and intervals shrink as 1 / sqrt(n).

    NaN for a test that is decided, and where no number of networks that anybody would train would do: the estimate lies
    on the threshold or next to it, or its interval is open because it is censored.
    """
    n, (estimate, low, high) = finding.n, finding.effect
    if region.judge(finding.effect) is not Outcome.UNCLEAR or not math.isfinite(estimate):
        return math.nan
    inside = region.low <= estimate <= region.high
    factors = []
    for edge in region:
        half = high - estimate if edge > estimate else estimate - low
        if low < edge < high and edge != estimate:
            factors.append((half / (edge - estimate)) ** 2)
    factor = (max if inside else min)(factors, default=math.inf)
    return float(math.ceil(n * factor - 1e-6)) if n * factor <= MOST_NETWORKS else math.nan


class Statement(NamedTuple):
    """A test as a sentence about its claim needs it: how it came out, and its texts in one language."""

    kind: str
    outcome: str
    n: int
    needed: float
    question: str
    clause: str


@dataclass(frozen=True)
class Phrases:
    """How one language puts clauses together; `{clauses}`, `{others}` and `{questions}` are filled in."""

    supported: str = "It holds: {clauses}."
    conditional: str = "It holds as stated, but {clauses}."
    only_if: str = "As stated it fails: {clauses}. But {others}."
    refuted: str = "It fails: {clauses}."
    without_runs: str = "This study does not have the runs that would decide it."
    undecided: str = "At this budget it stays open: {questions} {budget}"
    more_networks: str = "About {needed} networks instead of {n} would decide it, if the estimates hold."
    other_runs: str = "More networks alone would not decide it: it takes other lengths or tasks."
    last: str = "; and "
    at_least: str = "at least {effect}"

    def effect(self, text: str, high: float) -> str:
        """An estimate as a sentence has it: a lower bound, where its interval is open above."""
        return self.at_least.format(effect=text) if math.isinf(high) else text


def condition(verdict: Verdict, statements: Sequence[Statement], phrases: Phrases, numbers: Numbers) -> str:
    """One sentence on what the verdict depends on, made from the outcomes of the tests."""

    def clauses(kind: str, outcome: Outcome) -> str:
        texts = [each.clause for each in statements if each.kind == kind and each.outcome == outcome]
        return texts[0] if len(texts) == 1 else "; ".join(texts[:-1]) + phrases.last + texts[-1] if texts else ""

    match verdict:
        case Verdict.SUPPORTED:
            return phrases.supported.format(clauses=clauses("main", Outcome.PASS))
        case Verdict.CONDITIONAL:
            return phrases.conditional.format(clauses=clauses("boundary", Outcome.FAIL))
        case Verdict.ONLY_IF:
            return phrases.only_if.format(
                clauses=clauses("main", Outcome.FAIL), others=clauses("boundary", Outcome.PASS)
            )
        case Verdict.REFUTED:
            return phrases.refuted.format(clauses=clauses("main", Outcome.FAIL))
        case Verdict.INCONCLUSIVE:
            return _undecided(statements, phrases, numbers)


def _undecided(statements: Sequence[Statement], phrases: Phrases, numbers: Numbers) -> str:
    undecided = [each for each in statements if each.kind == "main" and each.outcome == Outcome.UNCLEAR]
    if any(each.n == 0 for each in undecided):
        return phrases.without_runs
    hardest = max(undecided, key=lambda each: math.inf if math.isnan(each.needed) else each.needed / each.n)
    budget = phrases.other_runs
    if not math.isnan(hardest.needed):
        needed, n = numbers.integer(int(hardest.needed)), numbers.integer(hardest.n)
        budget = phrases.more_networks.format(needed=needed, n=n)
    return phrases.undecided.format(questions=" ".join(each.question for each in undecided), budget=budget)


def statement(result: Result) -> Statement:
    """What English says of a result."""
    test, finding, outcome = result
    text = test.if_pass if outcome is Outcome.PASS else test.if_fail
    effect = Phrases().effect(ENGLISH.effect(finding.effect.estimate, test.unit), finding.effect.high)
    clause = text.format(effect=effect)
    return Statement(test.kind, outcome, finding.n, networks_needed(finding, test.region), test.question, clause)
