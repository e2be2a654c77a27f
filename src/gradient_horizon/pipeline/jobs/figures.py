"""All figures in all languages, in one process, which imports and reads once."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.figures.draw import draw_figure
from gradient_horizon.tables.catalogue import StoredTables


def draw_all(*, tables: Path, claims: Path, sources: Path, out: Path) -> None:
    """Draws every registered figure from the tables and the verdicts."""
    stored, tests = StoredTables(tables), TESTS.load(claims)
    for name in registries.FIGURES:
        draw_figure(name, stored, tests, sources, out)
