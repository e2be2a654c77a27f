"""Parquet that is written as rows come, to the bytes that it has when all are written at once."""

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_IN_A_GROUP = 1024 * 1024
"""As many as pyarrow puts into a row group when it is given a whole table."""


class RowGroups:
    """The rows of a Parquet file, which wait until they fill a row group."""

    def __init__(self, file: BinaryIO, schema: pa.Schema):
        self._writer = pq.ParquetWriter(file, schema)
        self._waiting = schema.empty_table()
        self._is_empty = True

    def add(self, table: pa.Table) -> None:
        """Further rows, with the schema of the file."""
        self._waiting = pa.concat_tables([self._waiting, table])
        while len(self._waiting) >= ROWS_IN_A_GROUP:
            self._write(ROWS_IN_A_GROUP)

    def close(self) -> None:
        """Writes what waits, and the end of the file."""
        if len(self._waiting) or self._is_empty:
            self._write(len(self._waiting))
        self._writer.close()

    def _write(self, rows: int) -> None:
        """In one chunk, since a page ends where a chunk does."""
        self._writer.write_table(self._waiting.slice(0, rows).combine_chunks())
        self._waiting, self._is_empty = self._waiting.slice(rows), False
