"""Training gives the same bits on every processor: shown by compiling for others, with every library set to match."""

import ast
import os
import re
import subprocess
import sys

import pytest

from gradient_horizon import registries
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine import objects
from gradient_horizon.engine.equations import trace
from gradient_horizon.engine.kernels_of import write_module
from gradient_horizon.pipeline.processors import AVX2, FAMILY, PLAIN
from gradient_horizon.store.imports import SOURCES, closure

PACKAGE = SOURCES / "gradient_horizon"
TRAINED_BY = {
    file.relative_to(PACKAGE).as_posix()
    for file in closure([PACKAGE / "training" / "loop.py"], base=SOURCES)
    if file.relative_to(PACKAGE).parts[0] in ("engine", "training")
}
PROCESSORS = {"AVX2 only": AVX2, "plain x86-64": PLAIN}

FORBIDDEN = {"dot", "matmul", "einsum", "inner", "vdot", "tensordot", "linalg"}
OUTSIDE = ("engine/reference.py", "engine/reference_passes.py", "engine/share_terms.py")
"""Of cells that mix units, for which the promise is not made; and what is computed for measures only."""

SCRIPT = """
import hashlib, sys
from gradient_horizon import registries
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.loop import train
import numpy as np
{patch}
def forbidden(*arguments, **options):
    raise AssertionError("training must call no library for linear algebra")

for name in {forbidden}:
    setattr(np, name, forbidden)
for name in set(np.linalg.__all__) - {{"eigvals", "LinAlgError"}}:
    setattr(np.linalg, name, forbidden)

def digest(cell, *changes, task="recall", **settings):
    spec = RunSpec(**(dict(
        experiment="test", task=task, cell=cell, remedy="none", changes=changes, length=20, hidden_size=9,
        batch_size=12, optimiser="adam", learning_rates=(0.003,), precision="float32", updates=100, evaluate_every=50,
        evaluation_sequences=24, hidden_gradients_every=10, seeds=(0,), pilot_seeds=(),
    ) | settings))
    result, text = train(spec), hashlib.sha256()
    for arrays in (result.networks, result.history):
        for name in sorted(arrays):
            text.update(name.encode() + arrays[name].tobytes())
    print(cell, *(name for name, _ in changes), task, text.hexdigest())

clip = ("clip-norm", {{"threshold": 1.0}})
for cell in {cells}:
    digest(cell, clip)
if {remedies}:
    flow, clamp = ("constant-flow", {{"coefficient": 1.0}}), ("clip-elementwise", {{"threshold": 0.1}})
    digest("tanh", ("orthogonal", {{}}), flow, clamp)
    digest("tanh", ("orthogonal-kept", {{}}), task="adding")
    digest("relu", ("non-normal", {{"radius": 0.9, "strength": 1.0}}), ("truncation", {{"window": 7}}))
    digest("gru", ("spectral-radius", {{"radius": 1.2}}), task="copying", length=25)
    digest("lstm", ("chrono", {{}}), ("layer-normalisation", {{}}), optimiser="sgd")
    digest("gru", clip, task="digits", length=64)
    sparse = ("normal-start", {{"deviation": 0.01, "inputs_per_unit": 5, "radius": 0.95}})
    digest("tanh", sparse, clip, optimiser="nesterov")
    digest("tanh", ("glorot-start", {{}}), clip, task="two-sequences-10", length=10, optimiser="rmsprop")
    digest("lstm", ("keras-start", {{}}), clip, task="recall-throughout", optimiser="momentum")
print("torch" in sys.modules)
"""
REASSOCIATED = """
from gradient_horizon.engine.compiler.writer import Writer
from gradient_horizon.engine.compiler import products
def rounded_twice(self, x, y, z):
    return self.builder.fadd(self.builder.fmul(x, y), z)
Writer.fused = rounded_twice
"""
EVERY_CELL = list(registries.CELLS)

on_x86 = pytest.mark.skipif(objects.architecture() != FAMILY, reason="imitates processors of this family")


def digests(environment=None, *, cells=EVERY_CELL, remedies=True, patch="") -> list[str]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            SCRIPT.format(cells=cells, remedies=remedies, patch=patch, forbidden=sorted(FORBIDDEN - {"linalg"})),
        ],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, has_torch = done.stdout.splitlines()
    assert has_torch == "False"
    return lines


@on_x86
@pytest.mark.long
@pytest.mark.parametrize("processor", PROCESSORS)
def test_training_gives_the_same_bytes_on_other_processors(processor):
    here = digests()
    assert len(here) == len(EVERY_CELL) + 9
    assert digests(PROCESSORS[processor]) == here


@on_x86
@pytest.mark.long
def test_a_sum_that_is_rounded_in_another_way_is_noticed(tmp_path):
    cells = ["tanh", "gru"]
    here = digests(cells=cells, remedies=False)
    changed = digests({objects.FOLDER: str(tmp_path)}, cells=cells, remedies=False, patch=REASSOCIATED)
    assert all(ours != theirs for ours, theirs in zip(here, changed, strict=True))


DISASSEMBLY = """
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine import objects
from gradient_horizon.engine.equations import trace
from gradient_horizon.engine.kernels_of import write_module
print(objects.assembly(str(write_module(LSTM(), trace(LSTM()), "float32", 16))))
"""


@on_x86
@pytest.mark.slow
def test_the_imitation_is_real():
    def assembly(environment):
        return subprocess.run(
            [sys.executable, "-c", DISASSEMBLY],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    avx2, plain = assembly(AVX2), assembly(PLAIN)
    assert "ymm" in avx2
    assert "vfmadd" in avx2
    assert "zmm" not in avx2
    assert not re.search(r"ymm|zmm|vfmadd", plain)
    assert "fmaf" in plain
    if "+avx512f" in objects.processor()[1]:
        assert "zmm" in objects.assembly(str(write_module(LSTM(), trace(LSTM()), "float32", 16)))


@pytest.mark.parametrize("name", sorted(TRAINED_BY - {*OUTSIDE}))
def test_nothing_that_decides_a_weight_calls_torch_or_a_library_for_linear_algebra(name):
    for node in ast.walk(ast.parse((PACKAGE / name).read_text())):
        assert not isinstance(node, ast.MatMult), name
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np":
            assert node.attr not in FORBIDDEN, f"{name}: {node.attr}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert not re.search(r"\b(torch|scipy)\b", ast.unparse(node)), f"{name}: {ast.unparse(node)}"


def test_of_remedies_only_spectral_radii_call_one_and_round_what_it_returns():
    rounded = 'float(f"{np.abs(np.linalg.eigvals(MATRIX)).max():.{RADIUS_DIGITS}g}")'
    for file in (PACKAGE / "remedies").glob("*.py"):
        text = file.read_text()
        calls = re.findall(r"np\.linalg\.\w+|torch\.\w+|\s@\s", text)
        named = {"initialisation.py": "block", "normal_start.py": "matrix"}.get(file.name)
        assert calls == (["np.linalg.eigvals"] if named else []), file.name
        assert named is None or rounded.replace("MATRIX", named) in text, file.name
