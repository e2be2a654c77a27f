"""The modules that a file of Python imports, directly or through others, and the packages of other people."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.registries import PACKAGE

SOURCES = Path(__file__).parents[2]
"""The folder that this package stands in."""


class Imported(NamedTuple):
    """Files beside the one that imports them, below the same folder, and names of packages from elsewhere."""

    files: frozenset[Path]
    packages: frozenset[str]


def closure(
    files: Iterable[Path], *, base: Path, only: str | None = None, without: Iterable[str] = ()
) -> frozenset[Path]:
    """These files and all that they import from below `base`, directly or through others.

    `only`: the one package below `base` that counts. Blocks for type checkers are left out, and so are the paths,
    relative to `base`, in `without`, with what they import.
    """
    only = _counted(base, only)
    left_out = {base / name for name in without}
    reached: set[Path] = set()
    starts = {*files}
    waiting = starts.union(*(_around(file, base) for file in starts)) - left_out
    while waiting:
        file = waiting.pop()
        reached.add(file)
        waiting |= imported(file, base, only).files - left_out - reached
    return frozenset(reached)


def packages_of(files: Iterable[Path], *, base: Path, only: str | None = None) -> frozenset[str]:
    """The packages from elsewhere that these files import, by the names under which they do; `only` as in `closure`."""
    only = _counted(base, only)
    return frozenset(package for file in files for package in imported(file, base, only).packages)


def is_installed(base: Path) -> bool:
    """Whether this is a folder that packages of many people are installed in."""
    return not {"site-packages", "dist-packages"}.isdisjoint(base.parts)


@cache
def imported(file: Path, base: Path, only: str | None) -> Imported:
    """What a file imports itself, wherever the import stands."""
    files: set[Path] = set()
    packages: set[str] = set()
    for module in _modules(file, base):
        top = module.partition(".")[0]
        found = _file_of(module, base) if only in (None, top) else None
        if found is not None:
            files |= {found, *_parents(module, base)}
        elif top not in sys.stdlib_module_names and top != PACKAGE:
            packages.add(top)
    return Imported(frozenset(files - {file}), frozenset(packages))


def base_of(file: Path, module: str) -> Path:
    """The folder from which a module with this dotted name is imported."""
    return file.parents[module.count(".") + (file.name == "__init__.py")]


@cache
def versions(packages: frozenset[str]) -> dict[str, str]:
    """The versions of what these packages are installed from; of those that are not installed, nothing."""
    found: dict[str, str] = {}
    known = packages_distributions() if packages else {}
    for package in sorted(packages):
        for distribution in known.get(package, []):
            try:
                found[distribution] = version(distribution)
            except PackageNotFoundError:
                continue
    return found


def _counted(base: Path, only: str | None) -> str | None:
    """The one package that counts: beside ours, where it is installed, stand those of other people."""
    return PACKAGE if only is None and base == SOURCES and is_installed(base) else only


def _modules(file: Path, base: Path) -> Iterator[str]:
    tree = ast.parse(file.read_bytes())
    for node in _outside_type_checking(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = _package_of(file, base, node.level) if node.level else ""
            module = ".".join(filter(None, (start, node.module)))
            within = [f"{module}.{alias.name}" for alias in node.names if _file_of(f"{module}.{alias.name}", base)]
            yield from [module, *within]


def _outside_type_checking(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from _outside_type_checking(other)
            continue
        yield child
        yield from _outside_type_checking(child)


def _package_of(file: Path, base: Path, level: int) -> str:
    """The package that a relative import of this level starts from."""
    folder = file.parents[level - 1]
    return ".".join(folder.relative_to(base).parts) if folder.is_relative_to(base) else ""


def _file_of(module: str, base: Path) -> Path | None:
    path = base.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _around(file: Path, base: Path) -> Iterator[Path]:
    """The files of the packages that a file is part of."""
    if file.is_relative_to(base):
        yield from _parents(".".join(file.relative_to(base).with_suffix("").parts), base)


def _parents(module: str, base: Path) -> Iterator[Path]:
    """The files of the packages that a module is part of, which are run before it."""
    parts = module.split(".")[:-1]
    for count in range(1, len(parts) + 1):
        file = base.joinpath(*parts[:count], "__init__.py")
        if file.is_file():
            yield file
