"""Comparison of two results: byte for byte, or verdict by verdict and number by number."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.pipeline.parts import ABOUT, tables_of
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.schema import Schema

MADE = ("tables", "claims", "figures", "report")
"""The folders with the results of a study; durations are not compared."""

ABSOLUTE = 1e-12
"""Numbers that differ by less than this count as equal."""


def manifest(results: Path) -> dict[str, str]:
    """The SHA-256 of every file in the compared folders, by its path relative to the results."""
    files = (path for folder in MADE for path in (results / folder).rglob("*") if path.is_file())
    names = {path.relative_to(results).as_posix(): path for path in files if ".sha256" not in path.parts}
    return {name: hashlib.sha256(names[name].read_bytes()).hexdigest() for name in sorted(names)}


def different_files(first: Path, second: Path) -> list[str]:
    """The files that differ in any byte, or exist in one of the two results only."""
    one, other = manifest(first), manifest(second)
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


@dataclass(frozen=True)
class Difference:
    """One difference between two results: where it is, and what it is."""

    where: str
    what: str


@dataclass(frozen=True)
class Exemption:
    """Columns of numbers, such as "powers.error", that may differ by more than the tolerance: by how much, and why.

    `rows`: only in rows with these values of other columns; by default in all.
    """

    columns: tuple[str, ...]
    absolute: float
    reason: str
    rows: Mapping[str, str] = field(default_factory=dict)


def compare(
    results: Path, reference: Path, *, tolerance: float, exemptions: Sequence[Exemption] = ()
) -> list[Difference]:
    """The differences of verdicts, tests and tables; numbers may differ by `tolerance` times the larger of both.

    Of a reference that is a part, only the tables that parts keep are compared.
    """
    allowed, differences = _Allowed(tolerance, exemptions), list[Difference]()
    is_part = (reference / ABOUT).is_file()
    if not is_part:
        differences += _verdicts(results / "claims", reference / "claims")
        key = ["claim", "test", "kind", "setting"]
        differences += _rows(TESTS, key, results / "claims", reference / "claims", allowed)
    for name in tables_of(reference) if is_part else TABLES:
        schema = TABLES[name]
        differences += _rows(schema, list(schema.key), results / "tables", reference / "tables", allowed)
    return differences


@dataclass(frozen=True)
class _Allowed:
    """By how much numbers may differ."""

    tolerance: float
    exemptions: Sequence[Exemption]

    def absolute(self, column: str, rows: pd.DataFrame) -> np.ndarray:
        """The absolute difference that this column, "table.name", may have in each of these rows."""
        limit = np.full(len(rows), ABSOLUTE)
        for exemption in self.exemptions:
            if column in exemption.columns:
                exempt = [rows[name].eq(value) for name, value in exemption.rows.items()]
                limit[np.logical_and.reduce(exempt, initial=True)] = exemption.absolute
        return limit


def _verdicts(folder: Path, other: Path) -> Iterator[Difference]:
    one, two = (_read(VERDICTS, place).set_index("claim")["verdict"] for place in (folder, other))
    for claim in sorted({*one.index, *two.index}):
        here, there = one.get(claim, "not judged"), two.get(claim, "not judged")
        if here != there:
            yield Difference(f"claims.{claim}", f"verdict {here!r}, in the reference {there!r}")


def _rows(schema: Schema, key: list[str], folder: Path, other: Path, allowed: _Allowed) -> Iterator[Difference]:
    where = f"{folder.name}.{schema.name}"
    if not all((place / f"{schema.name}.parquet").exists() for place in (folder, other)):
        yield Difference(where, "table in one of both only")
        return
    here, there = (_read(schema, place) for place in (folder, other))
    both = here.merge(there, on=key, how="outer", suffixes=("", " there"), indicator=True)
    for side, place in (("left_only", "here"), ("right_only", "in the reference")):
        if alone := int(both["_merge"].eq(side).sum()):
            yield Difference(where, f"{alone} rows only {place}")
    both = both[both["_merge"].eq("both")]
    for column in schema.file_columns:
        if column.name in key or f"{column.name} there" not in both:
            continue
        pair = both[column.name], both[f"{column.name} there"]
        absolute = allowed.absolute(f"{schema.name}.{column.name}", both)
        is_number = column.kind == "number"
        differs, largest = _numbers(*pair, allowed.tolerance, absolute) if is_number else (_texts(*pair), np.nan)
        if differs.any():
            size = "" if np.isnan(largest) else f", by up to {largest:.2g} of its size"
            yield Difference(f"{where}.{column.name}", f"differs in {int(differs.sum())} of {len(both)} rows{size}")


def _numbers(one: pd.Series, two: pd.Series, tolerance: float, absolute: np.ndarray) -> tuple[np.ndarray, float]:
    """Which rows of two columns differ by more than is allowed, and the largest relative difference among them."""
    first, second = one.to_numpy(float), two.to_numpy(float)
    alike = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):
        gap = np.abs(np.where(alike, 0, first) - np.where(alike, 0, second))
        size = np.maximum(np.abs(first), np.abs(second))
        differs = ~alike & ~(np.isfinite(gap) & (gap <= tolerance * size + absolute))
        share = np.where(np.isfinite(gap / size), gap / size, np.inf)
    return differs, float(share[differs].max()) if differs.any() else np.nan


def _texts(one: pd.Series, two: pd.Series) -> np.ndarray:
    first, second = one.astype("string"), two.astype("string")
    same: np.ndarray = (first.eq(second).fillna(False) | (first.isna() & second.isna())).to_numpy(bool)
    return ~same


def _read(schema: Schema, folder: Path) -> pd.DataFrame:
    """A table as stored, whatever its version; texts as objects, which pandas can merge where a column is empty."""
    frame = pd.read_parquet(folder / f"{schema.name}.parquet")
    return frame.astype(dict.fromkeys(frame.select_dtypes("string"), object))
