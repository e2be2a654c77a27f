"""Figures within the page: inline, in light and dark, with their font; and texts that Typst sets."""

import base64
import io
import re
from colorsys import rgb_to_hls
from functools import cache
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from gradient_horizon.figures.contrast import DARK_GROUND, contrast, inverted, raised
from gradient_horizon.figures.style import (
    CELL_COLOURS,
    DIVERGED,
    GREY,
    INK,
    NARROW,
    OTHER_CELLS,
    OWN_CELLS,
    cell_ink,
    house_style,
    new_figure,
    nothing_to_draw,
    pale_to_dark,
)
from gradient_horizon.figures.svg import svg
from gradient_horizon.figures.tags import tag
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.pictures import colours, counterpart, font, inline, is_empty, texts
from gradient_horizon.reporting.webfont import font_folder

CELLS = ("linear", "tanh", "relu", "gru", "lstm", "janet")


def wcag(one, other):
    """The contrast ratio by the formula of WCAG 2.1."""

    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def picture(width=NARROW):
    """A file with a line, a dot and a name in the colour of every cell, and fields of the pale scale."""
    with house_style(width):
        figure, ((panel,),) = new_figure("Who & what", "Lines < dots", height=2)
        panel.set_yticks(range(len(CELLS)), list(CELLS))
        for place, (cell, tick) in enumerate(zip(CELLS, panel.yaxis.get_major_ticks(), strict=True)):
            colour = CELL_COLOURS.get(cell, OTHER_CELLS)
            tag(panel.plot([0, 1, 2], [place] * 3, "o-", color=colour), cell=cell, remedy="none")
            tick.label1.set(color=cell_ink(cell), fontweight="bold")
        panel.pcolormesh([0, 1, 2], [6, 7], [[0, 1]], cmap=pale_to_dark(), vmin=0, vmax=1)
        panel.plot([1], [3], "x", color=DIVERGED)
        panel.text(1, 4, "śtep", color=DIVERGED)
        return svg(figure)


def scheme(sheet, dark):
    """The variables of one scheme."""
    light, rest = sheet.split("@media screen and (prefers-color-scheme:dark)")
    return dict(re.findall(r"--c-([0-9a-f]{6}):(#[0-9a-f]{6})", rest if dark else light))


def test_title_and_subtitle_come_back_from_a_file_and_whether_it_is_empty():
    assert texts(picture()) == ("Who & what", "Lines < dots")
    assert not is_empty(picture())
    with house_style():
        empty = svg(nothing_to_draw("This study has no runs of recall"))
    assert is_empty(empty)
    assert texts(empty) == ("This study has no runs of recall", "")


def test_an_inline_picture_has_no_size_of_its_own_and_a_name_for_screen_readers():
    root = ElementTree.fromstring(inline(picture(), "map", 'Dots of "tanh" & others'))
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Dots of "tanh" & others'
    assert root.get("class").split()[0] == "picture-svg"
    assert root.get("viewBox").startswith("0 0 259.2 ")
    assert not {"width", "height", "xmlns"} & set(root.attrib)
    assert root.find("title") is None
    assert {"tanh", "śtep"} <= {text.text for text in root.iter("text")}
    assert {each.get("data-cell") for each in root.iter() if "data-cell" in each.attrib} == set(CELLS)


def test_two_inline_pictures_share_no_id_and_no_rule():
    first, second = (inline(picture(), name, "a") for name in ("one", "two"))
    for mark, name in ((first, "one"), (second, "two")):
        ids = re.findall(r' id="([^"]+)"', mark)
        assert ids
        assert all(each.startswith(f"{name}-") for each in ids)
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', mark)) == set(ids)
        rules = re.findall(r"([^{}]+)\{", re.search("<style>(.*)</style>", mark)[1])
        assert all(rule.startswith(f".picture-{name} .s") for rule in rules)


def test_every_colour_of_an_inline_picture_is_a_variable_that_both_schemes_define():
    mark = inline(picture(), "one", "a")
    assert not re.search(r"#[0-9a-fA-F]{6}|rgb\(", mark)
    named = set(re.findall(r"var\(--c-([0-9a-f]{6})\)", mark))
    sheet = colours([picture()])
    assert set(scheme(sheet, dark=False)) == set(scheme(sheet, dark=True)) == named
    assert {f"#{name}" == value for name, value in scheme(sheet, dark=False).items()} == {True}
    assert {colour.lower().removeprefix("#") for colour in CELL_COLOURS.values()} <= named


