"""Digests of the code that each rule runs: a rule runs again when its own has changed.

A digest covers the module of the rule's job, all that it imports, directly or through others, and all files behind the
names of a registry in which any of these looks names up. Comments, docstrings and layout do not count. Batches have no
such digest: what decides a run is in its keys.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from gradient_horizon import registries
from gradient_horizon.store.imports import SOURCES, closure
from gradient_horizon.store.keys import NAMING
from gradient_horizon.store.syntax import digest_of_code

JOBS = SOURCES / "gradient_horizon" / "pipeline" / "jobs"

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "checks": "checks",
        "tables": "tables",
        "claims": "claims",
        "folders": "claim_folders",
        "methods": "methods",
        "published": "published",
        "figures": "figures",
        "live": "live",
        "page": "report",
        "pdf": "report",
        "poster": "report",
    }
)
"""The module of each rule's job."""

LOOKED_UP = ("CLAIMS", "FIGURES", "TABLES")
"""Registries whose every name counts; of cells, tasks and changes, those that runs name are in the keys of the runs."""

PLAN = "list_runs.py"
"""The plan is decided by the parameters of its job; only the form in which it is written is not."""


def code(rule: str) -> str:
    """The digest of the code that a rule runs."""
    return digest_of_code([JOBS / PLAN] if rule == "plan" else files(rule))


@cache
def files(rule: str) -> frozenset[Path]:
    """The code that a rule runs."""
    reached: frozenset[Path] = frozenset()
    roots = {JOBS / f"{MODULES[rule]}.py"}
    while not roots <= reached:
        reached = closure(roots, base=SOURCES, without=NAMING)
        roots = roots.union(*(_behind(registry) for file in reached for registry in _looked_up(file)))
    return reached


@cache
def _looked_up(file: Path) -> frozenset[str]:
    """The registries in which a file looks names up."""
    attributes = (node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Attribute))
    return frozenset(
        node.attr for node in attributes if node.attr in LOOKED_UP and ast.unparse(node.value) == "registries"
    )


@cache
def _behind(registry: str) -> frozenset[Path]:
    names: Mapping[str, str] = getattr(registries, registry)
    return frozenset(registries.source_file(names, "name", name) for name in names)
