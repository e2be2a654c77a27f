"""No question is asked of so few seeds that even the clearest outcome would leave it open."""

from pathlib import Path

import evidence_rows
import pytest
from hand_made_tables import tables_of
from numpy import full

from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.evidence.shares import Share, ShareDifference
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.statistics.intervals import CONFIDENCE
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

ROOT = Path(__file__).parents[2]
PRESETS = sorted({claim.preset for claim in registered_claims() if claim.preset})
OVERLAYS = [[], *([ROOT / "workflow" / "presets" / f"{preset}.yaml"] for preset in PRESETS)]
STUDIES = [
    validated_study(read_yaml(*files), files) for overlay in OVERLAYS for files in [[ROOT / "config.yaml", *overlay]]
]
SEEDS = {experiment.name: experiment.seeds for study in STUDIES for experiment in study.experiments}
ASKED = [
    pytest.param(claim, test, id=f"{claim.id}-{test.id}-{test.setting}")
    for claim in registered_claims()
    for test in claim.tests
    if isinstance(test.evidence, Share | ShareDifference) and test.kind in ("main", "condition") and not test.optional
]


@pytest.mark.parametrize(("claim", "test"), ASKED)
def test_the_clearest_shares_of_the_study_that_asks_decide(claim, test, monkeypatch):
    (seeds,) = {SEEDS[name] for name in test.experiments}
    monkeypatch.setattr(evidence_rows, "NETWORKS", seeds)
    lowest = -1.0 if isinstance(test.evidence, ShareDifference) else 0.0
    clearest = lowest if test.region.high < 1 else 1.0
    conditions = sum(each.kind == "condition" for each in claim.tests)
    confidence = 1 - (1 - CONFIDENCE) / conditions if test.kind == "condition" else CONFIDENCE
    rows = evidence_rows.rows_with(test.evidence, test.setting, full(1, clearest))
    found = test.evidence.find(Place(tables_of(rows), test.setting, confidence))
    assert found.n == seeds
    assert test.region.judge(found.effect) is Outcome.PASS
