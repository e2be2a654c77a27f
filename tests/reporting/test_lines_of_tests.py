import pandas as pd
import pytest
from report_study import PROSE

from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.lines_of_tests import LINES, lines_of_tests, outcomes_by_setting
from gradient_horizon.reporting.wording import Wording


def rows_of(claim, outcomes):
    """Rows of the tests of a claim in order, with these outcomes in turn and effects 0.1, 0.2, ..."""
    (found,) = [each for each in registered_claims() if each.id == claim]
    rows = [
        {
            "order": place,
            "claim": claim,
            "test": test.id,
            "kind": test.kind,
            "setting": test.setting,
            "unit": test.evidence.unit,
            "n": 7 + place,
            "effect": (place + 1) / 10,
            "effect_low": (place + 1) / 10 - 0.05,
            "effect_high": (place + 1) / 10 + 0.05,
            "threshold_low": test.region.low,
            "threshold_high": test.region.high,
            "effect_censored": "no",
            "outcome": outcome,
            "silence": "",
        }
        for place, (test, outcome) in enumerate(zip(found.tests, outcomes, strict=False))
    ]
    return TESTS.frame(rows).to_dict("records")


def test_alike_questions_share_a_line_with_the_range_of_their_effects():
    rows = rows_of("below-one-vanishes", ["pass", "pass", "fail", "pass", "fail", "pass"])
    lines = lines_of_tests(Wording(PROSE, "en"), Verdict.DEPENDS, rows)
    assert len(lines) == 2
    assert "0.5, 0.8, 0.9 and 0.95" in lines[0]["text"]
    assert lines[0]["estimate"] == "0.1\u00a0to\u00a00.4, n = 7–10"
    assert [dot["outcome"] for dot in lines[0]["dots"]] == ["pass", "pass", "fail", "pass"]
    assert lines[1]["estimate"] == "1 pass, 1 fail"


@pytest.mark.parametrize(
    ("verdict", "outcomes", "said"),
    [
        (Verdict.CONDITIONAL, ["pass", "fail"], "; it fails with: tanh + radius 0.9, untrained, 301 steps"),
        (Verdict.ONLY_IF, ["pass", "fail"], "; it passes with: linear + radius 0.9, non-normal"),
        (Verdict.SUPPORTED, ["pass", "pass"], ""),
    ],
)
def test_what_was_changed_is_named_where_a_condition_decides(verdict, outcomes, said):
    rows = rows_of("below-one-vanishes", ["pass"] * 6)
    conditions = [row for row in rows if row["kind"] == "condition"]
    for row, outcome in zip(conditions, outcomes, strict=True):
        row["outcome"] = outcome
    line = lines_of_tests(Wording(PROSE, "en"), verdict, rows)[-1]
    assert line["text"] == "With one thing changed" + said


def test_the_family_that_decides_comes_first():
    rows = rows_of("exponential-in-length", ["pass"] * 4 + ["fail"] * 4 + ["pass"] * 4)
    lines = lines_of_tests(Wording(PROSE, "en"), Verdict.DEPENDS, rows)
    assert [dot["outcome"] for dot in lines[0]["dots"]] == ["fail"] * 4
    assert lines[0]["estimate"].startswith("0.5\u00a0to\u00a00.8")


@pytest.mark.parametrize("claim", [claim.id for claim in registered_claims()])
@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_claim_has_three_lines_at_most_and_every_test_that_decides_a_dot(claim, language):
    rows = rows_of(claim, ["pass"] * 99)
    lines = lines_of_tests(Wording(PROSE, language), Verdict.SUPPORTED, rows)
    assert 1 <= len(lines) <= LINES
    assert sum(len(line["dots"]) for line in lines) == sum(row["kind"] in ("main", "condition") for row in rows)


def test_a_setting_fails_where_a_question_fails_and_holds_where_all_hold():
    rows = [
        row
        for place, outcome in (
            ("recall-32", "pass"),
            ("recall-32", "fail"),
            ("adding-32", "pass"),
            ("recall-64", "unclear"),
        )
        for row in [{"kind": "main", "setting": place, "outcome": outcome, "silence": ""}]
    ]
    wording = Wording(PROSE, "en")
    assert [each["outcome"] for each in outcomes_by_setting(wording, rows)] == ["fail", "pass", "unclear"]
    assert outcomes_by_setting(wording, rows[:2]) == []
    silent = [row | {"silence": "ceiling"} for row in rows]
    assert {each["outcome"] for each in outcomes_by_setting(wording, silent)} == {"unclear"}


def test_nothing_measured_is_said_to_be_so():
    rows = [row | {"n": 0, "effect": float("nan")} for row in rows_of("gru-fewer-parameters", ["unclear", "unclear"])]
    wording = Wording(PROSE, "en")
    assert lines_of_tests(wording, Verdict.INCONCLUSIVE, rows)[0]["estimate"] == wording.words["not_run"]
    assert pd.isna(rows[0]["effect"])


def test_runs_without_an_estimate_are_not_said_to_be_missing():
    rows = [row | {"n": 1, "effect": float("nan")} for row in rows_of("gru-fewer-parameters", ["unclear", "unclear"])]
    wording = Wording(PROSE, "en")

    def told(silence):
        silent = [row | {"silence": silence} for row in rows]
        return lines_of_tests(wording, Verdict.INCONCLUSIVE, silent)[0]["estimate"]

    assert told("") == "too few networks for an estimate"
    assert told("ceiling") == "all at the ceiling"
