"""The live parts' modules run by node: their folder with the generated cells, and numbers in and out as JSON."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from gradient_horizon.live.javascript import write_cells

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "report" / "live"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="node, which runs the page's modules, is not there"
)


@cache
def modules() -> Path:
    """A folder in which node takes the live parts, with the cells, for modules."""
    folder = Path(mkdtemp(prefix="live"))
    for source in SOURCES.glob("*.js"):
        shutil.copy(source, folder)
    (folder / "cells.js").write_text(write_cells())
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run_driver(driver: str, given: object) -> dict:
    """What tests/live/DRIVER prints, as JSON, when it is given this as JSON and the folder of modules."""
    script = modules() / driver
    shutil.copy(ROOT / "tests" / "live" / driver, script)
    done = subprocess.run(["node", script], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
