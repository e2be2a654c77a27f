"""All verdicts of a study, as two tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.base import Claim, Outcome, Result, networks_needed
from gradient_horizon.claims.schemas import STABILITY, TESTS, VERDICTS
from gradient_horizon.claims.stability import judge_halves
from gradient_horizon.tables.catalogue import Tables


def judge_all(tables: Tables, folder: Path) -> None:
    """Judges every registered claim; writes verdicts, tests, and how verdicts stand on half of the seeds."""
    claims = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
    verdicts, tests = judge_claims(claims, tables)
    VERDICTS.save(verdicts, folder)
    TESTS.save(tests, folder)
    STABILITY.save(STABILITY.frame(judge_halves(claims, tables)), folder)


def judge_claims(claims: list[Claim], tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of verdicts and of tests for these claims."""
    verdict_rows: list[Mapping[str, Any]] = []
    test_rows: list[Mapping[str, Any]] = []
    for order, claim in enumerate(claims):
        verdict, condition, results = claim.judge(tables)
        counts = Counter(result.outcome for result in results)
        verdict_rows.append(
            {
                "order": order,
                "claim": claim.id,
                "section": claim.section,
                "quote_pl": claim.quote_pl,
                "quote_en": claim.quote_en,
                "verdict": verdict.value,
                "condition": condition,
                **_effect(results[0]),
                "tests_passed": counts[Outcome.PASS],
                "tests_failed": counts[Outcome.FAIL],
                "tests_unclear": counts[Outcome.UNCLEAR],
                "figure": claim.figure,
            }
        )
        test_rows.extend(_test_rows(claim, results, len(test_rows)))
    return VERDICTS.frame(verdict_rows), TESTS.frame(test_rows)


def _test_rows(claim: Claim, results: tuple[Result, ...], first: int) -> Iterator[Mapping[str, Any]]:
    for order, result in enumerate(results, start=first):
        test = result.test
        yield {
            "order": order,
            "claim": claim.id,
            "test": test.id,
            "kind": test.kind,
            "question": test.question,
            "table": test.table,
            "rows": test.rows,
            **_effect(result),
            "why": test.why,
            "outcome": result.outcome.value,
            "networks_needed": networks_needed(result.finding, test.region),
        }


def _effect(result: Result) -> Mapping[str, Any]:
    effect, region = result.finding.effect, result.test.region
    return {
        "statistic": result.test.statistic,
        "unit": result.test.unit,
        "n": result.finding.n,
        "effect": effect.estimate,
        "effect_low": effect.low,
        "effect_high": effect.high,
        "threshold_low": region.low,
        "threshold_high": region.high,
    }
