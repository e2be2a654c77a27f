"""The job of a probe: what a node computes with, and whether what it does in the shared folder is seen elsewhere.

`python -m gradient_horizon.pipeline.cluster.node_report FOLDER NODE` runs on the node.
"""

import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradient_horizon.engine.objects import processor
from gradient_horizon.pipeline.environment import versions
from gradient_horizon.pipeline.machine import available_memory
from gradient_horizon.storage import write_json
from gradient_horizon.store.renaming import fault_of_renaming, replace, write_version

WORD = "word"
"""The file in which a random word is what this folder has, and no other of the same name."""

GO_SECONDS, REPLACING_SECONDS, PAUSE = 100.0, 2.0, 0.002
"""How long a node waits until somebody watches its file, how long it replaces it then, and the pause in between.

Nobody does before jobs are submitted to all nodes.
"""


def computed_with() -> dict[str, Any]:
    """What decides numbers on this machine."""
    return {"versions": versions(), "architecture": platform.machine(), "processor": processor()[0]}


def reported(folder: Path, name: str) -> Path:
    """Where a node says what it computes with."""
    return folder / f"{name}.json"


def replaced(folder: Path, name: str) -> Path:
    """The file that a node replaces again and again, from when `watched` is there until `over` is."""
    return folder / f"{name}.replaced"


def watched(folder: Path, name: str) -> Path:
    """What tells a node to begin."""
    return folder / f"{name}.watched"


def over(folder: Path, name: str) -> Path:
    """What tells that a node has replaced its file for the last time, and with what failure."""
    return folder / f"{name}.over.json"


def names_in(folder: Path) -> set[str]:
    """What is in a folder now; a network file system answers questions for one name from memory, for half a minute."""
    return {path.name for path in folder.iterdir()}


def report(folder: Path, name: str) -> None:
    """Writes what this node computes with, and replaces a file while somebody else reads it."""
    word = folder / WORD
    found: Mapping[str, Any] = {
        "word": word.read_text(encoding="utf-8") if word.is_file() else "",
        "fault": fault_of_renaming(folder),
        "memory": available_memory(),
        **computed_with(),
    }
    write_version(replaced(folder, name), 1)
    write_json(reported(folder, name), found)
    end = time.monotonic() + GO_SECONDS
    while watched(folder, name).name not in names_in(folder):
        if time.monotonic() > end:
            return
        time.sleep(0.1)
    failed, version, end = None, 1, time.monotonic() + REPLACING_SECONDS
    while failed is None and time.monotonic() < end:
        version += 1
        failed = replace(replaced(folder, name), version)
        time.sleep(PAUSE)
    write_json(over(folder, name), {"failed": failed, "version": version})


if __name__ == "__main__":
    report(Path(sys.argv[1]), sys.argv[2])
