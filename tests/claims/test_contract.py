"""What a contract says of a claim, and that nothing in it depends on runs."""

import json
import math
from pathlib import Path

import pytest
from judged import PROSE, TEXTS

from gradient_horizon.claims.arms import LSTM, TANH, of_radius
from gradient_horizon.claims.contract import contract, described
from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.evidence.compared import PerStep
from gradient_horizon.claims.evidence.longer import LeftBeyond, StillSolved
from gradient_horizon.claims.evidence.memory import T50, Length, Pairs
from gradient_horizon.claims.evidence.orders import MemoryOrder
from gradient_horizon.claims.evidence.per_seed import Horizon, Measure
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.language.words import read_words
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

ROOT = Path(__file__).parents[2]
STUDY = validated_study(read_yaml(ROOT / "config.yaml"))
DIGESTS = design_digests(STUDY)
RULES = {language: read_words(PROSE / language / "folders.json") for language in TEXTS}
TANH_ARM = {"cell": "tanh", "remedy": "none", "setting": None}


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        (
            Length(LSTM.within("elsewhere")) / Length(TANH),
            {
                "kind": "length-ratio",
                "first": {
                    "kind": "length",
                    "arm": {"cell": "lstm", "remedy": "none", "setting": "elsewhere"},
                    "policy": "chosen",
                },
                "second": {"kind": "length", "arm": TANH_ARM, "policy": "chosen"},
            },
        ),
        (
            T50(TANH, policy="any") / 7,
            {"kind": "t50-over", "first": {"kind": "t50", "arm": TANH_ARM, "policy": "any"}, "predicted": 7},
        ),
        (
            PerStep(Measure("memory_transport", TANH), 100, 0.5),
            {
                "kind": "per-step",
                "of": {
                    "kind": "measure",
                    "column": "memory_transport",
                    "arm": TANH_ARM,
                    "moment": "initial",
                    "length": None,
                },
                "steps": 100,
                "predicted": 0.5,
            },
        ),
        (
            MemoryOrder(((0.5, of_radius(TANH, 0.5)),)),
            {"kind": "memory-order", "doses": [[0.5, {"cell": "tanh", "remedy": "radius-0.5", "setting": None}]]},
        ),
        (
            Horizon("gradient_horizon_10", TANH, "final", 20),
            {"kind": "horizon", "column": "gradient_horizon_10", "arm": TANH_ARM, "moment": "final", "length": 20},
        ),
        (
            StillSolved(TANH, factor=2),
            {"kind": "still-solved", "arm": TANH_ARM, "policy": "chosen", "factor": 2},
        ),
        (LeftBeyond(TANH), {"kind": "left-beyond", "arm": TANH_ARM, "factor": 4}),
        (
            Pairs(TANH) / Pairs(TANH),
            {
                "kind": "pairs-ratio",
                "first": {"kind": "pairs", "arm": TANH_ARM, "policy": "chosen"},
                "second": {"kind": "pairs", "arm": TANH_ARM, "policy": "chosen"},
            },
        ),
    ],
)
def test_evidence_is_described_by_its_kind_and_its_fields(evidence, wanted):
    assert described(evidence) == wanted


def made(name, frozen=None):
    (claim,) = (claim for claim in registered_claims() if claim.id == name)
    return claim, contract(claim, STUDY, TEXTS, RULES, digest=DIGESTS.get(name), frozen=frozen or {})


def test_a_contract_has_the_quote_the_settings_the_thresholds_with_their_reasons_and_the_rules():
    claim, found = made("gru-similar")
    assert found["quote"] == {language: texts.quote("gru-similar") for language, texts in TEXTS.items()}
    assert set(found["settings"]) == set(claim.experiments) & {each.name for each in STUDY.experiments}
    assert found["settings"]["recall-37"]["hidden_size"] == 37
    assert found["remedies"]["clipped"] == [{"change": "clip-norm", "threshold": 1}]
    assert "orthogonal" not in found["remedies"]
    first = found["questions"][0]
    assert (first["test"], first["kind"], first["setting"]) == ("memory", "main", "recall-32")
    assert first["passes"] == {"from": 1 / 1.5, "to": 1.5}
    assert first["reason"]["en"] == "Half as much again, either way, is what a user would notice."
    assert first["must_work"] == [{"cell": cell, "remedy": "none", "setting": None} for cell in ("gru", "lstm")]
    assert first["tables"] == {"networks": ["length", "seed", "judged", "learning_rate", "chosen", "status"]}
    assert len(found["questions"]) == len(claim.tests)
    assert [each["only_in_wider_studies"] for each in found["questions"]] == [test.optional for test in claim.tests]
    assert found["confidence"] == 0.95
    assert found["pilots_that_must_solve"] == 0.8
    assert found["rules"]["pl"][0].startswith("Test jest zaliczony")
    assert len(found["rules"]["en"]) == len(found["rules"]["pl"])


def test_a_contract_has_the_digest_of_its_design_beside_the_frozen_one():
    _, found = made("short-memory", {"short-memory": "0123", "gru-similar": "4567"})
    assert found["design"] == {"digest": DIGESTS["short-memory"], "frozen": "0123"}
    assert made("eigen-power")[1]["design"]["frozen"] is None


def test_a_contract_of_a_claim_that_the_study_does_not_ask_has_questions_but_neither_settings_nor_a_digest():
    claim, found = made("remembering-need-not-extrapolate")
    assert found["settings"] == {}
    assert found["design"] == {"digest": None, "frozen": None}
    assert len(found["questions"]) == len(claim.tests)
    of_extrapolation = ["length", "solved", "factor", "solved_there"]
    assert found["questions"][0]["tables"] == {"extrapolation": of_extrapolation}


def test_every_contract_can_be_written_as_json_and_read_again():
    for claim in registered_claims():
        found = made(claim.id)[1]
        ends = [value for each in found["questions"] for value in each["passes"].values()]
        assert not any(math.isnan(value) for value in ends)
        assert json.loads(json.dumps(found)) == found
