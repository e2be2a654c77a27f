"""The texts of claims and tests in one language, made from the tests and the words in `report/LANGUAGE/`."""

import string
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.effects import effects, variant
from gradient_horizon.claims.family import Family, TestRow, by_second, families, parts_of, shown
from gradient_horizon.claims.names import Names
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.refuters import refuter
from gradient_horizon.claims.registered import registered_test
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.quantities import Quantities
from gradient_horizon.language.spoken import Bound
from gradient_horizon.language.words import Words, read_words

MOST_SETTINGS = 3
"""More settings than these are counted, not named."""


class Explained(NamedTuple):
    """How a test was made: in plain words, and which rows of which tables it reads, by names of the configuration."""

    text: str
    code: str


class Texts(Names):
    """The texts of claims and tests in one language, with its words and its formats of numbers."""

    def __init__(self, language: str, catalogue: Words, evidence: Words, words: Words, names: DisplayNames):
        self.language = language
        self.words = words
        super().__init__(Numbers(language), names, evidence["spoken"])
        self.quantities = Quantities(self.numbers, words)
        self.sentence = evidence["sentence"]
        self._catalogue = catalogue
        self._evidence = evidence

    @classmethod
    def read(cls, prose: Path, language: str) -> "Texts":
        """The texts in the report's folder; raises FileNotFoundError where the language has none."""
        catalogue, evidence, words = (
            read_words(prose / language / f"{name}.json") for name in ("claims", "evidence", "words")
        )
        return cls(language, catalogue, evidence, words, DisplayNames.read(prose, language))

    def title(self, claim: str) -> str:
        """The short title of a claim; raises ReportError where there is none."""
        return str(self._catalogue[claim]["title"])

    def quote(self, claim: str) -> str:
        """The words of the lecture, or their translation; raises ReportError where there are none."""
        return str(self._catalogue[claim]["quote"])

    def lead(self, claim: str) -> str:
        """The mechanism in one or two sentences for a student; raises ReportError where there are none."""
        return str(self._catalogue[claim]["lead"])

    def question(self, test: Test) -> str:
        """What a test asks; raises ReportError where there are no words for its evidence."""
        return self._of_test(test, "question")

    def question_of(self, rows: Sequence[TestRow]) -> str:
        """What alike tests ask, as one question: it names the arms of all."""
        family = Family(tuple(registered_test(row["claim"], row["test"]) for row in rows), tuple(rows))
        return self._of_test(family.test, "question", family)

    def statistic(self, test: Test) -> str:
        """What is estimated; raises ReportError where there are no words for its evidence."""
        return self._of_test(test, "statistic")

    def reason(self, test: Test) -> str:
        """Why the test passes at these values; raises ReportError where there are no words for its region."""
        return str(self._evidence["reasons"][test.region.reason])

    def silence(self, silence: str) -> str:
        """Why a setting says nothing, as a sentence."""
        return str(self._evidence["silences"][silence])

    def families(self, rows: Sequence[TestRow]) -> list[Family]:
        """Rows of tests in families that one clause each tells."""
        return families(rows, self._alike)

    def clause(self, family: Family) -> str:
        """What the estimates of a family say, as a part of a sentence: a limit, where intervals are open."""
        test, row = family.test, family.rows[0]
        texts = self._evidence["evidence"][test.evidence.words]
        said = str(texts[variant(row, test, texts)])
        named, numbers = self._named(test, family), effects(family, self.spoken)
        filled = said.format(**{name: named[name] if name in named else numbers[name]() for name in _placed(said)})
        return filled + (self._compared(test, row) if len(family.rows) == 1 else "")

    def led(self, family: Family) -> str:
        """The setting of a family, as it leads its clause, with the moment of training; before it, that alone."""
        phrases = self._evidence["phrases"]
        initial = "moment-initial" in family.test.evidence.where
        told = initial or "{when}" in self._evidence["evidence"][family.test.evidence.words]["question"]
        moment = self._moment(family.test, "moments") if told else ""
        settings = [name for name in family.settings if name]
        if family.rows[0]["kind"] == "pooled":
            setting = phrases["over_all"]
        elif not settings or (initial and moment):
            setting = ""
        elif len(settings) > MOST_SETTINGS:
            setting = phrases["in_many"].format(n=self.numbers.integer(len(settings)))
        else:
            setting = self.spoken.both([self.names.setting_phrase(name) for name in settings])
        return " ".join(filter(None, (setting, moment)))

    def behind(self, setting: str, clause: str) -> str:
        """A clause behind its setting."""
        return str(self._evidence["phrases"]["led"].format(setting=setting, clause=clause)) if setting else clause

    def open_questions(self, rows: Sequence[TestRow]) -> list[str]:
        """What stays open with these tests, as parts of a sentence."""
        together = by_second(families(rows, lambda _, test: test.region))
        return [self._of_test(family.test, "open", family) for family in together]

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

    def _alike(self, row: TestRow, test: Test) -> tuple[object, ...]:
        """What of two rows has to agree for one clause to be true of both."""
        texts = self._evidence["evidence"][test.evidence.words]
        said = variant(row, test, texts)
        placed = _placed(texts[said])
        return said, shown(row)[1], *(value for name, value in test.evidence.details.items() if name in placed)

    def _of_test(self, test: Test, key: str, family: Family | None = None) -> str:
        texts = self._evidence["evidence"][test.evidence.words]
        return str(texts[key].format(**self._named(test, family)))

    def _named(self, test: Test, family: Family | None = None) -> dict[str, str]:
        """What names fill into the texts of a test, or of its family."""
        evidence = test.evidence
        arms: tuple[Sequence[Arm], Sequence[Arm]] = (evidence.arms[:1], evidence.arms[1:2])
        first, second = self.compared(*((family.firsts, family.seconds) if family else arms))
        named = {"first": first, "second": second, "when": self._moment(test, "when")}
        alike = family.tests if family else (test,)
        named |= {
            name: self.spoken.both([self.numbers.number(each.evidence.details[name]) for each in alike])
            for name in evidence.details
        }
        return named | ({"keeping": self.names.keeping_gate(evidence.arms[0].cell)} if evidence.arms else {})

    def _moment(self, test: Test, form: str) -> str:
        """The moment of training that a test looks at; nothing, where that is not one."""
        words = self._evidence["phrases"][form]
        moments = [words[name] for name in test.evidence.where if name in words]
        return str(moments[0]) if len(moments) == 1 else ""

    def _compared(self, test: Test, row: TestRow) -> str:
        """The two quantities of an estimate; nothing beside a limit, or where they are in the clause already."""
        parts = parts_of(row)
        if parts is None or shown(row)[1] is not Bound.ESTIMATE or row["unit"] == "share difference":
            return ""
        forms = self._evidence["spoken"]["counterparts"][test.evidence.counted]
        first, second = (self.spoken.number(part) for part in parts)
        noun = self.numbers.form(float(f"{parts[1]:.2g}"), forms)
        return str(self._evidence["parts"][test.evidence.words].format(first=first, second=f"{second} {noun}"))


def _placed(text: str) -> set[str]:
    """The names of the places in a text that are to be filled."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
