"""How a table of `registries.TABLES` is defined: its schema, and the function that yields its rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row, Schema

Tables = Mapping[str, pd.DataFrame]


class TablesInPieces(Mapping[str, pd.DataFrame], ABC):
    """Tables that need not be in memory as a whole."""

    @abstractmethod
    def pieces(self, name: str) -> Iterator[pd.DataFrame]:
        """The rows of a table whose key begins with `RUN_KEY`, in order; no value of that is in two pieces."""


def pieces_of(tables: Tables, name: str) -> Iterator[pd.DataFrame]:
    """The rows of a table as `TablesInPieces` has them; all at once, where they are in memory."""
    if isinstance(tables, TablesInPieces):
        yield from tables.pieces(name)
    else:
        yield tables[name]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table without its name, which stands in the registry.

    `of_run` yields the rows of one run; where the key begins with `RUN_KEY`, these columns are those of the run.
    `of_tables` yields all rows, from the tables before this one in the registry (long ones: see `pieces_of`).
    `of_networks` yields all rows as well, from the tables of both kinds and the files of the runs that it chooses by
    them. A table with none of these is read from a file of its own job.
    """

    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    of_run: Callable[[RunFiles], Iterable[Row]] | None = None
    of_tables: Callable[[Tables], Iterable[Row]] | None = None
    of_networks: Callable[[Tables, Sequence[RunFiles]], Iterable[Row]] | None = None

    def schema(self, name: str) -> Schema:
        """The schema of the table under this name."""
        return Schema(name, self.row, self.columns, self.key)
