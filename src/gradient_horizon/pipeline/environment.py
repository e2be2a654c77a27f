"""What numbers are computed with on a machine, and whether a job has what its batch was planned with."""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.places import INSTALLED, PACKAGE, PLANNED
from gradient_horizon.storage import is_whole, write_json
from gradient_horizon.training.version import ENGINE_VERSION

PACKAGES = ("gradient-horizon", "numpy", "llvmlite", "scikit-learn", "scipy", "torch", "pandas")
"""What decides numbers of runs and tables, and is compared wherever they are computed elsewhere than planned."""

FILE = Path("plan") / "environment.json"
"""What a study was planned with, in its results."""

PYTHON, ENGINE, CODE = "Python", "engine", "code of gradient-horizon"
MISSING = "none"


def node() -> str:
    """The name of this machine, as Slurm calls it where it runs this process."""
    return os.environ.get("SLURMD_NODENAME") or platform.node()


@cache
def planned_here() -> dict[str, Any]:
    """This machine, where its Python looks for packages, and what numbers are computed with."""
    return {**_place(), "versions": versions()}


def versions() -> dict[str, str]:
    """The versions of Python, of what decides numbers and of the engine, and a digest of the package's code."""
    found = {PYTHON: platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = MISSING
    return {**found, ENGINE: str(ENGINE_VERSION), CODE: _digest_of_code()}


def _digest_of_code() -> str:
    """A digest of the package's code, the same where it is installed, with the project's files beside it."""
    found = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        if not file.is_relative_to(INSTALLED):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{content}  {file.relative_to(PACKAGE).as_posix()}\n".encode())
    return found.hexdigest()[:12]


def require_as_planned(planned: Mapping[str, Any]) -> None:
    """Raises ClusterError where numbers would be computed here with other versions than where jobs were planned.

    `planned` is what `planned_here` was there. A job of the same machine and Python is not compared.
    """
    if _place() == {name: planned[name] for name in _place()}:
        return
    wanted: Mapping[str, str] = planned["versions"]
    found = versions()
    if others := [f"{name} {each}, got {found.get(name)}" for name, each in wanted.items() if found.get(name) != each]:
        raise ClusterError(
            f"node {node()} must compute with what the study was planned with on {planned['node']}: "
            f"{'; '.join(others)}. Nothing was written to the store. `gradient_horizon doctor --cluster` compares all "
            "nodes: install the same versions on this one, or leave it out, and start the study again."
        )


def record(results: Path) -> None:
    """Keeps what a study is planned with, and lets its jobs find it, which have the variables of this process.

    A file that says the same stays as it is.
    """
    file, planned = results / FILE, planned_here()
    if not is_whole(file) or json.loads(file.read_text(encoding="utf-8")) != planned:
        write_json(file, planned)
    os.environ[PLANNED] = str(file.absolute())


def require_recorded(file: Path) -> None:
    """As `require_as_planned`, with what `record` kept; a file that is not there any more asks for nothing."""
    if is_whole(file):
        require_as_planned(json.loads(file.read_text(encoding="utf-8")))


def _place() -> dict[str, str]:
    return {"node": node(), "python": sys.executable, "path": os.environ.get("PYTHONPATH", "")}
