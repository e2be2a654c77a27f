"""From long tables to the tables that are derived from them: baselines, estimates with intervals, a few networks."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gradient_horizon.tables.catalogue import FROM_NETWORKS, FROM_TABLES, TABLES, StoredTables
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.table import Tables


def summarise(tables: Tables) -> dict[str, pd.DataFrame]:
    """All derived tables."""
    derived: dict[str, pd.DataFrame] = {}
    for name, rows in FROM_TABLES.items():
        derived[name] = TABLES[name].frame(rows({**tables, **derived}))
    return derived


def summarise_stored(folder: Path) -> None:
    """Writes them beside those that they are derived from; what one has read is released before the next."""
    for name, rows in FROM_TABLES.items():
        TABLES[name].save(TABLES[name].frame(rows(StoredTables(folder))), folder)


def of_chosen_runs(tables: Tables, runs: Sequence[RunFiles]) -> dict[str, pd.DataFrame]:
    """The tables of saved networks, which are opened only where all other tables choose them."""
    return {name: TABLES[name].frame(rows(tables, runs)) for name, rows in FROM_NETWORKS.items()}
