"""Writes registered figures as SVG files."""

import io
import re
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon import registries
from gradient_horizon.figures.style import house_style
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import Tables

SHARED = ("evidence", "forests")
"""Words that several figures read, by the names of their files."""


def draw_figure(name: str, tables: Tables, tests: pd.DataFrame, sources: Path, out: Path) -> None:
    """Draws a registered figure in a folder per language: SVG, the same bytes from the same tables.

    From tables, test results and the words in LANGUAGE/figures/NAME.json of the report's sources; raises ReportError
    where a word is missing.
    """
    draw = registries.load(registries.FIGURES, "figure", name)
    for language in LANGUAGES:
        words = figure_words(name, sources / language)
        with house_style():
            write(out / language / f"{name}.svg", svg(draw(tables, tests, words, language)))


def figure_words(name: str, folder: Path) -> Words:
    """A figure's words in a language's folder; with those of evidence and of forests, which several figures share."""
    own = read_words(folder / "figures" / f"{name}.json")["words"]
    return Words(own, **{shared: read_words(folder / f"{shared}.json") for shared in SHARED})


def svg(figure: Figure) -> str:
    """The figure as SVG with text as outlines: no date, coordinates to a tenth of a point, short names of glyphs."""
    _settle(figure)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = re.sub(r'(?<= d=")[^"]+', lambda path: _rounded(path[0].replace("\n", "")), buffer.getvalue())
    text = re.sub(r"(?<=translate\()[^)]+|(?<= [xy]=\")[^\"]+", lambda place: _rounded(place[0]), text)
    text = text.replace("DejaVuSans-Bold-", "b").replace("DejaVuSans-", "g").replace('xlink:href="#', 'href="#')
    return re.sub(r"\n\s*", "\n", text)


def _settle(figure: Figure) -> None:
    """Fixes the layout and rounds positions to 5 decimals, since the layout solver's last digits vary between runs."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(place, 5) for place in axes.get_position(original=True).bounds)
        axes.set_position((left, bottom, width, height))


def _rounded(numbers: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}".rstrip("0").rstrip("."), numbers)
