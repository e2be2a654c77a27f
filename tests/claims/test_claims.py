from pathlib import Path

import pytest
from decisive_tables import DECISIVE
from hand_made_tables import tables
from judged import TEXTS, judged

from gradient_horizon import registries
from gradient_horizon.claims.evidence import NOTHING
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    GRU,
    LSTM,
    ORTHOGONAL_TANH,
    TANH,
)
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


def test_every_quote_is_in_both_languages_and_every_claim_names_a_figure():
    for claim in CLAIMS:
        assert TEXTS["pl"].quote(claim.id) != TEXTS["en"].quote(claim.id)
        assert claim.figure in registries.FIGURES
        assert any(test.kind == "main" for test in claim.tests)


def test_claims_read_runs_that_the_shipped_study_has():
    study = load_study(read_yaml(ROOT / "config.yaml"))
    trained = {(spec.experiment, spec.cell, spec.remedy) for spec in expand(study)}
    assert {runs for claim in CLAIMS for test in claim.tests for runs in test.runs} <= trained
