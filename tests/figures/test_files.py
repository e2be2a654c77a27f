"""The files of figures: small, with text as text, and with the networks that their parts belong to."""

import gzip
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawing import draw, texts, visible
from figure_tables import MEMORY
from hand_made_tables import EMPTY

from gradient_horizon import registries
from gradient_horizon.figures.marks import as_dot, dots, is_open, repeated
from gradient_horizon.figures.paths import Box, bounds, moved, shortened
from gradient_horizon.figures.style import NARROW, WIDTH, house_style, new_figure
from gradient_horizon.figures.svg import svg
from gradient_horizon.figures.tags import attributes, tag
from gradient_horizon.language.numbers import LANGUAGES

FIGURES = list(registries.FIGURES)
RAW, PACKED = 800_000, 170_000
"""Most bytes of all figures of one width and language, as they are and packed by gzip."""
SPACE = "{http://www.w3.org/2000/svg}"
UNTAGGED = ("agreement",)
"""Figures in which nothing belongs to one network."""


@pytest.fixture(scope="module")
def files(tables, answers):
    """The file of every figure in English, wide and narrow."""
    made = {}
    for name in FIGURES:
        for width in (WIDTH, NARROW):
            with house_style(width):
                made[name, width] = svg(draw(name, tables, "en", answers, width=width))
    return made


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_files_are_small_in_all(files, width):
    own = [content.encode() for (_, of), content in files.items() if of == width]
    assert sum(map(len, own)) <= RAW
    assert sum(len(gzip.compress(content)) for content in own) <= PACKED


@pytest.mark.parametrize("name", FIGURES)
def test_a_file_holds_its_texts_as_text_and_title_and_subtitle_as_elements_that_are_not_drawn(drawn, files, name):
    root, figure = ElementTree.fromstring(files[name, WIDTH]), drawn(name)
    assert root.findtext(f"{SPACE}title") == figure.title
    assert root.findtext(f"{SPACE}desc") == figure.subtitle
    written = " ".join(text.text for text in root.iter(f"{SPACE}text"))
    assert figure.title not in written
    assert set(written.replace(" ", "")) <= set("".join(texts(figure)))
    for text in figure.texts:  # names of axes that all panels share, and the legend's
        assert all(line in written for line in text.get_text().splitlines())
    assert float(root.get("viewBox").split()[2]) == pytest.approx(72 * WIDTH)
    assert "data-empty" not in root.attrib


@pytest.mark.parametrize("name", FIGURES)
def test_a_file_refers_to_all_that_it_defines_and_defines_all_that_it_refers_to(files, name):
    for width in (WIDTH, NARROW):
        content = files[name, width]
        defined = re.findall(r' id="([^"]+)"', content)
        assert len(defined) == len(set(defined))
        assert set(defined) == set(re.findall(r'(?:href="|url\()#([^")]+)', content))
        looks = re.findall(r"\.(s\d+)\{", content)
        assert set(looks) == set(re.findall(r' class="([^"]+)"', content))
        assert not re.search(r"\d\.\d{5}", content)


def test_a_study_without_runs_is_marked_and_its_title_says_what_is_missing():
    with house_style():
        root = ElementTree.fromstring(svg(draw("memory-map", EMPTY)))
    assert root.get("data-empty") == "true"
    assert root.findtext(f"{SPACE}title") == "This study has no runs of recall over several lengths"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_on_a_phone_every_text_is_inside_and_large_enough(drawn, name, language):
    figure = drawn(name, language, NARROW)
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    assert width == pytest.approx(NARROW * figure.dpi)
    for text in seen(figure):
        assert text.get_fontsize() >= 8, text
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text


def seen(figure):
    """Texts that are drawn: no numbers beyond the ends of an axis, none of panels without axes."""
    hidden = set()
    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            low, high = sorted(axis.get_view_interval())
            beyond = [
                t for t in axis.get_major_ticks() if not low * 0.999 <= t.get_loc() <= high * 1.001 or not panel.axison
            ]
            hidden |= {id(tick.label1) for tick in beyond} | {id(tick.label2) for tick in axis.get_major_ticks()}
            hidden |= set() if panel.axison else {id(axis.label)}
    return [text for text in visible(figure) if id(text) not in hidden]


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in UNTAGGED])
def test_what_belongs_to_a_network_says_so(files, name):
    for width in (WIDTH, NARROW):
        tagged = [each for each in ElementTree.fromstring(files[name, width]).iter() if "data-cell" in each.attrib]
        assert len(tagged) >= 2
        assert {each.get("data-cell") for each in tagged} <= set(registries.CELLS)


