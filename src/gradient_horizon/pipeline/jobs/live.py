"""The data of the page's live parts, for all languages."""

import json
from pathlib import Path

from gradient_horizon.reporting.live_data import live_data
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import StoredTables


def write_live(*, tables: Path, out: Path) -> None:
    """Writes what the live parts compute with and compare with, from the tables."""
    text = json.dumps(live_data(StoredTables(tables)), sort_keys=True, separators=(",", ":"), allow_nan=False)
    write(out, f"{text}\n")
