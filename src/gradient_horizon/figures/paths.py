"""Outlines of SVG in few characters, and the boxes that they fill."""

import math
import re
from typing import NamedTuple

import numpy as np

_PART = re.compile(r"([MLQCZz])([^MLQCZz]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")


class Box(NamedTuple):
    """Ends in points; without any, a box that lies within every other."""

    left: float = math.inf
    top: float = math.inf
    right: float = -math.inf
    bottom: float = -math.inf

    @property
    def is_point(self) -> bool:
        """Whether nothing in it could be seen."""
        return self.right - self.left <= 0 and self.bottom - self.top <= 0

    def within(self, other: "Box", slack: float) -> bool:
        """Whether no part of it lies farther outside the other than this."""
        return bool(
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )


def bounds(d: str) -> Box:
    """The box around all points of an outline with absolute commands."""
    numbers = np.array([float(number) for number in _NUMBER.findall(d)], dtype=float).reshape(-1, 2)
    return Box(*numbers.min(axis=0), *numbers.max(axis=0)) if len(numbers) else Box()


def moved(box: Box, x: float, y: float) -> Box:
    """The box elsewhere."""
    return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)


def shortened(text: str, decimals: int = 1) -> str:
    """Numbers to so many decimals; of an outline each point after the first as its step from the last."""
    if not re.match(r"\s*M", text):
        return _joined([_whole(number, decimals) for number in _NUMBER.findall(text)], decimals)
    parts: list[str] = []
    at, start, last = (0, 0), (0, 0), ""
    for command, given in _PART.findall(text):
        if command in "Zz":
            at, last = start, "z"
            parts.append("z")
            continue
        points = [_whole(number, decimals) for number in _NUMBER.findall(given)]
        pairs = list(zip(points[::2], points[1::2], strict=True))
        steps = [value - start for pair in pairs for value, start in zip(pair, at, strict=True)]
        at = pairs[-1]
        if command == "M":
            start, last = at, "m"
            parts.append(("m" if parts else "M") + _joined(steps, decimals))
        elif command != "L" or any(steps) or last == "m":
            part, last = _step(command, steps, last, decimals)
            parts.append(part)
    return "".join(parts)


def _step(command: str, steps: list[int], last: str, decimals: int) -> tuple[str, str]:
    """A line or curve; horizontal and vertical ones have a shorter form, a repeated command needs no letter."""
    name = command.lower()
    if command == "L" and steps[1] == 0:
        name, steps = "h", steps[:1]
    elif command == "L" and steps[0] == 0:
        name, steps = "v", steps[1:]
    numbers = _joined(steps, decimals)
    if name == last:
        return (numbers if numbers[0] == "-" else f" {numbers}"), name
    return f"{name}{numbers}", name


def _whole(number: str, decimals: int) -> int:
    return round(float(number) * 10.0**decimals)


def _joined(wholes: list[int], decimals: int) -> str:
    text = ""
    for whole in wholes:
        number = f"{whole / 10**decimals:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{whole}"
        number = re.sub(r"^(-?)0\.", r"\1.", number)
        number = "0" if number in ("-0", "", "-") else number
        text += number if not text or number[0] == "-" else f" {number}"
    return text
