"""What the numbers of a family of tests fill into its clause, and which of its clauses they ask for."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from gradient_horizon.claims.family import Family, TestRow, parts_of, shown
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.question import Test
from gradient_horizon.language.spoken import NEAR, Bound, Spoken, rounded
from gradient_horizon.statistics.scales import Scale

SAME_SHARE = 0.005
"""Shares that differ by less are the same."""


def variant(row: TestRow, test: Test, texts: Mapping[str, object]) -> str:
    """Which of the clauses of some evidence tells this row: the first that it has and that the numbers ask for."""
    return next(name for name in _asked_for(row, test) if name in texts)


def _asked_for(row: TestRow, test: Test) -> Iterator[str]:
    value, bound = shown(row)
    unit, outcome = row["unit"], row.get("outcome")
    if unit == "share difference" and parts_of(row):
        yield "shares"
    if unit == "share" and value <= 0:
        yield "none"
    if unit == "share" and value >= 1:
        yield "all"
    if outcome in (Outcome.PASS, Outcome.FAIL):
        yield str(outcome)
    ratio = test.evidence.scale is Scale.LOG
    if bound is Bound.ESTIMATE and (_is_about_one(value) if ratio else abs(value) < SAME_SHARE):
        yield "same"
    if bound is Bound.AT_LEAST and ratio and value > rounded(value, bound) == 1:
        yield "more"
    if value < (1 if ratio else 0):
        yield "less"
    yield "clause"


def effects(family: Family, spoken: Spoken) -> dict[str, Callable[[], str]]:
    """The numbers of a family as its clause names them, each made when it is called: not every one makes sense."""
    rows = family.rows
    told = [shown(row) for row in rows]
    values, bound = [value for value, _ in told], told[0][1]

    def parts(place: int) -> list[float]:
        return [found[place] for row in rows if (found := parts_of(row))]

    def effect() -> str:
        in_steps = rows[0]["unit"] == "steps"
        return spoken.counted(values, "steps", bound) if in_steps else spoken.numbers(values, bound)

    return {
        "effect": effect,
        "number": lambda: spoken.numbers(values, bound),
        "times": lambda: spoken.counted(values, "times", bound),
        "below": lambda: spoken.below(values, bound),
        "inverse": lambda: spoken.inverse(values),
        "part": lambda: spoken.part(values),
        "share": lambda: spoken.shares(values),
        "points": lambda: spoken.points(values),
        "deviations": lambda: spoken.counted(list(map(abs, values)), "deviations"),
        "change": lambda: spoken.shares([abs(value - 1) for value in values]),
        "gap": lambda: spoken.shares([1 - value for value in values]),
        "deviation": lambda: spoken.deviation([end for row in rows for end in _ends(row)]),
        "floor": lambda: spoken.number(min(_ends(row)[0] for row in rows), Bound.AT_LEAST),
        "of_first": lambda: spoken.of_all(parts(0)),
        "of_second": lambda: spoken.of_all(parts(1)),
        "share_first": lambda: spoken.shares(parts(0)),
        "share_second": lambda: spoken.shares(parts(1)),
    }


def _ends(row: TestRow) -> Sequence[float]:
    """The ends of the interval; the estimate, where there are none."""
    ends = [float(row[name]) for name in ("effect_low", "effect_high")]
    return ends if all(map(math.isfinite, ends)) else [float(row["effect"])]


def _is_about_one(ratio: float) -> bool:
    return ratio > 0 and abs(math.log(ratio)) < NEAR / 2
