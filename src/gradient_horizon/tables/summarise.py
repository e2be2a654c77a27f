"""From long tables to the tables that are derived from them: baselines, and estimates with intervals."""

from collections.abc import Iterable

import pandas as pd

from gradient_horizon.tables.catalogue import FROM_TABLES, TABLES
from gradient_horizon.tables.table import Tables


def summarise(tables: Tables) -> dict[str, pd.DataFrame]:
    """All derived tables."""
    return _derive(FROM_TABLES, tables)


def summarise_solving(tables: Tables) -> dict[str, pd.DataFrame]:
    """Success by length, and memory horizons."""
    return _derive(("success", "horizons"), tables)


def _derive(names: Iterable[str], tables: Tables) -> dict[str, pd.DataFrame]:
    derived: dict[str, pd.DataFrame] = {}
    for name in names:
        derived[name] = TABLES[name].frame(FROM_TABLES[name]({**tables, **derived}))
    return derived
