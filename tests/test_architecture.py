import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradient_horizon import registries

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gradient_horizon"
GROUND = ("errors", "folders", "registries", "seeding", "storage", "statistics")
"""Every folder may import these; `statistics` is a folder itself and imports none of them."""
FOLDERS = (
    "study",
    "tasks",
    "engine",
    "cells",
    "remedies",
    "training",
    "measuring",
    "store",
    "tables",
    "language",
    "claims",
    "literature",
    "simulating",
    "figures",
    "live",
    "reporting",
    "pipeline",
    "library",
    "documenting",
)
"""A folder imports from those before it, and from the ground floor."""

FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE, LONGEST_CLASS = 400, 150


def imports(file):
    """What a module imports of the package, outside blocks for type checkers: a folder, or a module on the ground."""
    tree = ast.parse(file.read_text())
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node not in typing_only
            and (node.module or "").split(".")[0] == "gradient_horizon"
        ):
            rest = node.module.split(".")[1:]
            yield from [rest[0]] if rest else [alias.name for alias in node.names]


def test_the_listing_is_the_ground_floor_and_the_folders():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert modules == {"__init__", "__main__", *GROUND} - {"statistics"}
    assert folders == {*FOLDERS, "statistics"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_imports_only_from_folders_above_its_own(file):
    own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own in ("__init__", "__main__"):
        return
    for name in imports(file):
        if own == "statistics":
            assert name == own, f"{own} imports {name}"
        elif own in GROUND:
            assert name in GROUND, f"{own} imports {name}"
        else:
            assert name == own or name in (*GROUND, *FOLDERS[: FOLDERS.index(own)]), f"{own} imports {name}"


@pytest.mark.parametrize("folder", [*FOLDERS, "statistics"])
def test_a_folder_says_its_purpose_in_one_sentence(folder):
    purpose = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text()))
    assert purpose
    assert len(re.findall(r"[.!?](?:\s|$)", purpose)) == 1, purpose


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_files_and_classes_are_small(file):
    text = file.read_text()
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            assert node.end_lineno - node.lineno + 1 <= LONGEST_CLASS, node.name


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_files_beside_the_package_are_small_too(folder):
    for file in (ROOT / folder).rglob("*.py"):
        assert "node_modules" in file.parts or file.read_text().count("\n") <= LONGEST_FILE, file


def test_tests_mirror_the_folders():
    tests = ROOT / "tests"
    for folder in {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")} - {Path("cluster")}:
        assert (PACKAGE / folder).is_dir(), folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("gradient_horizon.pipeline.workflow", ("torch", "pandas", "scipy", "matplotlib", "sklearn")),
        ("gradient_horizon.training.loop", ("pandas", "matplotlib", "sklearn")),
        ("gradient_horizon.measuring.measure", ("pandas", "matplotlib", "sklearn")),
        ("gradient_horizon.tables.assemble", ("torch", "matplotlib")),
        ("gradient_horizon.reporting.build", ("torch",)),
    ],
)
def test_heavy_libraries_stay_on_their_side(module, forbidden):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(forbidden)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "registry",
    [
        registries.CELLS,
        registries.TASKS,
        registries.CHANGES,
        registries.CLAIMS,
        registries.FIGURES,
    ],
)
def test_every_registered_name_leads_somewhere(registry):
    for name in registry:
        assert callable(getattr(registries.load(registry, "name", name), "judge", None)) or callable(
            registries.load(registry, "name", name)
        )


def test_no_module_seeds_a_global_generator():
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text()
        for forbidden in ("manual_seed", "np.random.seed", "random.seed", "torch.rand"):
            assert forbidden not in text, f"{file.name}: {forbidden}"
