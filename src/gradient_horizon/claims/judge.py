"""All verdicts of a study, as two tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.base import Claim, Outcome, Result, Tables, networks_needed
from gradient_horizon.claims.stability import STABILITY, judge_halves
from gradient_horizon.tables.contract import Column, Contract

EFFECT = (
    Column("statistic", "text", "-", "what was estimated"),
    Column("unit", "text", "-", "its unit"),
    Column("n", "count", "networks", "networks that it rests on; 0: this study has none"),
    Column("effect", "number", "see unit", "the estimate"),
    Column("effect_low", "number", "see unit", "lower end of its 95 % interval"),
    Column("effect_high", "number", "see unit", "upper end of its 95 % interval"),
    Column("threshold_low", "number", "see unit", "the test passes at values from here"),
    Column("threshold_high", "number", "see unit", "to here"),
)

VERDICTS = Contract(
    "verdicts",
    "a claim; its effect is that of the first main test",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("section", "text", "-", "section of the lecture"),
        Column("quote_pl", "text", "-", "the lecture's words"),
        Column("quote_en", "text", "-", "their translation"),
        Column("verdict", "text", "-", "supported, supported with conditions, holds only if, refuted or inconclusive"),
        Column("condition", "text", "-", "what it depends on"),
        *EFFECT,
        Column("tests_passed", "count", "-", "tests that passed"),
        Column("tests_failed", "count", "-", "tests that failed"),
        Column("tests_unclear", "count", "-", "tests whose interval straddles the threshold, or that have no runs"),
        Column("figure", "text", "-", "figure that shows the evidence"),
    ),
    ("order",),
)

TESTS = Contract(
    "tests",
    "a test of a claim",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("test", "text", "-", "id of the test"),
        Column("kind", "text", "-", "main (the claim as stated) or boundary (under other conditions)"),
        Column("question", "text", "-", "what was asked"),
        Column("table", "text", "-", "table that holds the rows"),
        Column("rows", "text", "-", "the rows"),
        *EFFECT,
        Column("why", "text", "-", "why that threshold"),
        Column("outcome", "text", "-", "pass, fail or unclear"),
        Column(
            "networks_needed", "number", "networks", "so many would decide a test that is unclear; empty: none would"
        ),
    ),
    ("order",),
)


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
