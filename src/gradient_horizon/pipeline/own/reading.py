"""Which files a class of the user's own reads while it is tried."""

import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gradient_horizon.study.own_places import is_own

CODE = (".py", ".pyc", ".pyi", ".so")
_watching: list[set[str]] = []


@contextmanager
def files_read() -> Iterator[set[str]]:
    """The paths that are opened for reading in the block."""
    if not _installed:
        sys.addaudithook(_note)
        _installed.append(True)
    found: set[str] = set()
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)


def data_among(read: set[str]) -> list[Path]:
    """Those of the files that are there and are the user's data: no code, none of Python, packages or the system."""
    paths = {Path(name).resolve() for name in read}
    return sorted(path for path in paths if path.is_file() and path.suffix not in CODE and _is_data(path))


def run_again(made: type) -> None:
    """Runs the module of a class once more, as another module, since it may read files when it is imported."""
    spec = importlib.util.spec_from_file_location("tried_again", inspect.getsourcefile(made) or "")
    if spec and spec.loader:
        with suppress(Exception):  # it was imported before: only what it reads is asked here
            spec.loader.exec_module(importlib.util.module_from_spec(spec))


_installed: list[bool] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _watching:
        return
    path, mode, flags = arguments
    reads = "r" in mode if isinstance(mode, str) else flags & os.O_ACCMODE == os.O_RDONLY
    if reads and isinstance(path, str | bytes | os.PathLike):
        for found in _watching:
            found.add(os.fsdecode(path))


def _is_data(path: Path) -> bool:
    of_system = path.parts[1:2] in (("proc",), ("sys",), ("dev",), ("etc",), ("usr",))
    hidden = any(part.startswith(".") for part in path.parts[1:])
    return not of_system and not hidden and is_own(str(path)) and not path.is_relative_to(sys.prefix)
