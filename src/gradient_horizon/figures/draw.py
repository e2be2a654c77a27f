"""Writes figures as SVG files: registered ones, and those of the claims that only a study makes."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim
from gradient_horizon.figures.judged import Curves
from gradient_horizon.figures.style import NARROW, WIDTH, Picture, house_style
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

Draw = Callable[[Tables, pd.DataFrame, Words, str], Picture]


def draw_figure(
    name: str, tables: Tables, tests: pd.DataFrame, sources: Path, out: Path, own_cells: Sequence[str] = ()
) -> None:
    """Draws a registered figure in a folder per language, wide and narrow: SVG, the same bytes from the same tables.

    From tables, test results and the words in LANGUAGE/figures/NAME.json of the report's sources; raises ReportError
    where a word is missing. `own_cells` are the user's own, in the order in which they take colours.
    """
    draw: Draw = registries.load(registries.FIGURES, "figure", name)
    widths = widths_of(tables["runs"])
    words = {language: figure_words(name, sources, language, widths) for language in LANGUAGES}
    _write(name, draw, words, tables, tests, out, own_cells)


def draw_own_claim(
    claim: Claim, tables: Tables, tests: pd.DataFrame, sources: Path, out: Path, own_cells: Sequence[str] = ()
) -> None:
    """Draws the figure of a claim that the study makes itself, likewise, with words that all such claims share."""
    widths = widths_of(tables["runs"])
    words = {language: Words({}, **_shared(sources, language, widths)) for language in LANGUAGES}
    _write(claim.figure, Curves(claim), words, tables, tests, out, own_cells)


def figure_words(name: str, sources: Path, language: str, widths: Mapping[str, int] = NO_WIDTHS) -> Words:
    """A figure's words in a language, with those that several figures share, and a study's widths in its names."""
    own = read_words(sources / language / "figures" / f"{name}.json")["words"]
    return Words(own, **_shared(sources, language, widths))


def _shared(sources: Path, language: str, widths: Mapping[str, int]) -> dict[str, Words]:
    shared = {each: read_words(sources / language / f"{each}.json") for each in SHARED}
    return shared | {"names": read_names(sources, language, widths)}


def _write(
    name: str,
    draw: Draw,
    words: dict[str, Words],
    tables: Tables,
    tests: pd.DataFrame,
    out: Path,
    own_cells: Sequence[str],
) -> None:
    for language in LANGUAGES:
        for form, width in FORMS.items():
            with house_style(width, own_cells):
                write(out / language / f"{name}{form}.svg", svg(draw(tables, tests, words[language], language)))
