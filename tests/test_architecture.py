import ast
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from gradient_horizon import registries
from gradient_horizon.errors import TableError
from gradient_horizon.tables.contracts import TABLES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gradient_horizon"
LAYERS = {
    "errors": 0,
    "startup": 0,
    "registries": 1,
    "seeding": 1,
    "checkout": 1,
    "statistics": 1,
    "footprint": 1,
    "storage": 1,
    "run_spec": 1,
    "config_files": 1,
    "axes": 1,
    "numbers": 2,
    "checked": 2,
    "sources": 2,
    "tasks": 2,
    "remedies": 2,
    "config": 3,
    "plan": 4,
    "workflow": 5,
    "cells": 5,
    "losses": 5,
    "optimisers": 5,
    "inits": 6,
    "powers": 5,
    "orthogonality": 6,
    "unroll": 6,
    "interchange": 6,
    "segments": 7,
    "equality": 7,
    "checkpoints": 7,
    "training": 8,
    "own_classes": 9,
    "measuring": 9,
    "horizon": 10,
    "tables": 11,
    "claims": 12,
    "comparing": 13,
    "durations": 13,
    "figures": 13,
    "reporting": 14,
    "verifying": 14,
    "preflight": 15,
    "cli": 16,
    "__main__": 17,
}


def imports(file):
    """What a module imports of the package, outside blocks for type checkers."""
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
            and (node.module or "").startswith("gradient_horizon")
        ):
            rest = node.module.split(".")[1:]
            yield from [rest[0]] if rest else [alias.name for alias in node.names]


def layer(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_imports_only_from_lower_layers(file):
    own = layer(file)
    if own == "__init__":
        return
    for name in imports(file):
        assert name == own or LAYERS[name] < LAYERS[own], f"{own} imports {name}"


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("gradient_horizon.workflow", ("torch", "pandas", "scipy", "matplotlib", "sklearn")),
        ("gradient_horizon.training", ("pandas", "matplotlib", "sklearn")),
        ("gradient_horizon.measuring.measure", ("pandas", "matplotlib", "sklearn")),
        ("gradient_horizon.tables.assemble", ("torch", "matplotlib")),
        ("gradient_horizon.reporting.build", ("torch", "matplotlib")),
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
        registries.INTERACTIVE,
    ],
)
def test_every_registered_name_leads_somewhere(registry):
    for name in registry:
        assert callable(getattr(registries.load(registry, "name", name), "judge", None)) or callable(
            registries.load(registry, "name", name)
        )


def test_the_workflow_knows_all_tables():
    assert set(registries.TABLES) == set(TABLES)


def test_a_table_refuses_what_breaks_its_contract(tmp_path):
    contract = TABLES["baselines"]
    row = {"task": "recall", "length": 5, "rank": 0, "baseline": "chance", "loss": 2.0, "accuracy": 0.125}
    frame = contract.frame([row | {"solved_when": "never"}])
    contract.save(frame, tmp_path)
    pd.testing.assert_frame_equal(contract.load(tmp_path), frame)
    assert (tmp_path / "baselines.csv").read_text().splitlines()[1] == "recall,5,0,chance,2,0.125,never"
    with pytest.raises(TableError, match=r"baselines\.length must be of type Int64"):
        contract.validate(frame.astype({"length": "float64"}))
    with pytest.raises(TableError, match="must have columns"):
        contract.validate(frame.drop(columns="loss"))
    with pytest.raises(TableError, match="one row per"):
        contract.frame([row, row])


def test_no_module_seeds_a_global_generator():
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text()
        for forbidden in ("manual_seed", "np.random.seed", "random.seed", "torch.rand"):
            assert forbidden not in text, f"{file.name}: {forbidden}"
