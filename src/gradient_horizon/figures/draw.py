"""From a figure's name to its file."""

import io
from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.claims.judge import TESTS
from gradient_horizon.figures.style import house_style
from gradient_horizon.storage import write
from gradient_horizon.tables.contracts import load_tables


def draw_figure(name: str, tables_folder: Path, claims_folder: Path, language: str, out: Path) -> None:
    """Draws a registered figure from tables and test results, as SVG with the same bytes each time."""
    module = registries.load(registries.FIGURES, "figure", name)
    with house_style():
        figure = module(load_tables(tables_folder), TESTS.load(claims_folder), language)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    write(out, buffer.getvalue())
