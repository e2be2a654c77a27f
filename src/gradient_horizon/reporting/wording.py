"""What the report says in one language of verdicts, networks and the texts of claims."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.display_names import NO_WIDTHS
from gradient_horizon.language.words import read_words

VERDICT_LOOKS = {
    Verdict.SUPPORTED: ("✓", "supported"),
    Verdict.CONDITIONAL: ("✓*", "conditional"),
    Verdict.DEPENDS: ("◑", "depends"),
    Verdict.ONLY_IF: ("◐", "only-if"),
    Verdict.REFUTED: ("✗", "refuted"),
    Verdict.INCONCLUSIVE: ("?", "inconclusive"),
}
"""The mark and the style of a verdict."""
COLOURS = {
    "supported": "#116329",
    "conditional": "#6b4600",
    "depends": "#5b3a9e",
    "only-if": "#1f4e9c",
    "refuted": "#a40e26",
    "inconclusive": "#57606a",
}


class _Parameters(dict[str, str]):
    """The parameters of a change, as they are shown."""

    not_set = ""

    def __missing__(self, parameter: str) -> str:
        return self.not_set


class Wording:
    """The words, numbers and texts on these claims in one language, from the report's folder, with a study's widths."""

    def __init__(self, prose: Path, language: str, claims: Claims = REGISTERED, widths: Mapping[str, int] = NO_WIDTHS):
        self.language = language
        self.texts = Texts.read(prose, language, claims, widths)
        self.words = self.texts.words
        self._methods = read_words(prose / language / "methods.json")
        self.names = self.texts.names
        self.numbers = self.texts.numbers
        self.quantities = self.texts.quantities

    def change(self, name: str, parameters: Mapping[str, Any]) -> str:
        """A change of which remedies are made, with its parameters; one of the user's own as it is written."""
        shown = _Parameters({key: self._value(value) for key, value in parameters.items()})
        shown.not_set = str(self._methods["not_set"])
        if name in self._methods["changes_by_name"]:
            told = str(self._methods["changes_by_name"][name].format_map(shown))
            return re.sub(rf" \((?:[^();]+: {shown.not_set}(?:; )?)+\)", "", told)
        return " ".join([name, *(f"{key} {value}" for key, value in shown.items())])

    def _value(self, value: object) -> str:
        if value is None:
            return str(self._methods["not_set"])
        return self.numbers.number(value) if isinstance(value, int | float) and math.isfinite(value) else str(value)

    def verdict(self, verdict: str) -> dict[str, str]:
        """The word, mark and style of a verdict."""
        mark, style = VERDICT_LOOKS[Verdict(verdict)]
        return {"word": self.words["verdicts"][style], "mark": mark, "style": style}

    def condition(self, verdict: str, tests: Sequence[TestRow], *, brief: bool = False) -> str:
        """One sentence on what the verdict depends on, or its beginning."""
        return sentence(Verdict(verdict), tests, self.texts, brief=brief)

    def network(self, cell: str, remedy: str) -> str:
        """A cell with its remedy, as a label."""
        return self.names.network(cell, remedy)
