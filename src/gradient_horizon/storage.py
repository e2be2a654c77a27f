"""Files that are either whole or absent: written under a temporary name, then renamed; their checksums beside them.

The hidden folder `.sha256` beside a file holds its checksum, in the form that `sha256sum --check .sha256/*` reads.
Every step of the workflow calls `require_whole` before it reads: a file that does not match it is moved aside, and
rebuilt by the same command.
"""

import hashlib
import json
import math
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from safetensors.numpy import load_file, save

from gradient_horizon.errors import DamagedError
from gradient_horizon.folders import RESULTS, STORE

CHECKSUMS = ".sha256"


def write(path: Path, content: bytes | str) -> None:
    """Writes a file; an interruption leaves a complete file, or one that does not match its checksum."""
    with writing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """As `write`, for content that is written piece by piece to the file given."""
    with _replacing(path) as temporary:
        with temporary.open("wb") as file:
            yield file
        with temporary.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        with _replacing(_checksum_file(path)) as line:
            line.write_text(f"{checksum}  {path.name}\n")


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes named arrays in the safetensors format, which cannot carry code."""
    write(path, save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}))


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Reads what `write_arrays` wrote."""
    return dict(load_file(path))


def write_json(path: Path, content: Any, *, for_people: bool = False) -> None:
    """Writes lists, mappings, texts and numbers as JSON, with null for numbers that are not finite.

    For people, keys keep their order, and letters are written as they are.
    """
    text = json.dumps(
        _finite(content), indent=1, sort_keys=not for_people, ensure_ascii=not for_people, allow_nan=False
    )
    write(path, f"{text}\n")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def require_whole(*paths: Path) -> None:
    """Raises DamagedError where files do not match their checksums; these are moved aside first.

    A file without a checksum is only moved where it must be ours: in results/ or store/ of the current folder.
    """
    damaged = [path for path in paths if not is_whole(path)]
    strangers = [path for path in damaged if not _is_ours(path)]
    ours = [path for path in damaged if path not in strangers]
    for path in ours:
        move_aside(path)
    if damaged:
        raise DamagedError(ours, strangers)


def _is_ours(path: Path) -> bool:
    return path.parts[0] in (RESULTS.name, STORE.name) or _checksum_file(path).exists()


def move_aside(path: Path) -> Path:
    """Renames a damaged file, and returns its new path."""
    aside = path.with_name(f"{path.name}.damaged")
    with suppress(FileNotFoundError):  # another job may have moved it
        path.replace(aside)
    return aside


def is_whole(path: Path) -> bool:
    """Whether a file exists and matches its checksum; a file without a checksum does not."""
    try:
        checksum = _checksum_file(path).read_bytes().split()
        with path.open("rb") as file:
            return checksum[:1] == [hashlib.file_digest(file, "sha256").hexdigest().encode()]
    except FileNotFoundError:
        return False


def damaged_files(folder: Path) -> Iterator[Path]:
    """The files below a folder that do not match their checksums, or are gone."""
    for checksums in sorted(folder.rglob(CHECKSUMS)):
        for checksum in sorted(checksums.iterdir()):
            path = checksums.parent / checksum.name
            if checksum.suffix != ".tmp" and not is_whole(path):
                yield path


def remove(path: Path) -> None:
    """Removes a file and its checksum, where there are any."""
    path.unlink(missing_ok=True)
    _checksum_file(path).unlink(missing_ok=True)


def _checksum_file(path: Path) -> Path:
    return path.parent / CHECKSUMS / path.name


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary path, of no other process on any machine, which replaces the path unless something is raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
