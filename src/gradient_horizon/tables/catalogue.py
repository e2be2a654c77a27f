"""All tables by name: their schemas, the functions that yield their rows, and the stored tables of a study."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.tables.columns import RUN_KEY
from gradient_horizon.tables.table import Table, Tables, TablesInPieces

__all__ = ["FROM_NETWORKS", "FROM_RUNS", "FROM_TABLES", "TABLES", "StoredTables", "Tables"]

_DEFINITIONS: dict[str, Table] = {name: registries.load(registries.TABLES, "table", name) for name in registries.TABLES}

TABLES = {name: table.schema(name) for name, table in _DEFINITIONS.items()}
FROM_RUNS = {name: table.of_run for name, table in _DEFINITIONS.items() if table.of_run is not None}
FROM_TABLES = {name: table.of_tables for name, table in _DEFINITIONS.items() if table.of_tables is not None}
FROM_NETWORKS = {name: table.of_networks for name, table in _DEFINITIONS.items() if table.of_networks is not None}


class StoredTables(TablesInPieces):
    """All tables of a study by name; each is read on first access, which raises what `Schema.load` raises."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = TABLES[name].load(self._folder)
        return self._read[name]

    def pieces(self, name: str) -> Iterator[pd.DataFrame]:
        """See `TablesInPieces`; raises what `Schema.load` raises."""
        return TABLES[name].load_pieces(self._folder, RUN_KEY)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)
