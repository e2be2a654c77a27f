"""What results show of themselves in a notebook: small tables that follow its colours, light or dark."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

MOST_ROWS = 12
"""Rows that a table of networks shows."""

_CELL = "text-align:left;padding:.15em .8em .15em 0;vertical-align:top"
_CHIP = "display:inline-block;padding:0 .6em;border-radius:1em;white-space:nowrap;color:#fff;background:{colour}"


class Chip(str):
    """A word on a ground of its own colour, with white letters; the colour must be dark."""

    colour: str

    def __new__(cls, word: str, colour: str) -> "Chip":
        """The word with its colour."""
        chip = super().__new__(cls, word)
        chip.colour = colour
        return chip


def counted(number: int, thing: str) -> str:
    """A number of things: 1 unit, 2 units."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def page(head: str, *parts: str) -> str:
    """A heading, escaped, and parts that are HTML already."""
    return f"<div><p style='margin:.3em 0'><b>{escape(head)}</b></p>{''.join(parts)}</div>"


def line_html(text: str) -> str:
    """A line of text, escaped."""
    return f"<p style='margin:.3em 0'>{escape(text)}</p>"


def table_html(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; every text is escaped, and colours are those around it."""
    head = "".join(f"<th scope='col' style='{_CELL}'>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr style='background:none'>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table style='border-collapse:collapse'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    text = escape(str(value))
    if isinstance(value, Chip):
        text = f"<span style='{_CHIP.format(colour=escape(value.colour))}'>{text}</span>"
    return f"<td style='{_CELL}'>{text}</td>"
