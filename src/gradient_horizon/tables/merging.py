"""Joins the tables of parts of a study that were run apart, into those of one study of all their runs."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from gradient_horizon.errors import MergeError
from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES
from gradient_horizon.tables.schema import Schema
from gradient_horizon.tables.summarise import summarise
from gradient_horizon.tables.table import Tables

KEPT = ("runs", "powers", "equality", "networks", "gradients", "gates", "extrapolation")
"""The tables that claims read, and those that estimates are made from; the others are large, and for figures only."""

ADDED = ("extrapolation",)
"""Those of them that parts of earlier versions lack, and that have no rows there."""

Parts = Mapping[str, Tables]
"""The tables of `KEPT`, by the name of a part."""


def join_parts(parts: Parts) -> dict[str, pd.DataFrame]:
    """The joined tables, and those that are made from them.

    Rows that several parts have count once. Raises MergeError where these differ in any bit. Checks need no run, and
    every part makes them, rounded by its processor: those of the first part count.
    """
    joined = {name: _joined if name in FROM_RUNS else _first for name in KEPT}
    tables = {
        name: join(TABLES[name], {part: tables[name] for part, tables in parts.items()})
        for name, join in joined.items()
    }
    return tables | summarise(_without_rows() | tables)


def _without_rows() -> dict[str, pd.DataFrame]:
    """The tables from runs that parts leave out, empty."""
    return {name: TABLES[name].frame([]) for name in FROM_RUNS if name not in KEPT}


def different_checks(parts: Parts) -> Iterator[tuple[str, str]]:
    """The tables of checks that differ from those of the first part, each with the part that has them."""
    first = next(iter(parts.values()))
    for part, tables in parts.items():
        for name in KEPT:
            if name not in FROM_RUNS and not _bits(tables[name]).equals(_bits(first[name])):
                yield part, name


def _joined(schema: Schema, pieces: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    frame, key = pd.concat(pieces), list(schema.key)
    if frame.duplicated(key).any():
        frame = frame[~_bits(frame).duplicated()]
        doubled = frame[frame.duplicated(key, keep=False)]
        if len(doubled):
            raise MergeError(_difference(schema, doubled.sort_values(key, kind="stable").iloc[:2]))
    return schema.join([frame])


def _first(schema: Schema, pieces: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    (first, frame), *others = pieces.items()
    for part, other in others:
        if not frame[list(schema.key)].equals(other[list(schema.key)]):
            raise MergeError(
                f"table {schema.name!r} of {part} must have the rows of {first}, by {', '.join(schema.key)}; "
                f"got {len(other)} rows beside {len(frame)}, with other keys"
            )
    return frame


def _bits(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the bits of its numbers, among which -0 is not 0, and NaN is itself."""
    numbers = frame.select_dtypes("float64")
    return frame.assign(**{name: numbers[name].to_numpy().view(np.int64) for name in numbers})


def _difference(schema: Schema, two: pd.DataFrame) -> str:
    """What differs between two rows of the same key; their index begins with the names of their parts."""
    (one, other), bits = two.to_dict("records"), _bits(two)
    column = next(name for name in two if bits[name].duplicated().sum() == 0)
    key = ", ".join(f"{name} {one[name]}" for name in schema.key)
    parts = " and ".join(str(index[0]) for index in two.index)
    return (
        f"table {schema.name!r} must have the same row in {parts} for {key}; got {column} {one[column]} and "
        f"{other[column]}. Measures are rounded by the processor: run on two kinds, parts must hold different runs."
    )
