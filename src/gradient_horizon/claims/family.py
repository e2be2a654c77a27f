"""Tests that are told together: alike but for the arms that they name, or for the setting that they are asked in."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.registered import Claims
from gradient_horizon.language.spoken import Bound
from gradient_horizon.statistics.censored import Censored, Side

TestRow = Mapping[str, Any]
"""A row of the table `tests`."""


@dataclass(frozen=True)
class Family:
    """Tests with their rows, of the same evidence and compared with the same arms; `settings` are those of each."""

    tests: tuple[Test, ...]
    rows: tuple[TestRow, ...]

    @property
    def test(self) -> Test:
        """The first of them, which stands for what all have in common."""
        return self.tests[0]

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings, each once; "" over all of them, and where nothing is trained."""
        return tuple(dict.fromkeys(str(row["setting"]) for row in self.rows))

    @property
    def firsts(self) -> tuple[Arm, ...]:
        """The arms that are named first, each once."""
        return tuple(dict.fromkeys(test.evidence.arms[0] for test in self.tests if test.evidence.arms))

    @property
    def seconds(self) -> tuple[Arm, ...]:
        """The arms that these are compared with, each once."""
        return tuple(dict.fromkeys(test.evidence.arms[1] for test in self.tests if len(test.evidence.arms) > 1))

    @property
    def first(self) -> "Family":
        """The first of them alone."""
        return Family(self.tests[:1], self.rows[:1])

    def joined(self, other: "Family") -> "Family":
        """Both."""
        return Family(self.tests + other.tests, self.rows + other.rows)


def shown(row: TestRow) -> tuple[float, Bound]:
    """What is told of an effect: the estimate, or the end of the interval that is known where the other is open."""
    if math.isinf(row["effect_high"]) and not math.isinf(row["effect_low"]):
        return float(row["effect_low"]), Bound.AT_LEAST
    if row["effect_censored"] == Side.LEFT:
        return float(row["effect_high"]), Bound.AT_MOST
    return float(row["effect"]), Bound.ESTIMATE


def parts_of(row: TestRow) -> tuple[float, float] | None:
    """The two quantities that are compared, where both are known and are no limits."""
    parts = [row["first"], row["second"]]
    if not all(isinstance(part, Censored) for part in parts) or any(part.parts[1] is not Side.NONE for part in parts):
        return None
    return parts[0].parts[0], parts[1].parts[0]


def families(rows: Iterable[TestRow], claims: Claims, alike: Callable[[TestRow, Test], Hashable]) -> list[Family]:
    """Rows in families: first those that differ by the arm that is named first, then those that differ by setting.

    `alike` tells of a row, with its test, what else has to agree for one clause to be true of all.
    """
    single = [Family((test,), (row,)) for row in rows for test in [claims.test(row["claim"], row["test"])]]

    def common(family: Family) -> tuple[Hashable, ...]:
        row, evidence = family.rows[0], family.test.evidence
        return evidence.words, evidence.where, family.test.region, row["kind"], alike(row, family.test)

    by_arm = _merged(single, lambda each: (*common(each), each.seconds, each.settings))
    return _merged(by_arm, lambda each: (*common(each), each.seconds, each.firsts))


def by_second(given: Sequence[Family]) -> list[Family]:
    """Families that differ only by what the same arms are compared with, in whatever settings."""
    return _merged(given, lambda each: (each.test.evidence.words, each.firsts))


def _merged(given: Sequence[Family], key: Callable[[Family], Hashable]) -> list[Family]:
    found: dict[Hashable, Family] = {}
    for family in given:
        name = key(family)
        found[name] = found[name].joined(family) if name in found else family
    return list(found.values())
