"""Many marks of one look as one outline, which keeps files small."""

import re
from collections.abc import Sequence

_CIRCLE = re.compile(r"M 0 ([\d.]+) *\n?C")


def as_dot(outline: str, look: str) -> str:
    """The look of a line of no length with round ends that shows a round mark; empty for marks that are not one colour."""
    circle = _CIRCLE.match(outline)
    told = dict(part.split(":") for part in look.split(";") if part)
    if circle is None or outline.count("C") != 8 or told.get("fill") in (None, "none"):
        return ""
    if "stroke" in told and told["stroke"] != told["fill"]:
        return ""
    edge = float(told.get("stroke-width", "1")) if "stroke" in told else 0.0
    made = {
        "fill": "none",
        "stroke": told["fill"],
        "stroke-linecap": "round",
        "stroke-opacity": told.get("fill-opacity", ""),
        "stroke-width": f"{2 * float(circle[1]) + edge:g}",
    }
    return ";".join(f"{name}:{value}" for name, value in made.items() if value)


def dots(places: Sequence[tuple[float, float]]) -> str:
    """Lines of no length."""
    return "".join(f"M {x} {y} L {x} {y} " for x, y in places)


def is_open(outline: str) -> bool:
    """Whether an outline has no inside, so that copies of it can be one outline."""
    return not re.search("[zZC]", outline)


def repeated(outline: str, places: Sequence[tuple[float, float]]) -> str:
    """Copies of an outline."""
    commands = [(command, float(x), float(y)) for command, x, y in re.findall(r"([ML]) (-?[\d.]+) (-?[\d.]+)", outline)]
    return "".join(f"{command} {x + left} {y + top} " for left, top in places for command, x, y in commands)
