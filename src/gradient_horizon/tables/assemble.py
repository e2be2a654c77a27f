"""From the files of the runs to long tables, written as they grow: the first place where runs meet."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.storage import is_whole, require_whole
from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES
from gradient_horizon.tables.columns import RUN_KEY
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Row

ROWS_IN_A_PIECE = 20_000
"""Rows are written when a table has more than this many; as dictionaries, which take the most memory, no more wait."""

UNORDERED = frozenset(name for name in FROM_RUNS if TABLES[name].key[: len(RUN_KEY)] != RUN_KEY)
"""Tables whose rows do not come in the order of runs: they are kept until all rows are there."""


def assemble(runs: Iterable[RunFiles], folder: Path) -> None:
    """Writes the tables whose rows come from single runs.

    Raises DamagedError for all files that are not what was written.
    """
    kept: dict[str, list[pd.DataFrame]] = {name: [] for name in UNORDERED}
    with ExitStack() as files:
        add = {name: files.enter_context(TABLES[name].writing(folder)) for name in FROM_RUNS}
        for tables in _tables(_whole(sorted(runs, key=_run_key))):
            for name, table in tables.items():
                keep_or_write = kept[name].append if name in kept else add[name]
                keep_or_write(table)
        for name, pieces in kept.items():
            add[name](TABLES[name].join(pieces))


def _run_key(run: RunFiles) -> tuple[Any, ...]:
    return tuple(run.key[name] for name in RUN_KEY)


def _whole(runs: Iterable[RunFiles]) -> Iterator[RunFiles]:
    """The runs, whose files are checked just before they are read; with a damaged one, the others are only checked."""
    damaged: list[Path] = []
    for run in runs:
        damaged += [file for file in run.files if not is_whole(file)]
        if not damaged:
            yield replace(run)  # a copy, so that the arrays which it has read are released with it
    require_whole(*damaged)


def _tables(runs: Iterable[RunFiles]) -> Iterator[dict[str, pd.DataFrame]]:
    """The tables of a few runs at a time, given in the order of `RUN_KEY`, of which no value is divided."""
    gathered = _Gathered()
    for _, siblings in groupby(runs, _run_key):
        if gathered.rows > ROWS_IN_A_PIECE:
            yield gathered.tables()
            gathered = _Gathered()
        for run in siblings:
            gathered.add(run)
    yield gathered.tables()


class _Gathered:
    """Rows of runs, typed as soon as there are many."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = {name: [] for name in FROM_RUNS}
        self._typed: dict[str, list[pd.DataFrame]] = {name: [] for name in FROM_RUNS}

    @property
    def rows(self) -> int:
        """Those of the longest table."""
        return max(len(self._rows[name]) + sum(map(len, self._typed[name])) for name in FROM_RUNS)

    def add(self, run: RunFiles) -> None:
        """The rows of a run."""
        for name, rows_of in FROM_RUNS.items():
            self._rows[name].extend(rows_of(run))
            if len(self._rows[name]) > ROWS_IN_A_PIECE:
                self._type(name)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Sorted and validated."""
        for name in FROM_RUNS:
            self._type(name)
        return {name: TABLES[name].join(typed) for name, typed in self._typed.items()}

    def _type(self, name: str) -> None:
        self._typed[name].append(TABLES[name].piece(self._rows[name]))
        self._rows[name] = []
