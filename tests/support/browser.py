"""Chromium and node for the tests that look at a page, and why they are skipped where these are not installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

MODULES = Path(__file__).parents[1] / "reporting" / "browser"
"""The drivers of the report's pages, and the packages that all drivers need."""
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
LACKING = [
    *([] if CHROMIUM else ["Chromium (Debian's package chromium)"]),
    *([] if shutil.which("node") else ["node"]),
    *([] if (MODULES / "node_modules").is_dir() else ["axe-core and playwright-core (make browser)"]),
]
NEEDS_BROWSER = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")


def driven(driver: Path | str, *arguments: Path | str) -> Any:
    """What a driver found that is given Chromium and these arguments; a name alone is one of the report's drivers."""
    command = ["node", str(MODULES / driver), str(CHROMIUM), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
