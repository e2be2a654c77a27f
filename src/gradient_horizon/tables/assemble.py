"""From the files of the runs to long tables: the first place where runs meet."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Row

ROWS_IN_A_PIECE = 100_000
"""Rows are dictionaries, which take the most memory, until a table has gathered more than this many."""


def assemble(runs: Sequence[RunFiles]) -> dict[str, pd.DataFrame]:
    """The tables whose rows come from single runs."""
    rows: dict[str, list[Row]] = {name: [] for name in FROM_RUNS}
    pieces: dict[str, list[pd.DataFrame]] = {name: [] for name in FROM_RUNS}
    for run in map(replace, runs):  # copies, so that the arrays which one has read are released with it
        for name, rows_of in FROM_RUNS.items():
            rows[name].extend(rows_of(run))
            if len(rows[name]) > ROWS_IN_A_PIECE:
                pieces[name].append(TABLES[name].piece(rows[name]))
                rows[name] = []
    return {name: TABLES[name].join([*pieces.pop(name), TABLES[name].piece(rows.pop(name))]) for name in FROM_RUNS}
