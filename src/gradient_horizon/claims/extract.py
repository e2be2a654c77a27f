"""The part of a study's tables that a claim rests on: the columns and rows that its tests read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.coverage import Trained
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.question import Test
from gradient_horizon.tables.catalogue import Tables

ARM = ("experiment", "cell", "remedy")
PILOTS = ("length", "judged", "chosen", "status")
"""The columns that tell whether an arm of a setting works."""

LONGEST = "longest-length"
NARROWS: Mapping[str, tuple[str, str | bool]] = MappingProxyType(
    {
        "moment-initial": ("moment", "initial"),
        "moment-half": ("moment", "half"),
        "moment-final": ("moment", "final"),
        "policy-chosen": ("judged", True),
        "policy-any": ("judged", True),
        "kind-random": ("kind", "random"),
        "kind-defective": ("kind", "defective"),
        "precision-float64": ("precision", "float64"),
        "precision-float32": ("precision", "float32"),
    }
)
"""The column and the value that a key of `Evidence.where` asks for; which rate is chosen, all networks decide."""


class _Read(NamedTuple):
    columns: tuple[str, ...]
    rows: "pd.Series[bool]"


def extract(claim: Claim, tables: Tables) -> dict[str, pd.DataFrame]:
    """By table, what a claim's tests read of it, so that they come out the same from this alone.

    Of networks measured after training, those that did not solve their task are there as well: that they did not is
    read, too.
    """
    read: dict[str, list[_Read]] = {}
    for test in claim.tests:
        for table, part in _reads(test, tables):
            read.setdefault(table, []).append(part)
    return {table: _joined(tables[table], parts) for table, parts in read.items()}


def of_arms(frame: pd.DataFrame, arms: Collection[Trained]) -> Bool[np.ndarray, " row"]:
    """Which rows of a table are those of some arms."""
    named = zip(*(frame[name] for name in ARM), strict=True)
    return np.fromiter((arm in arms for arm in named), dtype=bool, count=len(frame))


def leaves(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence that is made of no other, of which this one is made; or itself."""
    if not evidence.made_of:
        yield evidence
    for part in evidence.made_of:
        yield from leaves(part)


def _reads(test: Test, tables: Tables) -> Iterator[tuple[str, _Read]]:
    place = Place(tables, test.setting)
    for leaf in leaves(test.evidence):
        first = leaf.tables[0]
        rows = _rows_of_arms(leaf, place, first) if leaf.arms else _narrowed(tables[first], leaf.where)
        for table, columns in leaf.columns.items():
            frame = tables[table]
            if table != first:  # what a task is reached with by trivial means
                found = frame["task"].isin(tables[first].loc[rows, "task"]) & frame["rank"].eq(0)
            else:
                found = frame.index.isin(rows)
            yield table, _Read(columns, pd.Series(found, frame.index))
    for arm in test.works:
        pilots = place.rows("networks", arm)
        pilots = pilots[~pilots["judged"] & pilots["length"].eq(pilots.loc[~pilots["judged"], "length"].min())]
        yield (
            "networks",
            _Read(PILOTS, pd.Series(tables["networks"].index.isin(pilots.index), tables["networks"].index)),
        )


def _rows_of_arms(leaf: Evidence, place: Place, table: str) -> pd.Index:
    found = [_narrowed(place.rows(table, arm), leaf.where, getattr(leaf, "length", None)) for arm in leaf.arms]
    return found[0].append(found[1:])


def _narrowed(frame: pd.DataFrame, where: Iterable[str], length: int | None = None) -> pd.Index:
    """The rows of an arm that its evidence asks for; those at the longest length, or at one that is asked for."""
    for name in where:
        if name in NARROWS:
            column, value = NARROWS[name]
            frame = frame[frame[column].eq(value)]
    if LONGEST in where:
        frame = frame[frame["length"].eq(frame["length"].max())]
    return frame.index if length is None else frame[frame["length"].eq(length)].index


def _joined(frame: pd.DataFrame, parts: list[_Read]) -> pd.DataFrame:
    wanted = {*ARM, *(column for part in parts for column in part.columns)}
    rows = pd.concat([part.rows for part in parts], axis=1).any(axis=1)
    return frame.loc[rows, [column for column in frame.columns if column in wanted]]
