"""The claims that a study can ask, and their tests by name: those of the registry, and those that it makes itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.question import Test


@cache
def registered_claims() -> tuple[Claim, ...]:
    """All claims of the registry, in the order of the report."""
    return tuple(registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS)


@cache
def registered_test(claim: str, name: str) -> Test:
    """A test of a claim of the registry, in the first of its settings."""
    return registered_tests(claim)[name]


@cache
def registered_tests(claim: str) -> Mapping[str, Test]:
    """The tests of a claim of the registry by name, each in the first of its settings."""
    return _by_name(registries.load(registries.CLAIMS, "claim", claim))


@dataclass(frozen=True)
class Claims:
    """All claims that a study can ask; `own` are those that its configuration makes, which no other study has.

    Whoever puts a row of tests into words has one: a row names its claim and its test, and this finds them.
    """

    own: tuple[Claim, ...] = ()

    @property
    def all(self) -> tuple[Claim, ...]:
        """Those of the registry, then the study's own, in the order of the report."""
        return (*registered_claims(), *self.own)

    def named(self, claim: str) -> Claim:
        """The claim of this id."""
        return self._own[claim] if claim in self._own else registries.load(registries.CLAIMS, "claim", claim)

    def is_own(self, claim: str) -> bool:
        """Whether only this study makes the claim of this id."""
        return claim in self._own

    def test(self, claim: str, name: str) -> Test:
        """A test of a claim, in the first of its settings."""
        return self._tests[claim][name] if claim in self._own else registered_test(claim, name)

    @cached_property
    def _own(self) -> Mapping[str, Claim]:
        return {claim.id: claim for claim in self.own}

    @cached_property
    def _tests(self) -> Mapping[str, Mapping[str, Test]]:
        return {claim.id: _by_name(claim) for claim in self.own}


def _by_name(claim: Claim) -> Mapping[str, Test]:
    return {test.id: test for test in reversed(claim.tests)}


REGISTERED = Claims()
"""The claims of every study."""
