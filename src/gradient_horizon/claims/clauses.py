"""Clauses and questions on tests in one language: of one, or of a family of alike ones."""

import string
from collections.abc import Sequence

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.effects import effects, variant
from gradient_horizon.claims.family import Family, TestRow, by_second, families, parts_of, shown
from gradient_horizon.claims.names import Names
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.spoken import Bound
from gradient_horizon.language.words import Words

MOST_SETTINGS = 3
"""More settings than these are counted, not named."""


class Clauses(Names):
    """What tests of some claims ask and say, by the words of `report/LANGUAGE/evidence.json`."""

    def __init__(self, numbers: Numbers, names: DisplayNames, evidence: Words, claims: Claims = REGISTERED):
        super().__init__(numbers, names, evidence["spoken"])
        self._evidence = evidence
        self.claims = claims

    def question(self, test: Test) -> str:
        """What a test asks; raises ReportError where there are no words for its evidence."""
        return self._of_test(test, "question")

    def question_of(self, rows: Sequence[TestRow]) -> str:
        """What alike tests ask, as one question: it names the arms of all."""
        family = Family(tuple(self.claims.test(row["claim"], row["test"]) for row in rows), tuple(rows))
        return self._of_test(family.test, "question", family)

    def families(self, rows: Sequence[TestRow]) -> list[Family]:
        """Rows of tests in families that one clause each tells."""
        return families(rows, self.claims, self._alike)

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
        together = by_second(families(rows, self.claims, lambda _, test: test.region))
        return [self._of_test(family.test, "open", family) for family in together]

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
