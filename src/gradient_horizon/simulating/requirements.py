"""What is asked of intervals and tests, and which of it simulated studies do not meet."""

import itertools
import math
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from gradient_horizon.simulating.coverage import CoverageRow, coverage_rows
from gradient_horizon.simulating.decisions import DecisionRow, error_rows, power_rows
from gradient_horizon.simulating.question import Change, unchanged

MEAN_COVERAGE = 0.94
LOWEST_COVERAGE = MappingProxyType({5: 0.85, 10: 0.90, 20: 0.90})
"""By number of seeds."""
ERROR = 0.05
POWER = 0.80
SEEDS_NEEDED = MappingProxyType(
    {
        "difference of shares": 13,
        "difference of shares, chosen rates": 20,
        "pooled difference of shares": 5,
        "T50 ratio": 35,
        "T50 ratio, chosen rates": 50,
        "pooled T50 ratio": 5,
        "mean length ratio": 10,
        "mean length ratio, chosen rates": 10,
        "pooled mean length ratio": 5,
    }
)
"""With so many seeds, a comparison must find its effect; a study that compares by it needs no fewer."""
STANDARD_ERRORS = 3
"""By how many a rate may miss, as that of so few draws."""


class Simulated(NamedTuple):
    """The rates of simulated studies, each from so many draws."""

    draws: int
    coverage: Sequence[CoverageRow]
    errors: Sequence[DecisionRow]
    power: Sequence[DecisionRow]


def simulate(draws: int, change: Change = unchanged) -> Simulated:
    """Draws all studies; `change` is what a test does to every interval."""
    return Simulated(draws, coverage_rows(draws, change), error_rows(draws, change), power_rows(draws, change))


def unmet(simulated: Simulated) -> list[str]:
    """A sentence for each requirement that is not met, beyond what so few draws explain."""
    return [*_too_rarely_covered(simulated), *_too_often_wrong(simulated), *_too_rarely_found(simulated)]


def _too_rarely_covered(simulated: Simulated) -> Iterator[str]:
    for quantity, group in itertools.groupby(simulated.coverage, key=lambda row: row.quantity):
        rows = list(group)
        average = sum(row.mean for row in rows) / len(rows)
        if average < MEAN_COVERAGE - _allowance(MEAN_COVERAGE, simulated.draws * sum(row.truths for row in rows)):
            yield f"{quantity}: covered in {average:.1%} on average, must be at least {MEAN_COVERAGE:.0%}"
        for row in rows:
            least = LOWEST_COVERAGE[row.n]
            if row.lowest < least - _allowance(least, simulated.draws):
                yield f"{quantity}, n = {row.n}, {row.worst}: covered in {row.lowest:.1%}, must be at least {least:.0%}"


def _too_often_wrong(simulated: Simulated) -> Iterator[str]:
    for row in simulated.errors:
        for side, rate in (("above", row.above), ("below", row.below)):
            if rate > ERROR + _allowance(ERROR, simulated.draws):
                yield (
                    f"{row.quantity}, n = {row.n}, {row.truth}: without an effect, wholly {side} it in {rate:.1%}, "
                    f"must be at most {ERROR:.0%}"
                )


def _too_rarely_found(simulated: Simulated) -> Iterator[str]:
    for row in simulated.power:
        enough = row.n >= SEEDS_NEEDED[row.quantity]
        if enough and row.above < POWER - _allowance(POWER, simulated.draws):
            yield (
                f"{row.quantity}, n = {row.n}, {row.truth}: found in {row.above:.1%}, must be at least {POWER:.0%} "
                f"from n = {SEEDS_NEEDED[row.quantity]} on"
            )


def _allowance(rate: float, draws: int) -> float:
    return STANDARD_ERRORS * math.sqrt(rate * (1 - rate) / draws)
