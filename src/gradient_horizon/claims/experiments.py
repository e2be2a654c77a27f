"""Which experiments a claim rests on."""

from gradient_horizon.claims.claim import Claim


def experiments_of(claim: Claim) -> list[str]:
    """All experiments that the tests of a claim read, each once, in their order; none for a claim on algebra alone."""
    return list(dict.fromkeys(runs.experiment for test in claim.tests for runs in test.runs))
