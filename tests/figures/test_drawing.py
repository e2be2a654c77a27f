import re
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from drawing import draw, texts, title
from hand_made_tables import EMPTY
from matplotlib.colors import rgb_to_hsv, to_rgb

from gradient_horizon import registries
from gradient_horizon.figures.style import cell_colour, cell_ink, house_style, new_figure, number, percent
from gradient_horizon.figures.svg import svg
from gradient_horizon.language.numbers import LANGUAGES

FIGURES = list(registries.FIGURES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_drawn_whole_in_every_language(drawn, name, language):
    figure = drawn(name, language)
    written = " ".join(texts(figure))
    assert not re.search(r"[{}]|\bnan\b", written)
    assert len(title(figure)) > 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_study_without_runs_says_what_is_missing(name, language):
    figure = draw(name, EMPTY, language)
    assert ("has no" in title(figure) or "has too few" in title(figure)) == (language == "en")
    assert "To badanie" in title(figure) or language == "en"


@pytest.mark.parametrize("name", FIGURES)
def test_languages_differ_in_words_but_not_in_what_is_drawn(drawn, name):
    english, polish = drawn(name, "en"), drawn(name, "pl")
    assert title(english) != title(polish)
    assert re.search("[ąćęłńóśźż]", " ".join(texts(polish)))
    for first, second in zip(english.axes, polish.axes, strict=True):
        for one, other in zip(first.lines, second.lines, strict=True):
            np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())


@pytest.mark.parametrize("name", FIGURES)
def test_polish_writes_decimal_commas_and_no_decimal_points(drawn, name):
    written = " ".join(texts(drawn(name, "pl")))
    assert not re.search(r"(?<![\w-])\d+\.\d", written.replace("\n", " ")), re.findall(r"\S*\d\.\d\S*", written)
    assert not re.search(r"(?<![\w-])\d+,\d(?!\d\d)", " ".join(texts(drawn(name, "en"))))


@pytest.fixture(scope="module")
def pictures(tables, answers):
    """The SVG of every figure in Polish, made once."""

    @cache
    def picture(name):
        with house_style():
            return svg(draw(name, tables, "pl", answers))

    return picture


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_bytes_twice(tables, answers, pictures, name):
    with house_style():
        assert svg(draw(name, tables, "pl", answers)) == pictures(name)
    ElementTree.fromstring(pictures(name))


def test_names_from_the_configuration_come_out_literally(tables):
    name = "<b>$x_1$ & #let</b>"
    horizons, success = tables["horizons"].copy(), tables["success"].copy()
    for table in (horizons, success):
        table["remedy"] = table["remedy"].replace("orthogonal", name)
    figure = draw("memory-map", tables | {"horizons": horizons, "success": success})
    assert f"tanh + {name}" in texts(figure)
    with house_style():
        ElementTree.fromstring(svg(figure))


def test_characters_that_the_font_lacks_are_written_all_the_same_and_fail_nothing():
    with house_style():
        figure, ((panel,),) = new_figure("循環🧠 and a title", "循環🧠", height=1)
        panel.set_xlabel("循環🧠")
        assert svg(figure).count("循環🧠") == 3


def test_numbers_are_written_in_both_languages():
    assert (number(0.9512, "en"), number(0.9512, "pl")) == ("0.95", "0,95")
    assert (number(1500, "en"), number(1500, "pl")) == ("1,500", "1500")
    assert percent(0.784, "pl") == "78%"


@pytest.mark.parametrize("cell", ["linear", "tanh", "relu", "gru", "lstm", "a-cell-of-the-user"])
def test_names_of_cells_are_dark_enough_to_read_in_their_own_hue(cell):
    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    assert 1.05 / (luminance(cell_ink(cell)) + 0.05) >= 4.45
    hues = [rgb_to_hsv(to_rgb(colour))[0] for colour in (cell_colour(cell), cell_ink(cell))]
    assert hues[0] == pytest.approx(hues[1], abs=0.02)


def test_lines_without_a_finite_point_are_left_out():
    with house_style():
        figure, axes = new_figure("a title", "and more", height=1.5)
        axes[0, 0].plot([0, 1], [0, 1])
        before = svg(figure)
        axes[0, 0].plot([np.nan, np.nan], [np.nan, np.nan])
        axes[0, 0].errorbar([0, 1], [np.nan, np.nan], yerr=[1, 1])
        assert svg(figure) == before
