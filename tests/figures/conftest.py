from functools import cache

import pytest
from drawing import draw, tests_of
from figure_tables import full_tables

from gradient_horizon.figures.style import WIDTH, house_style


@pytest.fixture(scope="session")
def tables():
    return full_tables()


@pytest.fixture(scope="session")
def one_network(tables):
    """The same tables with the first network alone, where they have a row per network: drawn faster."""
    return {name: table[table["seed"].eq(0)] if "seed" in table else table for name, table in tables.items()}


@pytest.fixture(scope="session")
def answers(tables):
    """How all tests of all claims come out on them."""
    return tests_of(tables)


@pytest.fixture(scope="session")
def drawn(tables, answers):
    """Every figure in every language, wide or narrow, laid out once."""

    @cache
    def laid_out(name, language="en", width=WIDTH):
        figure = draw(name, tables, language, answers, width=width)
        with house_style(width):
            figure.canvas.draw()
            figure.settle()
        return figure

    return laid_out
