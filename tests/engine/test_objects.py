import os
import stat
import subprocess
import sys
import time

import pytest

from gradient_horizon.engine import objects

SCRIPT = """
import sys
import numpy as np
from gradient_horizon.cells.gru import GRU
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes

passes = Passes(GRU(), steps=3, hidden=4, inputs=2, batch=3)
passes.load(np.ones((3, 2, 3), np.float32))
last = passes.forward(np.full(Layout(GRU(), 4, 2).shape, 0.1, np.float32))
print(last.tobytes().hex(), "llvmlite.ir" in sys.modules, "gradient_horizon.engine.compiler.forward" in sys.modules)
"""


def start(folder, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, objects.FOLDER: str(folder), **environment},
    )


def run(folder, **environment):
    process = start(folder, **environment)
    printed, _ = process.communicate()
    assert process.returncode == 0
    bits, *compiled = printed.split()
    return bits, compiled[1] == "True"


@pytest.mark.slow
def test_a_second_process_finds_the_object_and_imports_nothing_that_writes_code(tmp_path):
    first, second = run(tmp_path), run(tmp_path)
    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]


@pytest.mark.slow
def test_processes_that_compile_at_once_leave_one_whole_object(tmp_path):
    processes = [start(tmp_path) for _ in range(3)]
    assert len({process.communicate()[0].split()[0] for process in processes}) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".o"]


@pytest.mark.slow
def test_a_damaged_object_is_compiled_again(tmp_path):
    expected, _ = run(tmp_path)
    (stored,) = tmp_path.iterdir()
    stored.write_bytes(stored.read_bytes()[:-100])
    assert run(tmp_path) == (expected, True)
    assert run(tmp_path) == (expected, False)


@pytest.mark.slow
def test_another_processor_and_other_features_are_other_objects(tmp_path):
    expected, _ = run(tmp_path)
    assert run(tmp_path, **{objects.CPU: "x86-64-v3", objects.FEATURES: ""}) == (expected, True)
    assert run(tmp_path, **{objects.CPU: "x86-64-v3", objects.FEATURES: "-avx2"})[1]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_written_to_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv(objects.FOLDER, str(tmp_path / "file" / "objects"))
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(objects, "BESIDE", tmp_path / "file" / "beside")
    assert objects._folder.__wrapped__() == tmp_path / "cache" / "gradient-horizon" / "objects"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert objects._folder.__wrapped__() is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every folder")
def test_a_read_only_folder_is_passed_over(tmp_path):
    folder = tmp_path / "objects"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    bits, _ = run(folder, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert bits == run(tmp_path / "others")[0]


def test_the_key_changes_with_everything_that_code_depends_on(monkeypatch):
    keys = {objects.digest("equations")}
    keys.add(objects.digest("other equations"))
    monkeypatch.setattr(objects, "_writers", lambda: "other writers")
    keys.add(objects.digest("equations"))
    monkeypatch.setattr(objects.llvmlite, "__version__", "0.0")
    keys.add(objects.digest("equations"))
    monkeypatch.setenv(objects.CPU, "other")
    keys.add(objects.digest("equations"))
    monkeypatch.setenv(objects.FEATURES, "+other")
    keys.add(objects.digest("equations"))
    assert len(keys) == 6


@pytest.mark.slow
def test_a_cell_compiles_within_ten_seconds_and_the_package_imports_within_one(tmp_path):
    start = time.perf_counter()
    run(tmp_path)
    assert time.perf_counter() - start < 10
    start = time.perf_counter()
    code = "import sys, gradient_horizon.engine.passes, gradient_horizon.cells.lstm; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 1
    assert done.stdout.strip() == "False"