def test_every_text_has_a_contrast_of_4_5_and_every_line_of_a_cell_one_of_3_in_the_dark_and_texts_in_the_light():
    root = ElementTree.fromstring(inline(picture(), "one", "a"))
    looks = dict(re.findall(r"\.(s\d+)\{([^}]*)\}", root.findtext("style")))
    of_texts = {re.search(r"fill:var\(--c-(\w+)\)", looks[text.get("class")])[1] for text in root.iter("text")}
    assert len(of_texts) >= len(CELLS) + 2
    sheet = colours([picture()])
    light, dark = scheme(sheet, dark=False), scheme(sheet, dark=True)
    for name in of_texts:
        assert wcag(light[name], "#ffffff") >= 4.45, name
        assert wcag(dark[name], DARK_GROUND) >= 4.5, name
    for colour in (*CELL_COLOURS.values(), OTHER_CELLS, DIVERGED):
        assert wcag(dark[colour.lower().removeprefix("#")], DARK_GROUND) >= 3, colour


@pytest.mark.parametrize("colour", [*CELL_COLOURS.values(), *OWN_CELLS, DIVERGED])
def test_colours_of_cells_keep_their_hue_in_the_dark(colour):
    def hue(given):
        return rgb_to_hls(*(int(given[place : place + 2], 16) / 255 for place in (1, 3, 5)))[0]

    shown = counterpart(colour.lower(), is_text=True)
    assert wcag(shown, DARK_GROUND) >= 4.5
    if colour != CELL_COLOURS["linear"]:
        assert abs((hue(shown) - hue(colour) + 0.5) % 1 - 0.5) < 0.06


def test_lightness_turns_round_for_ink_and_ground_and_the_palest_end_of_the_scale_is_nearest_to_the_ground():
    assert inverted("#ffffff") == DARK_GROUND
    assert inverted("#000000") == "#ffffff"
    assert wcag(inverted(INK), DARK_GROUND) > wcag(inverted(GREY), DARK_GROUND) > 4.5
    scale = pale_to_dark()
    shares = [counterpart(hexadecimal(scale(share)), is_text=False) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    contrasts = [wcag(shown, DARK_GROUND) for shown in shares]
    assert contrasts == sorted(contrasts)
    assert contrasts[0] < 1.3
    assert contrasts[-1] > 10


def hexadecimal(rgba):
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgba[:3])


def test_contrast_is_that_of_the_formula_and_raising_stops_as_soon_as_it_is_reached():
    for one, other in (("#ffffff", "#000000"), ("#0072b2", "#0d1117"), ("#777777", "#ffffff")):
        assert contrast(one, other) == pytest.approx(wcag(one, other), rel=1e-12)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert raised("#ffffff", 4.5) == "#ffffff"
    assert 4.5 <= wcag(raised("#0072b2", 4.5), DARK_GROUND) < 4.7
    assert wcag("#0072b2", DARK_GROUND) < 4.5


def test_the_font_has_the_characters_of_each_weight_and_no_others():
    sheet = font([picture()])
    faces = re.findall(r'font-family:"([^"]+)";font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)', sheet)
    assert [(family, weight) for family, weight, _ in faces] == [("DejaVu Sans", "400"), ("DejaVu Sans", "700")]
    (regular, bold) = (set(map(chr, TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())) for *_, data in faces)
    assert bold - {" "} == set("".join(CELLS))
    assert {"ś", "t", "e", "p"} <= regular
    assert "q" not in regular | bold
    assert font([picture()]) == sheet
    assert len(sheet) < 20_000


def test_typst_sets_the_texts_of_figures_as_text_and_the_pdf_keeps_its_standards(tmp_path):
    prose, figures = tmp_path / "prose", tmp_path / "figures"
    prose.mkdir()
    figures.mkdir()
    (figures / "one.svg").write_text(picture(), encoding="utf-8")
    (prose / "main.typ").write_text(
        '#set document(title: "t", date: datetime(year: 1980, month: 1, day: 1))\n'
        '#image("figures/one.svg", alt: "a")\n',
        encoding="utf-8",
    )
    with typesetting.staged(prose, {}, figures) as root:
        made = typesetting.pdf(root, "en")
    assert b"DejaVuSans-Bold" in fonts_of(made)
    assert b"DejaVuSans" in fonts_of(made)


def fonts_of(document):
    with pikepdf.open(io.BytesIO(document)) as opened:
        names = [str(each.get("/BaseFont", "")) for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
    return " ".join(names).encode()


def test_the_folder_of_fonts_has_those_of_figures():
    assert all((font_folder() / name).exists() for name in typesetting.OF_FIGURES)
