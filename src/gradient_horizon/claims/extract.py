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
OUTCOMES = ("length", "judged", "chosen", "status")
"""The columns that tell whether an arm of a setting works, was trained, or solved the task."""

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
    rows: pd.Index


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
        first, *others = leaf.columns.items()
        table, columns = first
        rows = _rows_of_arms(leaf, place, table) if leaf.arms else _narrowed(tables[table], leaf.where)
        yield table, _Read(columns, rows)
        for other, columns_of_other in others:  # what is reached by trivial means on the same tasks
            baselines = tables[other]
            own = baselines["task"].isin(tables[table].loc[rows, "task"]) & baselines["rank"].eq(0)
            yield other, _Read(columns_of_other, baselines.index[own])
    if not test.evidence.find(place).n:
        for arm in test.evidence.arms:
            trained = place.rows("networks", arm)
            yield "networks", _Read(OUTCOMES, trained.index[trained["judged"] & trained["chosen"]])
    for arm in test.works:
        pilots = place.rows("networks", arm)
        pilots = pilots[~pilots["judged"]]
        yield "networks", _Read(OUTCOMES, pilots.index[pilots["length"].eq(pilots["length"].min())])


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
    rows = np.logical_or.reduce([frame.index.isin(part.rows) for part in parts])
    return frame.loc[rows, [column for column in frame.columns if column in wanted]]
