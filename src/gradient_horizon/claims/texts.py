"""The texts of claims and tests in one language, made from the tests and the words in `report/LANGUAGE/`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.claims.clauses import Clauses
from gradient_horizon.claims.family import Family, TestRow
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.refuters import refuter
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.language.display_names import NO_WIDTHS, DisplayNames
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.quantities import Quantities
from gradient_horizon.language.words import Words, read_words


class Explained(NamedTuple):
    """How a test was made: in plain words, and which rows of which tables it reads, by names of the configuration."""

    text: str
    code: str


class Texts(Clauses):
    """The texts of claims and tests in one language, with its words and its formats of numbers."""

    def __init__(
        self,
        language: str,
        catalogue: Words,
        evidence: Words,
        words: Words,
        names: DisplayNames,
        claims: Claims = REGISTERED,
    ):
        self.language = language
        self.words = words
        super().__init__(Numbers(language), names, evidence, claims)
        self.quantities = Quantities(self.numbers, words)
        self.sentence = evidence["sentence"]
        self._catalogue = catalogue

    @classmethod
    def read(
        cls, prose: Path, language: str, claims: Claims = REGISTERED, widths: Mapping[str, int] = NO_WIDTHS
    ) -> "Texts":
        """The texts in the report's folder on these claims, with the widths of a study's settings.

        Raises FileNotFoundError where the language has none.
        """
        catalogue, evidence, words = (
            read_words(prose / language / f"{name}.json") for name in ("claims", "evidence", "words")
        )
        return cls(language, catalogue, evidence, words, DisplayNames.read(prose, language, widths), claims)

    def title(self, claim: str) -> str:
        """The short title of a claim; raises ReportError where there is none."""
        return self._about(claim, "title")

    def quote(self, claim: str) -> str:
        """The words of the lecture, or their translation; what a study's own claim says. As `title`."""
        return self._about(claim, "quote")

    def lead(self, claim: str) -> str:
        """The mechanism in one or two sentences for a student; raises ReportError where there are none."""
        return self._about(claim, "lead")

    def explanation(self, claim: str) -> str:
        """What is behind a study's own claim, which no file of prose tells; as `title`."""
        return self._about(claim, "explanation")

    def of_figure(self, claim: str, part: str) -> str:
        """What stands beside the figure of a study's own claim: "alt", "caption" or "data"; as `title`."""
        return self._about(claim, part)

    def _about(self, claim: str, part: str) -> str:
        """A text on a claim: of the catalogue, or made from what a claim of the study's own compares."""
        if not self.claims.is_own(claim):
            return str(self._catalogue[claim][part])
        pairs = [test.evidence.arms for test in self.claims.named(claim).tests if test.kind == "main"]
        first, *_ = (self.names.network(own.cell, own.remedy) for own, _ in pairs)
        others = list(dict.fromkeys(self.names.network(other.cell, other.remedy) for _, other in pairs))
        return str(self._evidence["judged"][part].format(first=first, others=self.spoken.both(others)))

    def statistic(self, test: Test) -> str:
        """What is estimated; raises ReportError where there are no words for its evidence."""
        return self._of_test(test, "statistic")

    def reason(self, test: Test) -> str:
        """Why the test passes at these values; raises ReportError where there are no words for its region."""
        return str(self._evidence["reasons"][test.region.reason])

    def silence(self, silence: str) -> str:
        """Why a setting says nothing, as a sentence."""
        return str(self._evidence["silences"][silence])

    def refuter(self, tests: Sequence[Test]) -> list[str]:
        """What would have refuted a claim of these tests, in at most two sentences."""
        return refuter(tests, self, self._evidence["evidence"], self._evidence["refuter"])

    def explained(self, test: Test, row: TestRow) -> Explained:
        """How a test was made: what is estimated, at which values it passes and why, and the rows that it reads."""
        region = self.quantities.region_with_unit(row["threshold_low"], row["threshold_high"], row["unit"])
        statistic = self.statistic(test)
        words = self._evidence["explained"]
        setting = self.led(Family((test,), (row,)))
        where = words["where"].format(setting=setting, n=self.numbers.integer(int(row["n"]))) if setting else ""
        text = words["text"].format(where=where, statistic=statistic, region=region, why=self.reason(test))
        text = text.replace("..", ".")  # after an abbreviation
        return Explained(text[:1].upper() + text[1:], f"{', '.join(test.evidence.tables)}: {self.rows(test)}")

    def rows(self, test: Test) -> str:
        """Which rows of which tables a test reads, by the values of their columns; without setting, in all of them."""
        words = self._evidence["rows"]
        groups = [
            words["arm"].format(
                experiment=arm.setting or test.setting or words["all"], cell=arm.cell, remedy=arm.remedy
            )
            for arm in test.evidence.arms
        ]
        shown_groups = groups if len(groups) <= 2 else [f"{groups[0]} … {groups[-1]}"]
        phrases = [words["where"][name] for name in test.evidence.where]
        return "; ".join(part for part in (words["against"].join(shown_groups), ", ".join(phrases)) if part)
