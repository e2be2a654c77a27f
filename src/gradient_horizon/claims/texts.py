"""The texts of claims and tests in one language, from `claims.json` and `words.json` in `report/LANGUAGE/`."""

from pathlib import Path
from typing import NamedTuple

from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.quantities import Quantities
from gradient_horizon.language.words import Words, read_words


class TextsOfTest(NamedTuple):
    """The texts of a test.

    `if_pass` and `if_fail` are clauses that finish a sentence about the claim; `{effect}` in them is the estimate.
    `why` gives the reason for the threshold.
    """

    question: str
    why: str
    statistic: str
    if_pass: str
    if_fail: str


class Texts:
    """The texts of claims and tests in one language, with its words and its formats of numbers."""

    def __init__(self, language: str, catalogue: Words, words: Words):
        self.language = language
        self.words = words
        self.numbers = Numbers(language)
        self.quantities = Quantities(self.numbers, words)
        self._catalogue = catalogue

    @classmethod
    def read(cls, prose: Path, language: str) -> "Texts":
        """The texts in the report's folder; raises FileNotFoundError where the language has none."""
        catalogue, words = (read_words(prose / language / f"{name}.json") for name in ("claims", "words"))
        return cls(language, catalogue, words)

    def title(self, claim: str) -> str:
        """The short title of a claim; raises ReportError where there is none."""
        return str(self._catalogue[claim]["title"])

    def quote(self, claim: str) -> str:
        """The words of the lecture, or their translation; raises ReportError where there are none."""
        return str(self._catalogue[claim]["quote"])

    def test(self, claim: str, test: str) -> TextsOfTest:
        """The texts of a test; raises ReportError where there are none."""
        return TextsOfTest(**self._catalogue[f"{claim}/{test}"])
