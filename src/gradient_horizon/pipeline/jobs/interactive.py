"""One interactive figure in all languages."""

from pathlib import Path

from gradient_horizon.figures.interactive.specify import write_specification


def specify(*, name: str, tables: Path, sources: Path, out: Path) -> None:
    """Writes the specification of one interactive figure from the tables."""
    write_specification(name, tables, sources, out)
