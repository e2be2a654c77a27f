"""What the report says in one language of verdicts, networks and the texts of claims."""

from collections.abc import Sequence
from pathlib import Path

from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict

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


class Wording:
    """The words, numbers and texts on these claims in one language, from the report's folder `prose`."""

    def __init__(self, prose: Path, language: str, claims: Claims = REGISTERED):
        self.language = language
        self.texts = Texts.read(prose, language, claims)
        self.words = self.texts.words
        self.names = self.texts.names
        self.numbers = self.texts.numbers
        self.quantities = self.texts.quantities

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
