"""The questions of a claim: what is estimated, where, and at which values the answer speaks for the claim."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.outcome import Region

Kind = Literal["main", "pooled", "condition", "mechanism", "check"]
"""The claim as stated, in a setting; over all its informative settings; with one named thing changed; why; a fact of
algebra or software. Only main, pooled and condition decide."""


@dataclass(frozen=True)
class Test:
    """One question in one setting; `works` are the arms of which one has to solve the task there.

    `optional`: only studies that go beyond the default one have the runs; without them the test does not exist.
    """

    __test__: ClassVar[bool] = False  # for pytest, which takes classes of this name for its own

    id: str
    kind: Kind
    evidence: Evidence
    region: Region
    setting: str = ""
    works: tuple[Arm, ...] = ()
    optional: bool = False

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments whose runs it reads."""
        settings = [arm.setting or self.setting for arm in (*self.evidence.arms, *self.works)]
        return tuple(dict.fromkeys(settings))


def main(
    name: str,
    evidence: Evidence,
    region: Region,
    *settings: str,
    works: tuple[Arm, ...] | None = None,
    also: tuple[str, ...] = (),
) -> tuple[Test, ...]:
    """The claim as stated, in each of these settings, and `also` in these, where a study has their runs."""
    asked = _ask(name, "main", evidence, region, settings, works)
    return asked + tuple(replace(asked[0], setting=setting, optional=True) for setting in also)


def condition(
    name: str, evidence: Evidence, region: Region, *settings: str, works: tuple[Arm, ...] | None = None
) -> tuple[Test, ...]:
    """The same with one thing changed that the lecture does not name."""
    return _ask(name, "condition", evidence, region, settings, works)


def mechanism(
    name: str, evidence: Evidence, region: Region, *settings: str, works: tuple[Arm, ...] | None = None
) -> tuple[Test, ...]:
    """Why; shown, but it decides nothing."""
    return _ask(name, "mechanism", evidence, region, settings, works)


def check(name: str, evidence: Evidence, region: Region, *settings: str) -> tuple[Test, ...]:
    """An identity, or a fact of the software; it decides nothing."""
    return _ask(name, "check", evidence, region, settings, None)


def _ask(
    name: str,
    kind: Kind,
    evidence: Evidence,
    region: Region,
    settings: tuple[str, ...],
    works: tuple[Arm, ...] | None,
) -> tuple[Test, ...]:
    needed = evidence.must_work if works is None else works
    return tuple(Test(name, kind, evidence, region, setting, needed) for setting in settings or ("",))
