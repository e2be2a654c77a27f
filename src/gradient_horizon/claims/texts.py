"""The texts of claims and tests in one language, made from the tests and the words in `report/LANGUAGE/`."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradient_horizon.claims.names import Names
from gradient_horizon.claims.question import Test
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.quantities import Quantities
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.statistics.censored import Censored

TestRow = Mapping[str, Any]
"""A row of the table `tests`."""


class Texts(Names):
    """The texts of claims and tests in one language, with its words and its formats of numbers."""

    def __init__(self, language: str, catalogue: Words, evidence: Words, words: Words):
        super().__init__(evidence)
        self.language = language
        self.words = words
        self.numbers = Numbers(language)
        self.quantities = Quantities(self.numbers, words)
        self._catalogue = catalogue

    @classmethod
    def read(cls, prose: Path, language: str) -> "Texts":
        """The texts in the report's folder; raises FileNotFoundError where the language has none."""
        return cls(
            language, *(read_words(prose / language / f"{name}.json") for name in ("claims", "evidence", "words"))
        )

    def title(self, claim: str) -> str:
        """The short title of a claim; raises ReportError where there is none."""
        return str(self._catalogue[claim]["title"])

    def quote(self, claim: str) -> str:
        """The words of the lecture, or their translation; raises ReportError where there are none."""
        return str(self._catalogue[claim]["quote"])

    def question(self, test: Test) -> str:
        """What a test asks; raises ReportError where there are no words for its evidence."""
        return self._fill(test, "question")

    def statistic(self, test: Test) -> str:
        """What is estimated; raises ReportError where there are no words for its evidence."""
        return self._fill(test, "statistic")

    def reason(self, test: Test) -> str:
        """Why the test passes at these values; raises ReportError where there are no words for its region."""
        return str(self._evidence["reasons"][test.region.reason])

    def clause(self, test: Test, row: TestRow) -> str:
        """What the estimate says, as a part of a sentence: a limit, where the interval is open."""
        is_less = row["unit"] == "share difference" and _shown(row) < 0
        said = self._fill(
            test,
            "clause",
            effect=self._effect({**row, "effect": -row["effect"]} if is_less else row),
            often=str(self._evidence["phrases"]["often"]["less" if is_less else "more"]),
            times=self.numbers.form(_shown(row), self._evidence["phrases"]["times"]),
        )
        parts = [row["first"], row["second"]]
        if all(isinstance(part, Censored) for part in parts):
            first, second = (self._part(part, test.evidence.unit) for part in parts)
            if test.evidence.unit == "share difference":
                said += str(self._evidence["phrases"]["against"].format(first=first, second=second))
            else:
                counted = self._evidence["phrases"][test.evidence.counted]
                steps = self.numbers.form(row["second"].parts[0], counted)
                against = self._evidence["parts"][test.evidence.words]
                said += str(against.format(first=first, second=second, steps=steps))
        return said

    def rows(self, test: Test) -> str:
        """Which rows of which tables a test reads, by the values of their columns; without setting, in all of them."""
        words = self._evidence["rows"]
        groups = [
            words["arm"].format(
                experiment=arm.setting or test.setting or words["all"], cell=arm.cell, remedy=arm.remedy
            )
            for arm in test.evidence.arms
        ]
        shown = groups if len(groups) <= 2 else [f"{groups[0]} … {groups[-1]}"]
        phrases = [words["where"][name] for name in test.evidence.where]
        return "; ".join(part for part in (words["against"].join(shown), ", ".join(phrases)) if part)

    def _fill(self, test: Test, key: str, **more: str) -> str:
        evidence = test.evidence
        names = dict(zip(("first", "second"), map(self.arm, evidence.arms), strict=False))
        details = {name: self.numbers.number(value) for name, value in evidence.details.items()}
        more |= {"keeping": self.keeping_gate(evidence.arms[0].cell)} if evidence.arms else {}
        return str(self._evidence["evidence"][evidence.words][key].format(**names, **details, **more))

    def _effect(self, row: TestRow) -> str:
        phrases = self._evidence["phrases"]
        known = self.quantities.estimate(_shown(row), row["unit"])
        if _is_lower_limit(row):
            return str(phrases["at_least"].format(effect=known))
        return str(phrases["at_most"].format(effect=known)) if row["effect_censored"] == "left" else known

    def _part(self, part: Censored, unit: str) -> str:
        if unit == "share difference":
            return self.numbers.share(part.parts[0])
        return self.numbers.censored(part)


def _is_lower_limit(row: TestRow) -> bool:
    return math.isinf(row["effect_high"]) and not math.isinf(row["effect_low"])


def _shown(row: TestRow) -> float:
    """The estimate, or the end of the interval that is known where the other is open."""
    if _is_lower_limit(row):
        return float(row["effect_low"])
    return float(row["effect_high"] if row["effect_censored"] == "left" else row["effect"])
