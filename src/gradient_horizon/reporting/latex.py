"""Plain text with marked citations, as LaTeX."""

import re
from collections.abc import Sequence

CITE = ("\u27e6", "\u27e7")
"""What marks the keys of a citation in plain text: brackets that no text has."""

SPECIAL = {
    "\\": r"\textbackslash{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\u00a0": "~",
    "−": "$-$",
    "·": r"$\cdot$",
    "–": "--",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "∞": r"$\infty$",
}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"


def cite(keys: Sequence[str]) -> str:
    """A citation of these keys, to stand in plain text; nothing without keys."""
    return f"{CITE[0]}{','.join(keys)}{CITE[1]}" if keys else ""


def to_latex(text: str) -> str:
    """A text with its citations as LaTeX in UTF-8."""
    parts = re.split(rf"({CITE[0]}[^{CITE[1]}]*{CITE[1]})", text)
    return "".join(_citation(part) if part.startswith(CITE[0]) else _escaped(part) for part in parts)


def _citation(part: str) -> str:
    return rf"~\cite{{{part.strip(''.join(CITE))}}}"


def _escaped(part: str) -> str:
    escaped = "".join(SPECIAL.get(sign, sign) for sign in part)
    return re.sub(f"[{SUPERSCRIPTS}]+", lambda power: f"$^{{{_plain(power[0])}}}$", escaped)


def _plain(power: str) -> str:
    return power.translate(str.maketrans(SUPERSCRIPTS, "0123456789-"))
