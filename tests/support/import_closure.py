"""All modules of the package that a module imports, directly or through others, wherever the import stands."""

import ast
from functools import cache
from pathlib import Path

import gradient_horizon

PACKAGE = Path(gradient_horizon.__file__).parent
REGISTRIES = ("CELLS", "TASKS", "CHANGES", "CLAIMS", "FIGURES", "TABLES", "BASES")


def path_of(module):
    """The file of a module, relative to the package; None for what is no module of it."""
    parts = module.split(".")[1:]
    for file in (Path(*parts, "__init__.py"), Path(*parts).with_suffix(".py") if parts else None):
        if file is not None and (PACKAGE / file).is_file():
            return file.as_posix()
    return None


@cache
def imported(file):
    """The files that a file imports, outside blocks for type checkers, and the registries that it looks names up in."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    modules, registries = set(), set()
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "registries" and node.attr in REGISTRIES:
            registries.add(node.attr)
    own = (module for module in modules if module.split(".")[0] == "gradient_horizon")
    return frozenset(filter(None, map(path_of, own))), frozenset(registries)


def closure(*files, named=()):
    """The files that these import in the end, these included, but for `__init__` files, which hold a docstring only.

    `named`: files behind the names that a job is given; they are part of it.
    """
    reached, waiting = set(), [*files, *named]
    while waiting:
        file = waiting.pop()
        if file in reached or Path(file).name == "__init__.py":
            continue
        reached.add(file)
        if file != "registries.py":
            waiting += imported(file)[0]
    return reached


def looked_up(files):
    """The registries in which any of these files looks names up."""
    return {registry for file in files for registry in imported(file)[1]}
