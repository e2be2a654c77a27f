"""Claims judged with the texts of the repository's report."""

from pathlib import Path

from gradient_horizon.claims.judge import judge_claims
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.numbers import LANGUAGES

PROSE = Path(__file__).parents[2] / "report"
TEXTS = {language: Texts.read(PROSE, language) for language in LANGUAGES}


def judged(claims, tables):
    """The tables of verdicts and of tests for these claims."""
    return judge_claims(claims, tables, TEXTS)
