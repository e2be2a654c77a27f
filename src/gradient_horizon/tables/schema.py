"""Schemas of tables: columns in order with types, units and meanings; and how a table is written and read."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gradient_horizon.errors import TableError
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.storage import require_whole, writing
from gradient_horizon.tables.row_groups import RowGroups

Kind = Literal["text", "count", "number", "flag", "censored"]
Row = dict[str, Any]
"""Values by the names of their columns."""

CSV: Mapping[str, Any] = MappingProxyType({"index": False, "lineterminator": "\n", "float_format": "%.10g"})
"""How tables are written for people."""

ROWS_IN_A_PIECE = 100_000
"""Rows of a long table are made, or read, so many at a time; as dictionaries they take twenty times the memory."""

_DTYPES = {"text": "string", "count": "Int64", "number": "float64", "flag": "bool", "censored": "object"}
_ARROW = {"text": pa.string(), "count": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}


@dataclass(frozen=True)
class Column:
    """A column: its kind, its unit ("-": none), what it means.

    A column of kind "censored" holds `Censored` values, or None; in files it is two, NAME and NAME_censored.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str


@dataclass(frozen=True)
class Schema:
    """A table: what a row is, its columns, and the columns that tell rows apart and order them."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that the table has in files."""
        return tuple(each for column in self.columns for each in _files(column))

    def frame(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """A sorted, validated frame from rows."""
        left = iter(rows)
        return self.join([self.piece([]), *map(self.piece, iter(lambda: list(islice(left, ROWS_IN_A_PIECE)), []))])

    def piece(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows as a typed frame, which takes a twentieth of their memory; neither sorted nor validated."""
        frame = pd.DataFrame.from_records(list(rows), columns=[column.name for column in self.columns])
        for column in self.columns:
            frame[column.name] = _typed(frame[column.name], column.kind)
        return frame

    def join(self, pieces: list[pd.DataFrame]) -> pd.DataFrame:
        """One sorted, validated frame; empties the list of its pieces, which would double the memory."""
        frame = pd.concat(pieces, ignore_index=True)
        pieces.clear()
        frame = frame.sort_values(list(self.key), kind="stable", ignore_index=True)
        self.validate(frame)
        return frame

    def validate(self, frame: pd.DataFrame) -> None:
        """Raises TableError where columns, types or the key differ from the schema."""
        names = [column.name for column in self.columns]
        if list(frame.columns) != names:
            raise TableError(f"table {self.name!r} must have columns {names}, got {list(frame.columns)}")
        for column in self.columns:
            given, wanted = str(frame[column.name].dtype), _DTYPES[column.kind]
            if given != wanted:
                raise TableError(f"column {self.name}.{column.name} must be of type {wanted}, got {given}")
            if column.kind == "censored" and not all(
                isinstance(value, Censored) for value in frame[column.name].dropna()
            ):
                raise TableError(f"column {self.name}.{column.name} must hold Censored values, got plain ones")
        doubled = frame[frame.duplicated(list(self.key))]
        if len(doubled):
            raise TableError(
                f"table {self.name!r} must have one row per {self.key}, got {doubled.iloc[0].to_dict()} twice"
            )

    def save(self, frame: pd.DataFrame, folder: Path) -> None:
        """Writes NAME.parquet, and NAME.csv for people."""
        self.validate(frame)
        with self.writing(folder) as add:
            add(frame)

    @contextmanager
    def writing(self, folder: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
        """As `save`, for a table that is written piece by piece: `join` makes pieces, the function given writes them.

        It raises TableError where a piece does not come after those before it, in the order of the key.
        """
        empty, last = self._plain(self.frame([])), None
        with (
            writing(folder / f"{self.name}.parquet") as file,
            closing(RowGroups(file, self._arrow(empty).schema)) as groups,
            writing(folder / f"{self.name}.csv") as csv,
            io.TextIOWrapper(csv, "utf-8", newline="") as text,
        ):
            empty.to_csv(text, **CSV)

            def add(frame: pd.DataFrame) -> None:
                nonlocal last
                last, plain = self._last_key(frame, last), self._plain(frame)
                groups.add(self._arrow(plain))
                plain.to_csv(text, header=False, **CSV)

            yield add

    def _last_key(self, frame: pd.DataFrame, before: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        """The key of the last row up to here; raises TableError where the first is not after that of the row before."""
        if frame.empty:
            return before
        first, last = (tuple(row.values()) for row in frame[list(self.key)].iloc[[0, -1]].to_dict("records"))
        if before is not None and first <= before:
            raise TableError(
                f"table {self.name!r} must have one row per {self.key}, and be written in their order, got {first} "
                f"after {before}"
            )
        return last

    def _arrow(self, plain: pd.DataFrame) -> pa.Table:
        fields = [pa.field(c.name, _ARROW[c.kind], metadata={"unit": c.unit}) for c in self.file_columns]
        return pa.Table.from_pandas(plain, schema=pa.schema(fields), preserve_index=False)

    def csv(self, frame: pd.DataFrame) -> str:
        """A frame with some of the table's columns and rows, as `save` writes them for people."""
        return str(self._plain(frame).to_csv(None, **CSV))

    def _plain(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns of a frame as they are in files."""
        given = (column for column in self.columns if column.name in frame)
        return pd.DataFrame({name: values for c in given for name, values in _stored(frame[c.name], c)})

    def load(self, folder: Path) -> pd.DataFrame:
        """Reads NAME.parquet; raises DamagedError where it is not what was written, TableError as `validate` does."""
        file = folder / f"{self.name}.parquet"
        require_whole(file)
        return self.read(file)

    def load_pieces(self, folder: Path, first: Sequence[str]) -> Iterator[pd.DataFrame]:
        """As `load`, piece by piece, by columns with which the key begins; no value of these is in two pieces."""
        file, waiting = folder / f"{self.name}.parquet", self.frame([])
        require_whole(file)
        for batch in pq.ParquetFile(file).iter_batches(ROWS_IN_A_PIECE):
            rows = pd.concat([waiting, self._restored(batch.to_pandas())], ignore_index=True)
            is_last = rows[list(first)].eq(rows[list(first)].iloc[-1]).all(axis="columns")
            yield rows[~is_last]
            waiting = rows[is_last]
        yield waiting

    def read(self, file: Path) -> pd.DataFrame:
        """Reads a file that `save` wrote as Parquet, whatever its checksum; raises TableError as `validate` does."""
        return self._restored(pd.read_parquet(file))

    def load_csv(self, file: Path) -> pd.DataFrame:
        """Reads the CSV that `save` wrote, to ten digits; raises TableError as `validate` does."""
        empty_is_text = {column.name for column in self.columns if column.kind == "text"}
        missing = {column.name: [""] for column in self.file_columns if column.name not in empty_is_text}
        types = {column.name: "string" for column in self.file_columns if column.kind == "text"}
        return self._restored(pd.read_csv(file, dtype=types, keep_default_na=False, na_values=missing))

    def _restored(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame read from a file, with the columns and types of the schema."""
        for column in self.columns:
            if column.kind == "censored" and column.name in frame and _side(column) in frame:
                frame[column.name] = _restored(frame[column.name], frame.pop(_side(column)))
            elif column.name in frame:
                frame[column.name] = _typed(frame[column.name], column.kind)
        self.validate(frame)
        return frame


def _side(column: Column) -> str:
    return f"{column.name}_censored"


def _files(column: Column) -> tuple[Column, ...]:
    """The columns that a column is in files."""
    if column.kind != "censored":
        return (column,)
    side = Column(_side(column), "text", "-", "no: the value itself; left or right: it is at most or at least this")
    return (replace(column, kind="number"), side)


def _stored(values: pd.Series, column: Column) -> Iterator[tuple[str, pd.Series]]:
    if column.kind != "censored":
        yield column.name, values
        return
    pairs = [(math.nan, None) if value is None else value.parts for value in values]
    yield column.name, pd.Series([number for number, _ in pairs], values.index, "float64")
    yield _side(column), pd.Series([side for _, side in pairs], values.index, "string")


def _restored(numbers: pd.Series, sides: pd.Series) -> pd.Series:
    pairs = zip(numbers, sides, strict=True)
    values = [None if pd.isna(side) else Censored(float(number), Side(side)) for number, side in pairs]
    return pd.Series(values, numbers.index, "object")


def _typed(values: pd.Series, kind: Kind) -> pd.Series:
    typed = values.astype(_DTYPES[kind])
    return typed.where(typed.notna(), None) if kind == "censored" else typed
