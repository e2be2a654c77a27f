import json
from pathlib import Path

import pytest

from gradient_horizon.claims.fresh import again_on_fresh_seeds, freeze, keep_fresh
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.errors import FreshError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

ROOT = Path(__file__).parents[2]
CLAIM = "gates-cure-vanishing"


def study(**defaults):
    config = read_yaml(ROOT / "config.yaml")
    config["defaults"] |= defaults
    return validated_study(config)


def rows(outcomes):
    blank = {column.name: 0 if column.kind in ("count", "number") else "" for column in TESTS.columns}
    return TESTS.frame(
        blank
        | {"order": order, "claim": CLAIM, "test": test, "setting": setting, "kind": "main", "outcome": outcome}
        | {"first": None, "second": None}
        for order, (test, setting, outcome) in enumerate(outcomes)
    )


def verdicts(verdict):
    blank = {column.name: 0 if column.kind in ("count", "number") else "" for column in VERDICTS.columns}
    return VERDICTS.frame([blank | {"claim": CLAIM, "verdict": verdict}])


@pytest.fixture
def kept(tmp_path):
    """Verdicts of seeds from 1000 on, of the shipped design."""
    claims, folder = tmp_path / "claims", tmp_path / "fresh"
    VERDICTS.save(verdicts("refuted"), claims)
    fresh = [("lstm", "recall-32", "fail"), ("lstm", "adding-32", "pass"), ("gru", "recall-32", "unclear")]
    TESTS.save(rows(fresh), claims)
    freeze(study(), folder)
    keep_fresh(study(first_seed=1000), claims, folder)
    return folder


def test_tests_that_are_decided_on_both_sets_of_seeds_are_held_against_each_other(kept):
    mine = rows([("lstm", "recall-32", "fail"), ("lstm", "adding-32", "fail"), ("gru", "recall-32", "pass")])
    again = again_on_fresh_seeds(study(), mine, kept)[CLAIM]
    assert (again.verdict, again.decided, again.agreeing) == ("refuted", 2, 1)
    assert again.changed == ("lstm (adding-32)",)


def test_verdicts_are_kept_only_of_the_frozen_design(tmp_path, kept):
    with pytest.raises(FreshError, match=r"the design of these claims is not the one .*: .*gates-cure-vanishing"):
        keep_fresh(study(first_seed=1000, seeds=13), tmp_path / "claims", kept)
    with pytest.raises(FreshError, match="no design was frozen"):
        keep_fresh(study(first_seed=1000), tmp_path / "claims", tmp_path / "nothing")


def test_a_claim_of_another_design_has_no_second_verdict(kept):
    design = kept / "design.json"
    digests = json.loads(design.read_text(encoding="utf-8"))
    mine = rows([("lstm", "recall-32", "fail")])
    design.write_text(json.dumps(digests | {CLAIM: "0" * 16}), encoding="utf-8")
    assert CLAIM not in again_on_fresh_seeds(study(), mine, kept)
    design.write_text(json.dumps({CLAIM: digests[CLAIM]}), encoding="utf-8")
    assert list(again_on_fresh_seeds(study(), mine, kept)) == [CLAIM]


def test_a_study_on_the_kept_seeds_themselves_or_without_any_has_no_second_verdicts(tmp_path, kept):
    mine = rows([("lstm", "recall-32", "fail")])
    assert again_on_fresh_seeds(study(first_seed=1000), mine, kept) == {}
    assert again_on_fresh_seeds(study(), mine, tmp_path) == {}