def test_every_field_of_the_memory_map_is_an_element_with_its_network_and_length(files, tables):
    root = ElementTree.fromstring(files["memory-map", WIDTH])
    fields = {
        tuple(each.get(f"data-{name}") for name in ("cell", "remedy", "task", "length")): each
        for each in root.iter()
        if "data-length" in each.attrib
    }
    success = tables["success"]
    for _, cell, remedy in MEMORY:
        own = success[success["experiment"].eq("recall-32") & success["cell"].eq(cell) & success["remedy"].eq(remedy)]
        for length in own["length"]:
            assert len(fields[cell, remedy, "recall", str(length)]) == 1
    names = [each for each in root.iter() if "data-cell" in each.attrib and each.find(f"{SPACE}text") is not None]
    assert len(names) == len(MEMORY)


def test_tags_come_back_as_attributes_whatever_the_names():
    with house_style():
        figure, ((panel,),) = new_figure("a", "b", height=1)
        tag(panel.plot([1, 2], [1, 2]), cell="a&b <c>", remedy="d=e", task=None, length=5)
        (group,) = ElementTree.fromstring(svg(figure)).iter(f"{SPACE}g")
    assert group.attrib == {"data-cell": "a&b <c>", "data-remedy": "d=e", "data-length": "5"}
    assert attributes("line2d_3") == {}


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("M 10.04 20.06 L 15.04 20.06 L 15.04 30", "M10 20.1h5v9.9"),
        ("M 0 0 L 1 2 L 0.5 -0.25 z", "M0 0l1 2-.5-2.2z"),
        ("M 1 1 L 2 2 M 5 5 L 6 6", "M1 1l1 1m3 3l1 1"),
        ("M 3 3 L 3.01 3.02", "M3 3h0"),
        ("M 0 0 C 1 0 2 1 2 2 C 2 3 1 4 0 4", "M0 0c1 0 2 1 2 2 0 1-1 2-2 2"),
        ("12.3456", "12.3"),
        ("-0.04 7.0", "0 7"),
    ],
)
def test_outlines_are_shortened_to_steps_from_point_to_point(long, short):
    assert shortened(long) == short


def test_steps_do_not_add_up_errors_of_rounding():
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 500, (200, 2))
    d = "M " + " L ".join(f"{x} {y}" for x, y in points)
    at, ends = np.zeros(2), []
    for command, given in re.findall(r"([Mlhv])([^Mlhv]*)", shortened(d)):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", given)]
        for step in zip(numbers[::2], numbers[1::2], strict=True) if command in "Ml" else numbers:
            at = at + (step if command in "Ml" else (step, 0) if command == "h" else (0, step))
            ends.append(at)
    np.testing.assert_allclose(ends, points, atol=0.051)


def test_boxes_tell_what_lies_outside_a_panel():
    box = bounds("M 1 2 L 5 -3 C 0 0 9 1 2 2")
    assert box == (0, -3, 9, 2)
    assert moved(box, 10, 20) == (10, 17, 19, 22)
    assert box.within(Box(1, 0, 9, 9), 3.0)
    assert not box.within(Box(1, 0, 9, 9), 2.9)
    assert Box().within(box, 0)
    assert bounds("M 4 4 L 4 4").is_point


def test_round_marks_become_lines_of_no_length_and_open_ones_one_outline():
    circle = "M 0 1.5 " + "C 1 1 1 1 1 1 " * 8 + "z"
    assert as_dot(circle, "fill:#0072b2;fill-opacity:0.5") == (
        "fill:none;stroke:#0072b2;stroke-linecap:round;stroke-opacity:0.5;stroke-width:3"
    )
    assert as_dot(circle, "fill:#0072b2;stroke:#0072b2;stroke-width:0.8").endswith("stroke-width:3.8")
    assert as_dot(circle, "fill:#ffffff;stroke:#0072b2") == ""
    assert shortened(dots([(1.0, 2.0), (4.0, 1.0)])) == "M1 2h0m3-1h0"
    cross = "M -1 -1 L 1 1 M -1 1 L 1 -1"
    assert is_open(cross)
    assert not is_open(circle)
    assert shortened(repeated(cross, [(10.0, 10.0), (20.0, 10.0)])) == "M9 9l2 2m-2 0l2-2m8 0l2 2m-2 0l2-2"
