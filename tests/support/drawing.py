"""Figures and specifications drawn from tables, with the words of the repository's report."""

from functools import cache
from pathlib import Path

from hand_made_tables import EMPTY
from judged import judged
from matplotlib.text import Text

from gradient_horizon import registries
from gradient_horizon.figures.draw import figure_words
from gradient_horizon.figures.style import WIDTH, house_style
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.words import read_words

PROSE = Path(__file__).parents[2] / "report"
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]


@cache
def texts_of(name, language):
    """Alt text, caption and words of a figure."""
    return read_words(PROSE / language / "figures" / f"{name}.json")


@cache
def every_test(outcome):
    """All tests of all claims, with this outcome."""
    tests = judged(CLAIMS, EMPTY)[1].copy()
    tests["outcome"] = outcome
    return tests


def tests_of(tables):
    """All tests of all claims as these tables answer them."""
    return judged(CLAIMS, tables)[1]


def network(cell, remedy="none", language="en"):
    """The name that readers see of a cell with a remedy."""
    return DisplayNames.read(PROSE, language).network(cell, remedy)


def draw(name, tables, language="en", tests=None, words=None, width=WIDTH):
    """A registered figure; where nothing else is given, all tests are unclear."""
    with house_style(width):
        return registries.load(registries.FIGURES, "figure", name)(
            tables,
            every_test("unclear") if tests is None else tests,
            figure_words(name, PROSE, language) if words is None else words,
            language,
        )


def texts(figure):
    """Title, subtitle, and all visible texts."""
    return [figure.title, figure.subtitle, *(text.get_text() for text in visible(figure))]


def visible(figure):
    """All texts that are seen."""
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def title(figure):
    """The title."""
    return figure.title
