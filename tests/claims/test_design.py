import json
from functools import cache
from pathlib import Path

from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

ROOT = Path(__file__).parents[2]


def digests(**changes):
    config = read_yaml(ROOT / "config.yaml")
    config["defaults"] |= changes.pop("defaults", {})
    for experiment in config["experiments"]:
        experiment.update(changes.get(experiment["name"].replace("-", "_"), {}))
    return design_digests(validated_study(config))


@cache
def shipped():
    return digests()


def changed(**changes):
    return {claim for claim, digest in digests(**changes).items() if digest != shipped()[claim]}


def test_every_claim_that_the_study_asks_has_a_digest():
    assert list(shipped()) == [claim.id for claim in registered_claims() if claim.preset is None]
    assert len(set(shipped().values())) == len(shipped())


def test_the_design_of_the_default_study_is_the_frozen_one_so_that_its_verdicts_on_fresh_seeds_are_shown():
    assert shipped() == json.loads((ROOT / "report" / "fresh" / "design.json").read_text(encoding="utf-8"))


def test_other_seeds_are_the_same_design():
    assert changed(defaults={"first_seed": 1000}) == set()


def test_more_seeds_or_another_rate_are_another_design_of_the_claims_that_read_them():
    reading = {claim.id for claim in registered_claims() if "adding-32" in claim.experiments}
    assert changed(adding_32={"seeds": 13}) == reading
    assert changed(adding_32={"learning_rates": [1e-2]}) == reading
    assert "eigen-power" not in reading


def test_runs_that_a_claim_does_not_read_are_not_of_its_design():
    arms = {"relu": ["none", "clipped"], "tanh": ["none"], "linear": ["none"], "gru": ["none"], "lstm": ["none"]}
    found = changed(explosion={"cells": arms})
    assert found.isdisjoint({"eigen-power", "gates-cure-vanishing", "weights-jump"})
    assert {"tbptt-cures-exploding", "clipping-cures-exploding"} <= found
