"""A negative control: a claim that compares arms, judged again and again on arms that are shuffled."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.coverage import Trained, arms_read
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.extract import ARM
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.shuffled import NEEDED, Group, ShuffledTables
from gradient_horizon.seeding import generator
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.tables.catalogue import Tables

MOST_SUPPORTING = 0.05
"""The share of shuffles that may support a claim."""
STREAM = "shuffled arms"
"""The purpose of the random streams, with the id of the claim; their seeds are the numbers of the shuffles."""

NO_ARMS, NO_RUNS, NOT_OF_LENGTHS = (
    "compares no arms that are trained with seeds",
    "the study lacks the runs of what is compared",
    "says that arms are alike, as shuffled ones are, by a measure that is not of lengths",
)
"""Why a claim has no control."""


class Control(NamedTuple):
    """How many shuffles of arms support a claim; `without` says why none was tried.

    `groups` are the arms that were shuffled among each other.
    """

    groups: tuple[Group, ...] = ()
    shuffles: int = 0
    supporting: int = 0
    without: str = ""

    @property
    def share(self) -> float:
        """The share of shuffles that support the claim; NaN: none was tried."""
        return self.supporting / self.shuffles if self.shuffles else math.nan


def control(claim: Claim, tables: Tables, shuffles: int) -> Control:
    """Judges the main questions of a claim, which alone decide whether it is supported, on shuffled arms.

    Where a claim says that arms are alike, shuffled arms are just that; there one of them is displaced as well, to
    lengths twice as far, so that the claim is false again.
    """
    mains = tuple(test for test in claim.tests if test.kind == "main")
    comparing = [test for test in mains if compares(test)]
    if not comparing:
        return Control(without=NO_ARMS)
    present = [test for test in comparing if test.evidence.find(Place(tables, test.setting)).n]
    if not present:
        return Control(without=NO_RUNS)
    alike = [test for test in present if says_alike(test)]
    if not all(isinstance(test.evidence, LengthRatio) for test in alike):
        return Control(without=NOT_OF_LENGTHS)
    groups = tuple(_groups(present, displaced={_displaced(test) for test in alike}))
    read = sorted({arm for test in mains for arm in arms_read(test)})
    shuffled = ShuffledTables(_cut(mains, tables), groups, read)
    drawn = (shuffled.draw(generator(number, STREAM, claim.id)) for number in range(shuffles))
    return Control(groups, shuffles, sum(map(claim.is_supported, drawn)))


def compares(test: Test) -> bool:
    """Whether a test compares arms, seeds by seeds."""
    columns = test.evidence.columns.values()
    return len(test.evidence.arms) > 1 and any("seed" in of_table for of_table in columns)


def says_alike(test: Test) -> bool:
    """Whether a test passes where arms do not differ, and at values on both sides of that."""
    same = 1.0 if test.evidence.scale is Scale.LOG else 0.0
    return test.region.low < same < test.region.high


def _cut(tests: Sequence[Test], tables: Tables) -> Tables:
    """The tables with the columns that tests read, and that decide which learning rates are chosen."""
    columns = {name: {*ARM, *more} for name, more in NEEDED.items()}
    for test in tests:
        for name, of_table in test.evidence.columns.items():
            columns.setdefault(name, set()).update(of_table)
    return {
        name: frame[[column for column in frame if column in wanted]]
        for name, wanted in columns.items()
        for frame in [tables[name]]
    }


def _displaced(test: Test) -> Trained:
    """The arm whose longer memory speaks against two being alike."""
    first, second = _arms(test)
    return first if math.isfinite(test.region.high) else second


def _arms(test: Test) -> list[Trained]:
    """The arms that are compared, each in its setting, in the order of the evidence."""
    return [(arm.setting or test.setting, arm.cell, arm.remedy) for arm in test.evidence.arms]


def _groups(tests: Sequence[Test], displaced: set[Trained]) -> Iterator[Group]:
    """Arms that are compared with each other, directly or through others, in groups that share none."""
    joined: list[list[Trained]] = []
    for test in tests:
        own = _arms(test)
        touching = [group for group in joined if {*group} & {*own}]
        joined = [group for group in joined if group not in touching]
        joined.append(list(dict.fromkeys([*(arm for group in touching for arm in group), *own])))
    for group in joined:
        yield Group(tuple(group), next((arm for arm in group if arm in displaced), None))
