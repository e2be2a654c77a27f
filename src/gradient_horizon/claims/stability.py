"""Whether verdicts are stable: every claim judged again on two disjoint halves of the seeds."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from gradient_horizon.claims.claim import Claim, Result
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.summarise import summarise_solving

BY_SEED = ("networks", "gradients", "profiles", "gates")
"""The tables with a row per seed that claims read."""


class Agreement(StrEnum):
    """How the verdicts on the two halves agree with that on all seeds."""

    SAME = "same verdict"
    UNDECIDED = "undecided on half of the seeds"
    CONTRADICTED = "contradicted"


def judge_halves(claims: Sequence[Claim], tables: Tables) -> Iterator[Mapping[str, Any]]:
    """A row of the table of stability per claim."""
    even, odd = (half(tables, remainder) for remainder in (0, 1))
    for order, claim in enumerate(claims):
        verdict, _ = claim.judge(tables)
        (verdict_even, results_even), (verdict_odd, results_odd) = claim.judge(even), claim.judge(odd)
        contradicted = [
            one.test.id for one, other in zip(results_even, results_odd, strict=True) if _contradict(one, other)
        ]
        if contradicted:
            agreement = Agreement.CONTRADICTED
        else:
            agreement = Agreement.SAME if verdict_even == verdict_odd == verdict else Agreement.UNDECIDED
        yield {
            "order": order,
            "claim": claim.id,
            "verdict": verdict.value,
            "verdict_even": verdict_even.value,
            "verdict_odd": verdict_odd.value,
            "agreement": agreement.value,
            "contradicted": ", ".join(contradicted),
        }


def half(tables: Tables, remainder: int) -> Tables:
    """The tables of a study in which only seeds with this remainder by 2 are judged."""
    halved = dict(tables)
    for name in BY_SEED:
        rows = tables[name]
        in_half = rows["seed"].mod(2).eq(remainder)
        halved[name] = rows[in_half | ~rows["judged"]] if name == "networks" else rows[in_half]
    return halved | summarise_solving(halved)


def _contradict(one: Result, other: Result) -> bool:
    return {one.outcome, other.outcome} == {Outcome.PASS, Outcome.FAIL}
