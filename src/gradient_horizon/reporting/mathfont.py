"""The font of equations, reduced to the characters that a page uses and embedded in its style sheet."""

import html
import re
from importlib.util import find_spec
from pathlib import Path

from gradient_horizon.errors import ReportError
from gradient_horizon.reporting.webfont import embedded

DRAWN_BY_MATHML = "0123456789()[]{}|‖∥−+=<>,.√‾¯ˉ′″∑∏∫→"
"""Characters that browsers draw that do not occur in the text, such as roots and stretched brackets."""


def math_font(page: str) -> str:
    """A style sheet with STIX Two Math (OFL, part of the package ziamath) as WOFF2; same characters, same bytes."""
    formulas = " ".join(re.findall(r"<math.*?</math>", page, re.S))
    signs = set(html.unescape("".join(re.findall(r">([^<]*)<", formulas)))) | set(DRAWN_BY_MATHML)
    spec = find_spec("ziamath")  # its import is slow, and warns
    if spec is None or spec.origin is None:
        raise ReportError("the package ziamath must be installed, for its font")
    data = embedded(Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf", signs)
    return (
        f'@font-face{{font-family:"Report Math";src:url({data})}}'
        'math{font-family:"Report Math",math;font-size:1.15em}'
    )
