"""A figure as a small SVG file: text as text, looks as classes, title and description as elements, the same bytes twice."""

import io
import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from gradient_horizon.figures.marks import as_dot, dots, is_open, repeated
from gradient_horizon.figures.paths import Box, bounds, moved, shortened
from gradient_horizon.figures.style import FONT, Picture
from gradient_horizon.figures.tags import attributes

NAMESPACE = "http://www.w3.org/2000/svg"
FAMILY = f"{FONT},Verdana,sans-serif"
DRAWN = ("path", "use", "text", "image", "circle")
SLACK = 4.0
"""What lies at most so many points outside a panel need not be cut: the marks at its border are whole, then."""

_SVG, _LINK = f"{{{NAMESPACE}}}", "{http://www.w3.org/1999/xlink}href"
_DEFAULTS = {
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "stroke-miterlimit": "100000",
    "text-anchor": "start",
    "font-weight": "400",
    "stroke-dashoffset": "0",
}
"""What the root sets for all, or what is so where nothing is said."""


def svg(figure: Picture) -> str:
    """The figure as SVG: no date, coordinates to a tenth of a point, nothing that is not seen or not referred to."""
    figure.settle()
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    source = ElementTree.fromstring(buffer.getvalue())
    width, height = (shortened(size) for size in source.attrib["viewBox"].split()[2:])
    root = Element(
        "svg",
        {
            "xmlns": NAMESPACE,
            "width": f"{width}pt",
            "height": f"{height}pt",
            "viewBox": f"0 0 {width} {height}",
            "font-family": FAMILY,
            "stroke-linejoin": "round",
        },
    )
    if figure.is_empty:
        root.set("data-empty", "true")
    for name, text in (("title", figure.title), ("desc", figure.subtitle)):
        if text:
            ElementTree.SubElement(root, name).text = text
    sheet = ElementTree.SubElement(root, "style")
    drawing = _Drawing(source)
    root.extend(drawing.shown(source))
    definitions = drawing.definitions(root)
    if definitions is not None:
        root.insert(list(root).index(sheet) + 1, definitions)
    drawn = {each.attrib["class"] for each in root.iter() if "class" in each.attrib}
    sheet.text = "".join(f".{name}{{{look}}}" for look, name in drawing.classes.items() if name in drawn)
    return f"{ElementTree.tostring(root, encoding='unicode')}\n"


class _Drawing:
    """What a file of matplotlib's shows, in the order of drawing, with its looks and definitions named shortly."""

    def __init__(self, source: Element) -> None:
        self.classes: dict[str, str] = {}
        """The name of each look."""
        self._marks = {each.attrib["id"]: each for each in source.iter(f"{_SVG}path") if "id" in each.attrib}
        self._clips = {each.attrib["id"]: _box(each) for each in source.iter(f"{_SVG}clipPath")}
        self._names: dict[str, str] = {}
        """The new name of each outline of a mark, and of each clip, that is referred to."""

    def shown(self, parent: Element, clip: str = "") -> list[Element]:
        """The elements below this one that are seen; groups are kept only where they tell of a network."""
        found: list[Element] = []
        for each in parent:
            kind = each.tag.removeprefix(_SVG)
            inner = _reference(each.attrib.get("clip-path", "")) or clip
            if kind == "g":
                _add(found, self._joined(self.shown(each, inner)), attributes(each.attrib.get("id", "")))
            elif kind in DRAWN:
                found.extend(self._element(each, kind, inner))
        return found

    def definitions(self, drawn: Element) -> Element | None:
        """Marks and clips that what is drawn refers to."""
        text = ElementTree.tostring(drawn, encoding="unicode")
        definitions = Element("defs")
        for key, name in self._names.items():
            if f"#{name}" not in text:
                continue
            if key in self._clips:
                box = self._clips[key]
                sizes = {"x": box.left, "y": box.top, "width": box.right - box.left, "height": box.bottom - box.top}
                clip = ElementTree.SubElement(definitions, "clipPath", {"id": name})
                ElementTree.SubElement(clip, "rect", {side: shortened(f"{size}") for side, size in sizes.items()})
            else:
                ElementTree.SubElement(definitions, "path", {"id": name, "d": shortened(key, decimals=2)})
        return definitions if len(definitions) else None

    def _named(self, key: str) -> str:
        return self._names.setdefault(key, f"d{len(self._names)}")

    def _class(self, look: str) -> str:
        return self.classes.setdefault(look, f"s{len(self.classes)}")

    def _joined(self, elements: list[Element]) -> list[Element]:
        """The elements, with three marks or more that follow each other and look alike as one path where one can be."""
        found: list[Element] = []
        for _, run in groupby(elements, key=lambda each: tuple(each.attrib.get(name) for name in ("href", "class"))):
            marks = list(run)
            one = self._one_path(marks) if len(marks) > 2 and all(_is_mark(mark) for mark in marks) else None
            found.extend(marks if one is None else [one])
        return found

    def _one_path(self, marks: list[Element]) -> Element | None:
        outline = next(key for key, name in self._names.items() if f"#{name}" == marks[0].attrib["href"])
        look = next(look for look, name in self.classes.items() if name == marks[0].attrib["class"])
        places = [(float(mark.attrib["x"]), float(mark.attrib["y"])) for mark in marks]
        dot = as_dot(outline, look)
        if dot:
            return Element("path", {"d": shortened(dots(places)), "class": self._class(dot)})
        if is_open(outline):
            return Element("path", {"d": shortened(repeated(outline, places)), "class": marks[0].attrib["class"]})
        return None

    def _element(self, each: Element, kind: str, clip: str) -> Iterator[Element]:
        look = _look(each.attrib.get("style", ""), kind)
        new = Element(kind)
        if kind == "path":
            outline = each.attrib.get("d", "")  # Matplotlib writes none for a line without any finite point
            new.set("d", shortened(outline))
            box = bounds(outline)
            if not outline or look == "fill:none" or box.is_point:
                return
        elif kind == "use":
            mark = self._marks[each.attrib[_LINK].removeprefix("#")]
            extent = bounds(mark.attrib["d"])
            if extent.is_point:
                return
            box = moved(extent, float(each.attrib["x"]), float(each.attrib["y"]))
            look = _look(mark.attrib.get("style", "") + ";" + each.attrib.get("style", ""), kind)
            new.set("href", f"#{self._named(mark.attrib['d'])}")
            new.attrib |= {axis: shortened(each.attrib[axis]) for axis in "xy"}
        elif kind == "image":
            box, new = Box(), self._image(each)
        else:
            box = Box()
            new.attrib |= _placed(each.attrib)
            new.text = each.text
            if not (each.text or "").strip():
                return
        if clip and not box.within(self._clips[clip], SLACK):
            new.set("clip-path", f"url(#{self._named(clip)})")
        if look:
            new.set("class", self._class(look))
        yield new

    @staticmethod
    def _image(each: Element) -> Element:
        kept = {name: each.attrib[name] for name in ("width", "height", "x", "y") if name in each.attrib}
        new = Element("image", {name: shortened(value) for name, value in kept.items()})
        if "transform" in each.attrib:
            new.set("transform", re.sub(r"(\.\d{4})\d+", r"\1", each.attrib["transform"]))
        new.set("style", "image-rendering:pixelated")
        new.set("preserveAspectRatio", "none")
        new.set("href", re.sub(r"\s", "", each.attrib[_LINK]))
        return new


