"""All interactive figures in all languages."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.figures.interactive.specify import write_specification
from gradient_horizon.tables.catalogue import StoredTables


def specify_all(*, tables: Path, sources: Path, out: Path) -> None:
    """Writes the specification of every registered interactive figure from the tables."""
    stored = StoredTables(tables)
    for name in registries.INTERACTIVE:
        write_specification(name, stored, sources, out)
