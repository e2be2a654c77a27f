"""Writes registered figures as SVG files."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.figures.style import NARROW, WIDTH, house_style
from gradient_horizon.figures.svg import svg
from gradient_horizon.language.display_names import NO_WIDTHS, read_names
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.runs import widths_of

SHARED = ("evidence", "forests")
"""Words that several figures read, beside names, by the names of their files."""
FORMS = {"": WIDTH, ".narrow": NARROW}
"""What follows a figure's name in that of its file, and the width in inches: for paper and screens, and for phones."""


def draw_figure(name: str, tables: Tables, tests: pd.DataFrame, sources: Path, out: Path) -> None:
    """Draws a registered figure in a folder per language, wide and narrow: SVG, the same bytes from the same tables.

    From tables, test results and the words in LANGUAGE/figures/NAME.json of the report's sources; raises ReportError
    where a word is missing.
    """
    draw = registries.load(registries.FIGURES, "figure", name)
    widths = widths_of(tables["runs"])
    for language in LANGUAGES:
        words = figure_words(name, sources, language, widths)
        for form, width in FORMS.items():
            with house_style(width):
                write(out / language / f"{name}{form}.svg", svg(draw(tables, tests, words, language)))


def figure_words(name: str, sources: Path, language: str, widths: Mapping[str, int] = NO_WIDTHS) -> Words:
    """A figure's words in a language, with those that several figures share, and a study's widths in its names."""
    folder = sources / language
    own = read_words(folder / "figures" / f"{name}.json")["words"]
    shared = {each: read_words(folder / f"{each}.json") for each in SHARED}
    return Words(own, names=read_names(sources, language, widths), **shared)
