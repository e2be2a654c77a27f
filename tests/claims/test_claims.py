import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from decisive_tables import DECISIVE
from hand_made_tables import tables
from judged import TEXTS, judged

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim, Test
from gradient_horizon.claims.evidence import NOTHING
from gradient_horizon.claims.experiments import experiments_of
from gradient_horizon.claims.judge import judge_claims
from gradient_horizon.claims.networks_needed import networks_needed
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    GRU,
    LSTM,
    ORTHOGONAL_TANH,
    TANH,
)
from gradient_horizon.claims.sentence import clause
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict, decide
from gradient_horizon.language.words import Words
from gradient_horizon.statistics import UNKNOWN, Interval
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import TABLES

ROOT = Path(__file__).parents[2]
PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.UNCLEAR
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]


def outcome(test_id, given):
    claim_id, _, test_name = test_id.partition("/")
    (claim,) = (claim for claim in CLAIMS if claim.id == claim_id)
    (test,) = (test for test in claim.tests if test.id == test_name)
    return test.region.judge(test.measure(given).effect)


def test_every_test_of_every_claim_has_its_three_tables():
    assert set(DECISIVE) == {f"{claim.id}/{test.id}" for claim in CLAIMS for test in claim.tests}


@pytest.mark.parametrize("test_id", DECISIVE)
def test_a_table_makes_it_pass_one_fail_one_leaves_it_unclear(test_id):
    outcomes = [outcome(test_id, make()) for make in DECISIVE[test_id]]
    assert outcomes == ["pass", "fail", "unclear"]


def rows_of(given, groups, *, inside):
    """The tables with only the rows of these groups of runs, or without them."""

    def chosen(table):
        if "remedy" not in table:
            return table
        keys = zip(table["experiment"], table["cell"], table["remedy"], strict=True)
        return table[[(key in groups) is inside for key in keys]]

    return {name: chosen(table) for name, table in given.items()}


@pytest.mark.parametrize("test_id", DECISIVE)
def test_a_test_reads_the_runs_that_it_names_and_no_others(test_id):
    claim_id, _, test_name = test_id.partition("/")
    (test,) = (test for claim in CLAIMS if claim.id == claim_id for test in claim.tests if test.id == test_name)
    given = DECISIVE[test_id][0]()
    everything = test.measure(given)
    assert test.measure(rows_of(given, test.runs, inside=True)) == everything
    without = test.measure(rows_of(given, test.runs, inside=False)) if test.runs else NOTHING
    assert everything.n > without.n == 0


def test_swapping_the_rows_compared_turns_the_verdict_over():
    better = tables(
        horizons={LSTM: 80, GRU: 80, BIASED_LSTM: 80, CHRONO_LSTM: 80, CHRONO_GRU: 80, TANH: 10, ORTHOGONAL_TANH: 10}
    )
    worse = tables(
        horizons={LSTM: 10, GRU: 10, BIASED_LSTM: 10, CHRONO_LSTM: 10, CHRONO_GRU: 10, TANH: 80, ORTHOGONAL_TANH: 80}
    )
    found = [judged(CLAIMS, given)[0].set_index("claim")["verdict"] for given in (better, worse)]
    assert [verdicts["gates-cure-vanishing"] for verdicts in found] == ["supported", "refuted"]


def test_a_study_without_the_runs_leaves_every_claim_open():
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    verdicts, tests = judged(CLAIMS, empty)
    assert set(verdicts["verdict"]) == {"inconclusive"}
    assert set(verdicts["condition"]) == {"This study does not have the runs that would decide it."}
    assert set(tests["n"]) == {0}


@pytest.mark.parametrize(
    ("main", "boundary", "verdict"),
    [
        ([PASS, PASS], [PASS, UNCLEAR], Verdict.SUPPORTED),
        ([PASS], [PASS, FAIL], Verdict.CONDITIONAL),
        ([PASS, FAIL], [PASS], Verdict.ONLY_IF),
        ([FAIL, UNCLEAR], [FAIL, UNCLEAR], Verdict.REFUTED),
        ([UNCLEAR, PASS], [PASS, FAIL], Verdict.INCONCLUSIVE),
        ([], [PASS], Verdict.INCONCLUSIVE),
    ],
)
def test_verdicts_follow_from_outcomes(main, boundary, verdict):
    assert decide(main, boundary) is verdict


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


@pytest.mark.parametrize(
    ("effect", "region", "needed"),
    [
        (Interval(1.1, 0.4, 1.9), Region(low=1), 490),  # (0.7 / 0.1)^2 times 10 networks
        (Interval(0.5, 0.0, 1.5), Region(low=1), 40),  # (1 / 0.5)^2 times 10
        (Interval(0.9, 0.7, 1.3), Region(0.8, 1.2), 40),  # inside: both ends have to come in; (0.2 / 0.1)^2 is more
        (Interval(2.0, 1.5, 3.0), Region(low=1), math.nan),  # decided
        (Interval(1.0, 0.5, 1.5), Region(low=1), math.nan),  # on the threshold
        (Interval(1.0 + 1e-9, 0.5, 1.5), Region(low=1), math.nan),  # next to it
        (Interval(0.5, 0.2, math.inf), Region(low=1), math.nan),  # censored
        (UNKNOWN, Region(low=1), math.nan),
    ],
)
def test_networks_needed_grow_with_the_square_of_the_interval_over_its_distance(effect, region, needed):
    found = networks_needed(Finding(effect, 10), region)
    assert found == needed or (math.isnan(found) and math.isnan(needed))


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


def test_a_region_judges_the_whole_interval():
    region = Region(5, 10)
    assert region.judge(Interval(7, 6, 8)) is PASS
    assert region.judge(Interval(12, 11, 13)) is FAIL
    assert region.judge(Interval(9, 8, 11)) is UNCLEAR
    assert region.judge(Interval(7, math.nan, 8)) is UNCLEAR


def test_every_quote_is_in_both_languages_and_every_claim_names_a_figure():
    for claim in CLAIMS:
        assert TEXTS["pl"].quote(claim.id) != TEXTS["en"].quote(claim.id)
        assert claim.figure in registries.FIGURES
        assert any(test.kind == "main" for test in claim.tests)


def test_claims_read_runs_that_the_shipped_study_has():
    study = load_study(read_yaml(ROOT / "config.yaml"))
    trained = {(spec.experiment, spec.cell, spec.remedy) for spec in expand(study)}
    assert {runs for claim in CLAIMS for test in claim.tests for runs in test.runs} <= trained


def test_a_claim_rests_on_the_experiments_of_its_tests_each_once_in_their_order():
    experiments = {claim.id: experiments_of(claim) for claim in CLAIMS}
    assert experiments["eigen-power"] == []
    assert experiments["relu-cures-vanishing"] == ["memory-relu", "memory", "memory-identity", "explosion"]
    assert experiments["three-gates"] == ["gate-forget", "gate-input", "gate-output", "gate-importance"]
