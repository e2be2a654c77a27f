"""The design of each claim's evidence: its questions and the runs they read, without the numbers of the seeds."""

import hashlib
import json
from collections.abc import Mapping

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.coverage import arms_read, claims_asked
from gradient_horizon.claims.judged import claims_of
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec

DIGITS = 16


def design_digests(study: Study) -> Mapping[str, str]:
    """A digest for each claim that it asks: the same for two studies that differ in the numbers of their seeds only."""
    runs = expand(study)
    asked = claims_asked((spec.experiment for spec in runs), claims_of(study))
    return {claim.id: _digest(claim, runs) for claim in asked}


def _digest(claim: Claim, runs: tuple[RunSpec, ...]) -> str:
    read = {arm for test in claim.tests for arm in arms_read(test)}
    asked = [
        [test.id, test.kind, test.setting, repr(test.evidence), test.region.low, test.region.high, repr(test.works)]
        for test in claim.tests
    ]
    trained = [_without_seeds(spec) for spec in runs if (spec.experiment, spec.cell, spec.remedy) in read]
    text = json.dumps([asked, sorted(trained)])
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _without_seeds(spec: RunSpec) -> str:
    counted = json.loads(spec.to_json()) | {"seeds": len(spec.seeds), "pilot_seeds": len(spec.pilot_seeds)}
    return json.dumps(counted, sort_keys=True)
