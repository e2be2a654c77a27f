"""The claims of the registry, and their tests by name."""

from functools import cache

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.question import Test


@cache
def registered_claims() -> tuple[Claim, ...]:
    """All claims, in the order of the report."""
    return tuple(registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS)


@cache
def registered_test(claim: str, name: str) -> Test:
    """A test of a claim, in the first of its settings."""
    return registered_tests(claim)[name]


@cache
def registered_tests(claim: str) -> dict[str, Test]:
    """The tests of a claim by name, each in the first of its settings."""
    tests: tuple[Test, ...] = registries.load(registries.CLAIMS, "claim", claim).tests
    return {test.id: test for test in reversed(tests)}
