"""Judging: from the tables of a study to the tables of verdicts and tests, with their sentences."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.claims.claim import Claim, Result
from gradient_horizon.claims.coverage import claims_asked
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.networks_needed import networks_needed
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.runs import widths_of


def judge_all(tables: Tables, prose: Path, folder: Path, claims: Claims = REGISTERED) -> None:
    """Judges every claim that the study asks; writes the tables of verdicts and of tests.

    `claims` are those that it can ask, its own among them. Texts come from `prose`, the report's folder; raises
    ReportError where one is missing.
    """
    widths = widths_of(tables["runs"])
    texts = {language: Texts.read(prose, language, claims, widths) for language in LANGUAGES}
    verdicts, tests = judge_claims(claims_asked(tables["runs"]["experiment"], claims), tables, texts)
    VERDICTS.save(verdicts, folder)
    TESTS.save(tests, folder)


def judge_claims(
    claims: Sequence[Claim], tables: Tables, texts: Mapping[str, Texts]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of verdicts and of tests for these claims: in English, with the quotes in both languages."""
    verdict_rows: list[Mapping[str, Any]] = []
    test_rows: list[Mapping[str, Any]] = []
    for order, claim in enumerate(claims):
        verdict, results = claim.judge(tables)
        rows = [
            _test_row(place, claim, result, tables, texts["en"])
            for place, result in enumerate(results, start=len(test_rows))
        ]
        counts = Counter(row["outcome"] for row in rows if row["kind"] != "pooled")
        verdict_rows.append(
            {
                "order": order,
                "claim": claim.id,
                "section": claim.section,
                "quote_pl": texts["pl"].quote(claim.id),
                "quote_en": texts["en"].quote(claim.id),
                "verdict": verdict.value,
                "condition": sentence(verdict, rows, texts["en"]),
                **{name: deciding_row(verdict, rows)[name] for name in DECIDING},
                "tests_passed": counts[Outcome.PASS],
                "tests_failed": counts[Outcome.FAIL],
                "tests_unclear": counts[Outcome.UNCLEAR],
                "figure": claim.figure,
            }
        )
        test_rows.extend(rows)
    return VERDICTS.frame(verdict_rows), TESTS.frame(test_rows)


DECIDING = (
    "statistic",
    "unit",
    "n",
    "effect",
    "effect_censored",
    "effect_low",
    "effect_high",
    "threshold_low",
    "threshold_high",
)
"""What the table of verdicts repeats of the test that decides."""


def deciding_row(verdict: Verdict, rows: Sequence[TestRow]) -> TestRow:
    """The test that made the verdict: over all settings, where there are several; else the first that came out so."""
    wanted = {
        Verdict.ONLY_IF: Outcome.FAIL,
        Verdict.REFUTED: Outcome.FAIL,
        Verdict.INCONCLUSIVE: Outcome.UNCLEAR,
        Verdict.DEPENDS: Outcome.FAIL,
    }.get(verdict, Outcome.PASS)
    order = ["main"] if verdict is Verdict.DEPENDS else ["pooled", "main"]
    candidates = [row for kind in order for row in rows if row["kind"] == kind and row["outcome"] == wanted]
    return (candidates or list(rows))[0]


def _test_row(order: int, claim: Claim, result: Result, tables: Tables, texts: Texts) -> dict[str, Any]:
    test, (effect, n, side, parts) = result.test, result.finding
    first, second = parts if len(parts) == 2 else (None, None)
    return {
        "order": order,
        "claim": claim.id,
        "test": test.id,
        "kind": test.kind,
        "setting": test.setting,
        "question": texts.question(test),
        "table": ", ".join(test.evidence.tables),
        "rows": texts.rows(test),
        "statistic": texts.statistic(test),
        "unit": test.evidence.unit,
        "n": n,
        "effect": effect.estimate,
        "effect_censored": side.value,
        "effect_low": effect.low,
        "effect_high": effect.high,
        "first": first,
        "second": second,
        "threshold_low": test.region.low,
        "threshold_high": test.region.high,
        "why": texts.reason(test),
        "silence": result.silence.value,
        "outcome": result.outcome.value,
        "networks_needed": _needed(result, tables),
    }


def _needed(result: Result, tables: Tables) -> float:
    """How many seeds would decide a test; NaN over all settings, and where the setting says nothing."""
    if result.test.kind == "pooled" or result.silence is not Silence.NONE:
        return math.nan
    return networks_needed(result.test, Place(tables, result.test.setting, result.confidence), result.finding)
