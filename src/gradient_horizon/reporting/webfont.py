"""Fonts of figures and equations: where they are, and reduced to the characters of a page for its style sheet."""

import base64
import io
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from gradient_horizon.errors import ReportError


def embedded(file: Path, characters: Iterable[str]) -> str:
    """The data URL of a font file with these characters only, as WOFF2; same characters, same bytes."""
    font = TTFont(str(file), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["FFTM"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(set(characters))))
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return f"data:font/woff2;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def font_folder() -> Path:
    """The folder of the fonts that matplotlib draws with; raises ReportError where it is not installed."""
    spec = find_spec("matplotlib")  # its import is slow
    if spec is None or spec.origin is None:
        raise ReportError("the package matplotlib must be installed, for its fonts")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
