"""From the files of the runs to long tables: the first place where runs meet."""

from collections.abc import Iterator, Sequence
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
    for run in _counting_selection_seeds_once(runs):
        for name, rows_of in FROM_RUNS.items():
            rows[name].extend(rows_of(run))
            if len(rows[name]) > ROWS_IN_A_PIECE:
                pieces[name].append(TABLES[name].piece(rows[name]))
                rows[name] = []
    return {name: TABLES[name].join([*pieces.pop(name), TABLES[name].piece(rows.pop(name))]) for name in FROM_RUNS}


def _counting_selection_seeds_once(runs: Sequence[RunFiles]) -> Iterator[RunFiles]:
    """Copies of the runs, so that the arrays which a copy has read are released with it.

    Jobs that differ only in their judged seeds train the same selection seeds; these count under the job with the
    smallest first seed.
    """
    jobs = [(tuple(run.key.values()), run.first_seed) for run in map(replace, runs)]
    smallest: dict[tuple[object, ...], int] = {}
    for key, first_seed in jobs:
        smallest[key] = min(first_seed, smallest.get(key, first_seed))
    for run, (key, first_seed) in zip(runs, jobs, strict=True):
        yield replace(run, counts_selection_seeds=first_seed == smallest[key])
