"""The figures of a report within its page: searchable, with colours for light and dark, and the font that they need."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.colors import to_hex

from gradient_horizon.figures.contrast import DARK_GROUND, GRAPHICS, TEXT, darkened, inverted, raised
from gradient_horizon.figures.style import CELL_COLOURS, DIVERGED, FONT, OWN_CELLS, pale_to_dark
from gradient_horizon.reporting.webfont import embedded, font_folder

FILES = {"400": "DejaVuSans.ttf", "700": "DejaVuSans-Bold.ttf"}
"""Files of the font by weight."""

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_LOOK = re.compile(r"\.(\w+)\{([^}]*)\}")


def texts(svg: str) -> tuple[str, str]:
    """Title (the finding) and subtitle (what is drawn) of a figure's file."""
    root = _read(svg)
    return root.findtext("title", ""), root.findtext("desc", "")


def is_empty(svg: str) -> bool:
    """Whether the study has no runs for this figure; its title says which are missing."""
    return _read(svg).get("data-empty") == "true"


def inline(svg: str, name: str, alt: str) -> str:
    """A figure's file as an element of the page, without a size of its own; `name` must be unique on the page.

    Screen readers read `alt` only. Its colours are the variables that `colours` defines.
    """
    root = _read(svg)
    for tag in ("title", "desc"):
        for each in root.findall(tag):
            root.remove(each)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib = {"class": f"picture-svg picture-{name}", "role": "img", "aria-label": alt} | root.attrib
    for each in root.iter():
        if "id" in each.attrib:
            each.set("id", f"{name}-{each.attrib['id']}")
        for reference in ("href", "clip-path"):
            if reference in each.attrib:
                each.set(reference, re.sub(r"^(url\()?#", rf"\1#{name}-", each.attrib[reference]))
    sheet = root.find("style")
    if sheet is not None:
        looks = _COLOUR.sub(lambda colour: f"var({_variable(colour[0])})", sheet.text or "")
        sheet.text = _LOOK.sub(rf".picture-{name} .\1{{\2}}", looks)
    return ElementTree.tostring(root, encoding="unicode")


def colours(svgs: Iterable[str]) -> str:
    """The style sheet with every colour of these figures as a variable, and its counterpart on a dark ground.

    There lines and marks of cells keep their hue and become as light as their contrast asks for, texts likewise; all
    else has its lightness turned round, so that the palest end of a scale is nearest to the ground again.
    """
    found, of_texts = set[str](), set[str]()
    for svg in svgs:
        root = _read(svg)
        looks = _looks(root)
        found |= {colour for look in looks.values() for colour in _COLOUR.findall(look)}
        of_texts |= {
            colour for text in root.iter("text") for colour in _COLOUR.findall(looks.get(text.get("class", ""), ""))
        }
    light = {colour: colour for colour in sorted(found)}
    dark = {colour: counterpart(colour, is_text=colour in of_texts) for colour in light}
    rules = [f":root{{{_declared(scheme)}}}" for scheme in (light, dark)]
    return f"{rules[0]}@media screen and (prefers-color-scheme:dark){{{rules[1]}}}"


def counterpart(colour: str, *, is_text: bool) -> str:
    """The colour on a dark ground."""
    scale = _scale()
    shown = scale.get(colour) or (raised(colour, GRAPHICS) if colour in _OF_CELLS else inverted(colour))
    return raised(shown, TEXT) if is_text else shown


def font(svgs: Iterable[str]) -> str:
    """The style sheet with the font of figures, reduced to the characters that these use, upright and bold."""
    used: dict[str, set[str]] = {weight: set() for weight in FILES}
    for svg in svgs:
        for weight, text in _weighted_texts(_read(svg)):
            used[weight] |= set(text)
    folder = font_folder()
    return "".join(
        f'@font-face{{font-family:"{FONT}";font-weight:{weight};src:url({embedded(folder / file, used[weight])})}}'
        for weight, file in FILES.items()
        if used[weight]
    )


def _weighted_texts(root: Element) -> Iterator[tuple[str, str]]:
    looks = _looks(root)
    for text in root.iter("text"):
        bold = "font-weight:700" in looks.get(text.get("class", ""), "")
        yield ("700" if bold else "400"), text.text or ""


@cache
def _scale() -> dict[str, str]:
    """Each colour of the pale scale, and the one in its place on a dark ground, from which the scale rises."""
    pale, dark = pale_to_dark(), pale_to_dark(DARK_GROUND)
    return {to_hex(pale(share)): to_hex(dark(share)) for share in range(pale.N)}


def _read(svg: str) -> Element:
    return ElementTree.fromstring(svg.replace(_NAMESPACE, "", 1))


def _looks(root: Element) -> dict[str, str]:
    """The declarations of each class."""
    return dict(_LOOK.findall(root.findtext("style", "")))


def _variable(colour: str) -> str:
    return f"--c-{colour.removeprefix('#')}"


def _declared(scheme: dict[str, str]) -> str:
    return ";".join(f"{_variable(colour)}:{shown}" for colour, shown in scheme.items())


_OF_CELLS = {
    *(colour.lower() for colour in (*CELL_COLOURS.values(), *OWN_CELLS, DIVERGED)),
    *(darkened(colour, TEXT) for colour in (*CELL_COLOURS.values(), *OWN_CELLS)),
}
"""Colours that tell cells apart, and that of divergence."""
