import math
from dataclasses import replace

import pandas as pd
import pytest
from judged import TEXTS

from gradient_horizon.claims.claim import Claim, Test
from gradient_horizon.claims.judge import judge_claims
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.sentence import clause
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.intervals import Interval

PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR


def made_claim(outcomes):
    effects = {PASS: Interval(2.0, 1.5, 3.0), FAIL: Interval(0.5, 0.4, 0.6), UNCLEAR: Interval(1.1, 0.4, 1.9)}
    tests = tuple(
        Test(
            id=f"t{index}",
            kind=kind,
            table="runs",
            runs=(),
            where=("all-moments",),
            unit="-",
            region=Region(low=1),
            measure=lambda _, effect=effects[wanted]: Finding(effect, 3),
        )
        for index, (kind, wanted) in enumerate(outcomes)
    )
    return Claim("made", "cause", "profiles", tests)


def made_texts(claim):
    """A question and two clauses for every test of a made-up claim."""
    catalogue = Words({"made": {"title": "made up", "quote": "a quote"}})
    for index, test in enumerate(claim.tests):
        clauses = {"if_pass": f"clause {index} holds ({{effect}})", "if_fail": f"clause {index} fails ({{effect}})"}
        catalogue[f"made/{test.id}"] = {
            "question": f"Question {index}?",
            "why": "made up",
            "statistic": "mean",
        } | clauses
    return {language: Texts(language, catalogue, TEXTS[language].words) for language in TEXTS}


def judge(claim):
    return judge_claims([claim], {"runs": pd.DataFrame()}, made_texts(claim))


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([("main", PASS)], "It holds: clause 0 holds (2)."),
        ([("main", PASS), ("boundary", FAIL)], "It holds as stated, but clause 1 fails (0.5)."),
        ([("main", FAIL), ("boundary", PASS)], "As stated it fails: clause 0 fails (0.5). But clause 1 holds (2)."),
        ([("main", FAIL), ("main", FAIL)], "It fails: clause 0 fails (0.5); and clause 1 fails (0.5)."),
        (
            [("main", UNCLEAR)],
            "At this budget it stays open: Question 0? "
            "About 147 networks instead of 3 would decide it, if the estimates hold.",
        ),
    ],
)
def test_the_condition_is_made_from_the_outcomes(outcomes, sentence):
    verdicts, _ = judge(made_claim(outcomes))
    assert verdicts["condition"].item() == sentence


def test_where_networks_alone_decide_nothing_the_condition_says_so():
    censored = Finding(Interval(0.5, 0.2, math.inf), 3)
    claim = made_claim([("main", UNCLEAR)])
    test = replace(claim.tests[0], measure=lambda _: censored)
    verdicts, tests = judge(replace(claim, tests=(test,)))
    assert verdicts["condition"].item().endswith("it takes other lengths or tasks.")
    assert math.isnan(tests["networks_needed"].item())


@pytest.mark.parametrize(
    ("language", "high", "text"),
    [
        ("en", math.inf, "clause 0 holds (at least 8)"),
        ("en", 9.0, "clause 0 holds (8)"),
        ("pl", math.inf, "clause 0 holds (co najmniej 8)"),
    ],
)
def test_an_estimate_whose_interval_is_open_above_is_a_lower_bound(language, high, text):
    row = {"claim": "made", "test": "t0", "outcome": "pass", "unit": "-", "effect": 8.0, "effect_high": high}
    assert clause(row, made_texts(made_claim([("main", PASS)]))[language]) == text
