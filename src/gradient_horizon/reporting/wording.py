"""What the report says in one language: words, texts of claims and tests, and sentences made from outcomes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon import registries
from gradient_horizon.claims.base import Phrases, Statement, Verdict, condition
from gradient_horizon.language.numbers import NO_BREAK, Numbers
from gradient_horizon.language.words import Words, read_words

VERDICT_LOOKS = {
    Verdict.SUPPORTED: ("✓", "supported"),
    Verdict.CONDITIONAL: ("✓*", "conditional"),
    Verdict.ONLY_IF: ("◐", "only-if"),
    Verdict.REFUTED: ("✗", "refuted"),
    Verdict.INCONCLUSIVE: ("?", "inconclusive"),
}
COLOURS = {
    "supported": "#116329",
    "conditional": "#6b4600",
    "only-if": "#1f4e9c",
    "refuted": "#a40e26",
    "inconclusive": "#57606a",
}


class TestTexts(NamedTuple):
    """The texts of a test."""

    question: str
    why: str
    statistic: str
    if_pass: str
    if_fail: str


class Wording:
    """All that is said in one language; English texts of tests stand in the claims, those of others in claims.json."""

    def __init__(self, sources: Path, language: str):
        self.language = language
        self.numbers = Numbers(language)
        self.words: Words = read_words(sources / language / "words.json")
        self.catalogue: Words = read_words(sources / language / "claims.json")
        self.phrases = Phrases() if language == "en" else Phrases(**self.words["phrases"])

    def title(self, claim: str) -> str:
        """The short title of a claim."""
        return str(self.catalogue[claim]["title"])

    def verdict(self, verdict: str) -> dict[str, str]:
        """The word, mark and style of a verdict."""
        mark, style = VERDICT_LOOKS[Verdict(verdict)]
        return {"word": self.words["verdicts"][style], "mark": mark, "style": style}

    def texts(self, claim: str, test: str) -> TestTexts:
        """The texts of a test in this language."""
        if self.language == "en":
            own = registries.load(registries.CLAIMS, "claim", claim)
            (found,) = (each for each in own.tests if each.id == test)
            return TestTexts(found.question, found.why, found.statistic, found.if_pass, found.if_fail)
        return TestTexts(**self.catalogue[f"{claim}/{test}"])

    def rows(self, rows: str) -> str:
        """Where the rows of a test are, phrase by phrase; names stay as they are."""
        for phrase, own in self.words["row_phrases"]:
            rows = rows.replace(phrase, own)
        return rows

    def condition(self, verdict: str, tests: list[dict[str, Any]]) -> str:
        """One sentence on what the verdict depends on."""
        statements = [self._statement(test) for test in tests]
        return one_stop(condition(Verdict(verdict), statements, self.phrases, self.numbers))

    def estimate(self, value: float, unit: str, digits: int = 3) -> str:
        """An estimate with its unit."""
        if unit == "steps":
            return self.numbers.counted(value, self.words["units"]["steps"])
        text, own = self.numbers.effect(value, unit, digits), self.words["units"][unit]
        return f"{text}{NO_BREAK}{own}" if own else text

    def region(self, low: float, high: float, unit: str) -> str:
        """The values at which a test passes, with their unit."""
        text, own = self.numbers.region(low, high, unit), self.words["units_plain"].get(unit)
        return f"{text}{NO_BREAK}{own}" if own else text

    def network(self, cell: str, remedy: str) -> str:
        """A cell with its remedy."""
        return str(self.words["no_remedy" if remedy == "none" else "with_remedy"].format(cell=cell, remedy=remedy))

    def _statement(self, test: Mapping[str, Any]) -> Statement:
        texts = self.texts(test["claim"], test["test"])
        clause = texts.if_pass if test["outcome"] == "pass" else texts.if_fail
        nouns = {name: self.numbers.form(test["effect"], forms) for name, forms in self.words["noun_forms"].items()}
        effect = self.phrases.effect(self.numbers.effect(test["effect"], test["unit"]), test["effect_high"])
        filled = clause.format(effect=effect, **nouns)
        return Statement(test["kind"], test["outcome"], test["n"], test["networks_needed"], texts.question, filled)


def one_stop(text: str) -> str:
    """A text in which a full stop after an abbreviation that has its own is not doubled."""
    return text.replace("..", ".")
