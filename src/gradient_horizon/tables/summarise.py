"""From long tables to the tables that are derived from them: baselines, estimates with intervals, a few networks."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gradient_horizon.tables.catalogue import BY_RUN_KEY, FROM_NETWORKS, FROM_TABLES, TABLES, StoredTables
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.table import Tables


def summarise(tables: Tables) -> dict[str, pd.DataFrame]:
    """All derived tables."""
    derived: dict[str, pd.DataFrame] = {}
    for name, rows in FROM_TABLES.items():
        derived[name] = TABLES[name].frame(rows({**tables, **derived}))
    return derived


def summarise_stored(folder: Path, runs: Sequence[RunFiles]) -> None:
    """Writes the derived tables that are not made with those of runs; each forgets what it has read of the others.

    Those of saved networks are the last, since all others choose the networks.
    """
    for name, of_tables in FROM_TABLES.items():
        if name not in BY_RUN_KEY:
            TABLES[name].save(TABLES[name].frame(of_tables(StoredTables(folder))), folder)
    for name, of_networks in FROM_NETWORKS.items():
        TABLES[name].save(TABLES[name].frame(of_networks(StoredTables(folder), runs)), folder)
