"""Which statistics the tests of a study rest on, by the names under which its methods are told."""

from collections.abc import Callable, Iterator

import pandas as pd

from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.compared import AccuracyDifference
from gradient_horizon.claims.evidence.exact import PowersHold
from gradient_horizon.claims.evidence.horizons import HorizonRatio
from gradient_horizon.claims.evidence.memory import LengthRatio, OfLengths, PairsRatio, T50Over
from gradient_horizon.claims.evidence.orders import Order
from gradient_horizon.claims.evidence.per_seed import PerSeed
from gradient_horizon.claims.evidence.shares import Share, ShareDifference
from gradient_horizon.claims.extract import leaves
from gradient_horizon.claims.question import Test
from gradient_horizon.statistics.means import RESAMPLED_FROM

NAMES = (
    "shares",
    "differences",
    "half-lengths",
    "mean-lengths",
    "mean-pairs",
    "combined",
    "resampled",
    "student",
    "orders",
    "conditions",
)
"""In the order in which they are told."""


def statistics_used(tests: pd.DataFrame, test_of: Callable[[str, str], Test]) -> list[str]:
    """The names of the statistics of tests that have runs, from the table of tests."""
    rows = tests[tests["n"].gt(0)].to_dict("records")
    used = {name for row in rows for name in _of_test(test_of(row["claim"], row["test"]).evidence, int(row["n"]))}
    used |= {"combined"} if any(row["kind"] == "pooled" for row in rows) else set()
    used |= {"conditions"} if any(row["kind"] == "condition" for row in rows) else set()
    return [name for name in NAMES if name in used]


def _of_test(evidence: Evidence, n: int) -> Iterator[str]:
    if isinstance(evidence, ShareDifference):
        yield "differences"
    if isinstance(evidence, LengthRatio):
        yield from ("mean-pairs" if isinstance(evidence, PairsRatio) else "mean-lengths", "combined")
    if isinstance(evidence, AccuracyDifference | HorizonRatio):
        yield "combined"
    if isinstance(evidence, T50Over):
        yield "half-lengths"
    for leaf in leaves(evidence):
        if isinstance(leaf, Share | OfLengths | PowersHold):
            yield "shares"
        if isinstance(leaf, OfLengths) and leaf is evidence:
            yield "half-lengths"
        if isinstance(leaf, Order):
            yield "orders"
        if isinstance(leaf, PerSeed):
            yield "resampled" if n >= RESAMPLED_FROM else "student"
