"""The live parts of the page as the text of one module, from their files and the generated cells."""

import re
from collections.abc import Mapping
from pathlib import Path

from gradient_horizon.errors import ReportError
from gradient_horizon.live.javascript import write_cells

CELLS = "cells.js"
"""The generated file; all others stand in the folder of sources."""

MOUNTED = ("mountWalk", "mountTrain", "mountSliders")
"""What the page calls, each if its file is there."""

IMPORT = re.compile(r'^import\s+(?P<what>[^;"]*?)\s*from\s+"\./(?P<file>[\w-]+\.js)";\n', re.MULTILINE)
MODULE_SYNTAX = re.compile(r"^(import|export)\b.*$", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
DECLARED = re.compile(
    r"^(?:export )?(?:(?:async )?function\*?|const|let|var|class) (?:(?P<name>[\w$]+)|(?P<pattern>[\[{][^=]*))",
    re.MULTILINE,
)
STRICT = re.compile(r'^"use strict";\n', re.MULTILINE)


def bundle(sources: Path) -> str:
    """All modules of a folder and the generated cells as one, each after those that it imports from.

    The text ends by exporting what mounts the live parts; run as a worker, it starts the worker's loop. Raises
    ReportError for a module that is missing, a circle of imports, an import or export of another form than
    `import { name } from "./file.js"` and `export function`, and for a name that is declared twice.
    """
    files = {path.name: path.read_text() for path in sorted(sources.glob("*.js"))} | {CELLS: write_cells()}
    bodies = {name: _body(name, files[name]) for name in _ordered(files)}
    declared = _declared(files)
    exported = ", ".join(name for name in MOUNTED if name in declared)
    return '"use strict";\n' + "".join(bodies.values()) + f"export {{ {exported} }};\n"


def _ordered(files: Mapping[str, str]) -> list[str]:
    """The names of files, each after those that it imports; otherwise in the order of the alphabet."""
    order: list[str] = []

    def visit(name: str, importing: tuple[str, ...]) -> None:
        if name in importing:
            raise ReportError(f"live parts must not import in a circle, got {' -> '.join((*importing, name))}")
        if name not in files:
            raise ReportError(f"{importing[-1]} must import from {', '.join(sorted(files))}, got {name}")
        if name in order:
            return
        for found in IMPORT.finditer(files[name]):
            visit(found["file"], (*importing, name))
        order.append(name)

    for name in sorted(files):
        visit(name, ())
    return order


def _body(name: str, text: str) -> str:
    for found in IMPORT.finditer(text):
        if not re.fullmatch(r"\{\s*[\w$]+(?:\s*,\s*[\w$]+)*,?\s*\}", found["what"]):
            raise ReportError(f"{name} must import names as they are, {{ one, another }}, got {found['what']}")
    body = EXPORT.sub("", IMPORT.sub("", STRICT.sub("", text)))
    if left := MODULE_SYNTAX.search(body):
        raise ReportError(f"{name} must import from ./ and export functions, constants and classes, got {left[0]}")
    return body.rstrip("\n") + "\n"


def _declared(files: Mapping[str, str]) -> dict[str, str]:
    """The file of every name that is declared at the top level; raises ReportError where there are two."""
    owners: dict[str, str] = {}
    for file, text in files.items():
        for found in DECLARED.finditer(text):
            for name in [found["name"]] if found["name"] else re.findall(r"([\w$]+)\s*(?=[,}\]])", found["pattern"]):
                if name in owners:
                    raise ReportError(f"names of live parts must differ, got {name} in {owners[name]} and in {file}")
                owners[name] = file
    return owners
