"""One figure in all languages."""

from pathlib import Path

from gradient_horizon.figures.draw import draw_figure


def draw(*, name: str, tables: Path, claims: Path, sources: Path, out: Path) -> None:
    """Draws one figure from the tables and the verdicts."""
    draw_figure(name, tables, claims, sources, out)
