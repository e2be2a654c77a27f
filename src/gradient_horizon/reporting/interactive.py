"""The interactive figures: Vega-Lite specifications, and the one script that draws them all."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import vl_convert


def specifications(figures: Path) -> dict[str, Any]:
    """All specifications of a language by name."""
    return {
        file.name.removesuffix(".vl.json"): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(figures.glob("*.vl.json"))
    }


def vega_bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script, from vl-convert; gzip in base64, for the page to unpack."""
    script = str(vl_convert.javascript_bundle())  # type: ignore[call-arg] # its stub forgets that the snippet may be left out
    return base64.b64encode(gzip.compress(script.encode(), mtime=0)).decode()
