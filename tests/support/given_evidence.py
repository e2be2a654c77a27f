"""Evidence whose estimates are given, for tests of verdicts; and claims that ask for it."""

from dataclasses import dataclass

from hand_made_tables import EMPTY
from scipy import special

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.outcome import NOTHING, Finding, Region
from gradient_horizon.claims.question import Test
from gradient_horizon.statistics.intervals import Interval

ABOVE_ZERO = Region("grows", low=0.0)
PASS, FAIL, UNCLEAR = (5.0, 1.0), (-5.0, 1.0), (0.5, 1.0)
BARELY_PASS, BARELY_FAIL = (2.0, 1.0), (-2.0, 1.0)
"""Estimates with their standard errors; 2 passes at 95 %, and at 97.5 % no longer."""


@dataclass(frozen=True)
class Given(Evidence):
    """Estimates with their standard errors by setting, with normal intervals."""

    effects: tuple[tuple[str, tuple[float, float]], ...]
    limit: str | None = None

    @property
    def words(self):
        return "late-factor"

    @property
    def arms(self):
        return ()

    @property
    def tables(self):
        return ()

    def find(self, place):
        effects = dict(self.effects)
        if place.setting not in effects:
            return NOTHING
        estimate, error = effects[place.setting]
        half = float(special.ndtri((1 + place.confidence) / 2)) * error
        return Finding(Interval(estimate, estimate - half, estimate + half), 10)

    def floor_or_ceiling(self, place):
        return self.limit


def asked(kind, effects, name="", *, optional=(), lacking=(), silent=()):
    """The tests of one question, in settings s0, s1, ...: without runs in `lacking`, at the floor in `silent`."""
    pairs = tuple((f"s{place}", effect) for place, effect in enumerate(effects))
    found = tuple(pair for pair in pairs if pair[0] not in lacking)
    return tuple(
        Test(
            name or kind,
            kind,
            Given(found, "floor" if setting in silent else None),
            ABOVE_ZERO,
            setting,
            optional=setting in optional,
        )
        for setting, _ in pairs
    )


def claim_of(*questions):
    """A claim with these questions."""
    return Claim("made", "cause", "profiles", tuple(test for question in questions for test in question))


def judge(*questions):
    """The verdict and the results of such a claim."""
    return claim_of(*questions).judge(EMPTY)
