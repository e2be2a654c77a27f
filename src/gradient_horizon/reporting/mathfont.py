"""The font of equations, reduced to the characters that a page uses and embedded in its style sheet."""

import base64
import html
import io
import re
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from gradient_horizon.errors import ReportError

DRAWN_BY_MATHML = "0123456789()[]{}|‖∥−+=<>,.√‾¯ˉ′″∑∏∫→"
"""Characters that browsers draw that do not occur in the text, such as roots and stretched brackets."""


def math_font(page: str) -> str:
    """A style sheet with STIX Two Math (OFL, part of the package ziamath) as WOFF2; same characters, same bytes."""
    formulas = " ".join(re.findall(r"<math.*?</math>", page, re.S))
    signs = set(html.unescape("".join(re.findall(r">([^<]*)<", formulas)))) | set(DRAWN_BY_MATHML)
    spec = find_spec("ziamath")  # its import is slow, and warns
    if spec is None or spec.origin is None:
        raise ReportError("the package ziamath must be installed, for its font")
    font = TTFont(str(Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(signs)))
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'@font-face{{font-family:"Report Math";src:url(data:font/woff2;base64,{data})}}'
        'math{font-family:"Report Math",math;font-size:1.15em}'
    )