def _is_mark(element: Element) -> bool:
    return element.tag == "use" and "clip-path" not in element.attrib


def _add(found: list[Element], inner: list[Element], data: dict[str, str]) -> None:
    """Adds elements, in a group if they tell of a network; what follows and tells the same joins the group."""
    if not data or not inner:
        found.extend(inner)
        return
    if not (found and found[-1].tag == "g" and found[-1].attrib == data):
        found.append(Element("g", data))
    found[-1].extend(inner)


def _look(style: str, kind: str) -> str:
    """A style in its shortest form; the font's family is that of all texts."""
    told = dict(re.findall(r"([\w-]+):\s*([^;]+?)\s*(?:;|$)", style))
    if "font" in told:
        words = told.pop("font").split(",")[0]
        told["font-size"] = f"{float(re.findall(r'[0-9.]+(?=px)', words)[0]):g}px"
        told |= {"font-weight": "700"} if re.search(r"\b700\b|bold", words) else {}
        told |= {"font-style": "italic"} if re.search(r"italic|oblique", words) else {}
    if kind == "text":
        told.setdefault("fill", "#000000")
    told = {name: value for name, value in told.items() if _DEFAULTS.get(name) != value and name != "font-family"}
    if told.get("fill") == "#000000" and kind != "text":
        told.pop("fill")
    if told.get("stroke") == "none":
        told.pop("stroke")
    if kind in ("path", "use") and "fill" not in told and "stroke" not in told:
        told["fill"] = "#000000"
    return ";".join(f"{name}:{value}" for name, value in sorted(told.items()))


def _placed(given: dict[str, str]) -> dict[str, str]:
    """Where a text stands, and how it is turned."""
    place = {axis: shortened(given[axis]) for axis in "xy" if axis in given}
    turned = re.search(r"rotate\((-?[\d.]+)", given.get("transform", ""))
    moves = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", given.get("transform", ""))
    if moves:
        place |= {axis: shortened(value) for axis, value in zip("xy", moves.groups(), strict=True)}
    if turned and float(turned[1]):
        place["transform"] = f"rotate({float(turned[1]):g} {place['x']} {place['y']})"
    return place


def _reference(value: str) -> str:
    return value.removeprefix("url(#").removesuffix(")")


def _box(clip: Element) -> Box:
    rect = clip.find(f"{_SVG}rect")
    if rect is None:
        return bounds(clip[0].attrib["d"])
    x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)
