"""What a claim is made of: questions with thresholds fixed beforehand; its texts are in `report/`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.informative import Silence, silence, silence_of_nothing
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.verdict import Asked, Verdict, decide
from gradient_horizon.statistics.censored import Side
from gradient_horizon.statistics.intervals import CONFIDENCE, pooled
from gradient_horizon.tables.catalogue import Tables


class Result(NamedTuple):
    """A test with its estimate, at a confidence, and its outcome; `silence` says why its setting says nothing."""

    test: Test
    finding: Finding
    outcome: Outcome
    silence: Silence = Silence.NONE
    confidence: float = CONFIDENCE


@dataclass(frozen=True)
class Claim:
    """A sentence of the lecture, of the literature after it, or of a study on a cell that it judges, as questions.

    `preset` has its runs, where the default study has not; only studies with some of them ask such a claim.
    """

    id: str
    section: Literal["cause", "vanishing", "exploding", "gated cells", "remedies", "after the lecture", "judged"]
    figure: str
    tests: tuple[Test, ...]
    preset: str | None = None

    @property
    def experiments(self) -> list[str]:
        """The experiments whose runs the tests read, each once, in their order; none for a claim on algebra alone."""
        return list(dict.fromkeys(name for test in self.tests for name in test.experiments if name))

    def judge(self, tables: Tables) -> tuple[Verdict, tuple[Result, ...]]:
        """The verdict, and the results: of every test, and of each main question over all its settings."""
        conditions = [test for test in self.tests if test.kind == "condition"]
        of_questions = self._main_results(tables)
        informative = [[each for each in results if each.silence is Silence.NONE] for results in of_questions]
        adjusted = _adjusted(sum(map(len, informative)))
        asked = [
            _asked(results, of_question[0].test.region, tables, adjusted)
            for results, of_question in zip(informative, of_questions, strict=True)
        ]
        results = [
            each
            for of_question, whole in zip(of_questions, map(_over_settings, informative), strict=True)
            for each in (*of_question, *([whole] if whole else []))
        ]
        results += [_result(test, tables, confidence=_adjusted(len(conditions))) for test in conditions]
        results += [_result(test, tables) for test in self.tests if test.kind in ("mechanism", "check")]
        outcomes = [each.outcome for each in results if each.test.kind == "condition" and not each.silence]
        return decide(asked, outcomes), tuple(results)

    def is_supported(self, tables: Tables) -> bool:
        """Whether `judge` supports it, with conditions or without; the first answer against it ends the search."""
        mains = [test for test in self.tests if test.kind == "main"]
        for name in dict.fromkeys(test.id for test in mains):
            told: list[Result] = []
            for result in (_result(test, tables) for test in mains if test.id == name):
                if result.silence is Silence.NONE:
                    told.append(result)
                if told and not _answered(told, Outcome.PASS).speaks_for():
                    return False
            whole = _over_settings(told) or next(iter(told), None)
            if whole is None or not _answered(told, whole.outcome).speaks_for():
                return False
        return True

    def _main_results(self, tables: Tables) -> list[list[Result]]:
        """For each main question the results in its settings; of those that only wider studies have, if there are."""
        mains = [test for test in self.tests if test.kind == "main"]
        found = [_result(test, tables) for test in mains]
        present = [each for each in found if each.finding.n or not each.test.optional]
        names = dict.fromkeys(test.id for test in mains)
        return [[each for each in present if each.test.id == name] for name in names]


def _adjusted(tests: int) -> float:
    """Bonferroni's confidence of each of so many tests."""
    return 1 - (1 - CONFIDENCE) / max(tests, 1)


def _result(test: Test, tables: Tables, *, confidence: float = CONFIDENCE) -> Result:
    place = Place(tables, test.setting, confidence)
    finding = test.evidence.find(place)
    said = silence(test, place) if finding.n else silence_of_nothing(test, place)
    outcome = test.region.judge(finding.effect) if said is Silence.NONE else Outcome.UNCLEAR
    return Result(test, finding, outcome, said, confidence)


def _over_settings(results: Sequence[Result]) -> Result | None:
    """The mean of the effects in several settings, on the effect's own scale; None: there are not several."""
    if len(results) < 2:
        return None
    first = results[0].test
    effect = pooled([result.finding.effect for result in results], first.evidence.scale)
    sides = {result.finding.side for result in results} - {Side.NONE}
    finding = Finding(
        effect if len(sides) < 2 else effect._replace(estimate=math.nan),
        min(result.finding.n for result in results),
        sides.pop() if len(sides) == 1 else Side.NONE,
    )
    return Result(Test(first.id, "pooled", first.evidence, first.region), finding, first.region.judge(effect))


def _asked(results: Sequence[Result], region: Region, tables: Tables, adjusted: float) -> Asked:
    """A main question, from its results in informative settings."""
    again = [result.test.evidence.find(Place(tables, result.test.setting, adjusted)).effect for result in results]
    whole = _over_settings(results) or next(iter(results), None)
    return Asked(
        region,
        tuple(result.finding for result in results),
        tuple(result.outcome for result in results),
        tuple(region.judge(effect) for effect in again),
        whole.outcome if whole else Outcome.UNCLEAR,
    )


def _answered(results: Sequence[Result], whole: Outcome) -> Asked:
    """A main question as it is answered so far, and over all settings."""
    findings, outcomes = zip(*((result.finding, result.outcome) for result in results), strict=True)
    return Asked(results[0].test.region, findings, outcomes, (), whole)
