"""From long tables to the tables that are derived from them: baselines, and estimates with intervals."""

import pandas as pd

from gradient_horizon.tables.catalogue import FROM_TABLES, TABLES
from gradient_horizon.tables.table import Tables


def summarise(tables: Tables) -> dict[str, pd.DataFrame]:
    """All derived tables."""
    derived: dict[str, pd.DataFrame] = {}
    for name, rows in FROM_TABLES.items():
        derived[name] = TABLES[name].frame(rows({**tables, **derived}))
    return derived
