"""What a table promises: its columns in order, their types, units and meaning; and how it is written."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gradient_horizon.errors import TableError
from gradient_horizon.storage import require_whole, writing

Kind = Literal["text", "count", "number", "flag"]

_DTYPES = {"text": "string", "count": "Int64", "number": "float64", "flag": "bool"}
_ARROW = {"text": pa.string(), "count": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}


@dataclass(frozen=True)
class Column:
    """A column: its kind, its unit ("-": none), what it means."""

    name: str
    kind: Kind
    unit: str
    meaning: str


@dataclass(frozen=True)
class Contract:
    """A table: what a row is, its columns, and the columns that tell rows apart and order them."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def frame(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """A sorted, validated frame from rows."""
        return self.join([self.piece(rows)])

    def piece(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Rows as a frame with the promised types, a twentieth of the memory; neither sorted nor validated."""
        frame = pd.DataFrame.from_records(list(rows), columns=[column.name for column in self.columns])
        for column in self.columns:
            frame[column.name] = frame[column.name].astype(_DTYPES[column.kind])
        return frame

    def join(self, pieces: list[pd.DataFrame]) -> pd.DataFrame:
        """The sorted, validated frame of some pieces, which are taken out of the list: they would double the memory."""
        frame = pd.concat(pieces, ignore_index=True)
        pieces.clear()
        frame = frame.sort_values(list(self.key), kind="stable", ignore_index=True)
        self.validate(frame)
        return frame

    def validate(self, frame: pd.DataFrame) -> None:
        """Raises TableError where columns, types or the key are not as promised."""
        names = [column.name for column in self.columns]
        if list(frame.columns) != names:
            raise TableError(f"table {self.name!r} must have columns {names}, got {list(frame.columns)}")
        for column in self.columns:
            given, wanted = str(frame[column.name].dtype), _DTYPES[column.kind]
            if given != wanted:
                raise TableError(f"column {self.name}.{column.name} must be of type {wanted}, got {given}")
        doubled = frame[frame.duplicated(list(self.key))]
        if len(doubled):
            raise TableError(
                f"table {self.name!r} must have one row per {self.key}, got {doubled.iloc[0].to_dict()} twice"
            )

    def save(self, frame: pd.DataFrame, folder: Path) -> None:
        """Writes NAME.parquet, and NAME.csv for people."""
        self.validate(frame)
        schema = pa.schema([pa.field(c.name, _ARROW[c.kind], metadata={"unit": c.unit}) for c in self.columns])
        with writing(folder / f"{self.name}.parquet") as file:
            pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), file)
        with writing(folder / f"{self.name}.csv") as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
            frame.to_csv(text, index=False, lineterminator="\n", float_format="%.10g")

    def load(self, folder: Path) -> pd.DataFrame:
        """Reads NAME.parquet; raises DamagedError where it is not what was written, TableError where not promised."""
        file = folder / f"{self.name}.parquet"
        require_whole(file)
        frame = pd.read_parquet(file)
        for column in self.columns:
            if column.name in frame:
                frame[column.name] = frame[column.name].astype(_DTYPES[column.kind])
        self.validate(frame)
        return frame
