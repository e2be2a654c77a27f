"""Markdown from plain text: tables, docstrings, and what would be read as markup."""

import inspect
import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `python -m gradient_horizon reference`; a change here is lost. -->\n"
"""What stands on top of every page, for those who open its file."""


def page(title: str, *parts: str) -> str:
    """A page: its title, then its parts, each a block of its own."""
    return "\n\n".join([GENERATED + f"\n# {title}", *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what its cells hold is Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_in_cell(cell) for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """Text as code."""
    return f"`{text}`"


def plain(text: str) -> str:
    """Text that stays as it is; what stands between backticks is code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_\[\]<#])", r"\\\1", part) for part in parts)


def docstring(of: object, *, first: bool = False) -> str:
    """The docstring of an object as paragraphs, or its first paragraph alone; empty where it has none of its own."""
    text = inspect.cleandoc(getattr(of, "__doc__", None) or "")
    return paragraphs(text, first=first)


def paragraphs(text: str, *, first: bool = False) -> str:
    """The paragraphs of a text, each on one line, or the first alone."""
    found = [plain(" ".join(block.split())) for block in text.split("\n\n")]
    return found[0] if first else "\n\n".join(found)


def fenced(text: str, language: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.strip()}\n```"


def listed(names: Iterable[str]) -> str:
    """Names as code, with commas between."""
    return ", ".join(map(code, names))


def _in_cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
