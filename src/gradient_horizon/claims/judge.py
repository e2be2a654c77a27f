"""All verdicts of a study, as tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim, Result
from gradient_horizon.claims.networks_needed import networks_needed
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.rows import rows_text
from gradient_horizon.claims.schemas import STABILITY, TESTS, VERDICTS
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.stability import judge_halves
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.tables.catalogue import Tables


def judge_all(tables: Tables, prose: Path, folder: Path) -> None:
    """Judges every registered claim; writes the tables of verdicts, of tests, and of stability between halves of seeds.

    Texts come from `prose`, the report's folder; raises ReportError where one is missing.
    """
    claims = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
    texts = {language: Texts.read(prose, language) for language in LANGUAGES}
    verdicts, tests = judge_claims(claims, tables, texts)
    VERDICTS.save(verdicts, folder)
    TESTS.save(tests, folder)
    STABILITY.save(STABILITY.frame(judge_halves(claims, tables)), folder)


def judge_claims(
    claims: Sequence[Claim], tables: Tables, texts: Mapping[str, Texts]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of verdicts and of tests for these claims: in English, with the quotes in both languages."""
    verdict_rows: list[Mapping[str, Any]] = []
    test_rows: list[Mapping[str, Any]] = []
    for order, claim in enumerate(claims):
        verdict, results = claim.judge(tables)
        rows = [
            _test_row(place, claim, result, texts["en"]) for place, result in enumerate(results, start=len(test_rows))
        ]
        counts = Counter(result.outcome for result in results)
        verdict_rows.append(
            {
                "order": order,
                "claim": claim.id,
                "section": claim.section,
                "quote_pl": texts["pl"].quote(claim.id),
                "quote_en": texts["en"].quote(claim.id),
                "verdict": verdict.value,
                "condition": sentence(verdict, rows, texts["en"]),
                **_effect(claim, results[0], texts["en"]),
                "tests_passed": counts[Outcome.PASS],
                "tests_failed": counts[Outcome.FAIL],
                "tests_unclear": counts[Outcome.UNCLEAR],
                "figure": claim.figure,
            }
        )
        test_rows.extend(rows)
    return VERDICTS.frame(verdict_rows), TESTS.frame(test_rows)


def _test_row(order: int, claim: Claim, result: Result, texts: Texts) -> Mapping[str, Any]:
    test, said = result.test, texts.test(claim.id, result.test.id)
    return {
        "order": order,
        "claim": claim.id,
        "test": test.id,
        "kind": test.kind,
        "question": said.question,
        "table": test.table,
        "rows": rows_text(test, texts.words["rows"]),
        **_effect(claim, result, texts),
        "why": said.why,
        "outcome": result.outcome.value,
        "networks_needed": networks_needed(result.finding, test.region),
    }


def _effect(claim: Claim, result: Result, texts: Texts) -> Mapping[str, Any]:
    test, (effect, n, side) = result.test, result.finding
    return {
        "statistic": texts.test(claim.id, test.id).statistic,
        "unit": test.unit,
        "n": n,
        "effect": effect.estimate,
        "effect_censored": side.value,
        "effect_low": effect.low,
        "effect_high": effect.high,
        "threshold_low": test.region.low,
        "threshold_high": test.region.high,
    }
