"""The bits that training gives, held to those of a file; what runs of the store are held by besides their keys.

To write the file again: `python tests/training/test_golden_bits.py`.
"""

import hashlib
import json
import platform
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gradient_horizon import registries
from gradient_horizon.engine import segments
from gradient_horizon.store.keys import identity
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.assembly import build_cell, build_task
from gradient_horizon.training.ensemble import Ensemble
from gradient_horizon.training.loop import train
from gradient_horizon.training.optimisers import OPTIMISERS
from gradient_horizon.training.outcome import RunStatus
from gradient_horizon.training.version import ENGINE_VERSION

FILE = Path(__file__).with_name("golden_bits.json")
COMMAND = "python tests/training/test_golden_bits.py"
RAISE = "raise ENGINE_VERSION in src/gradient_horizon/training/version.py, so that every run is trained again"

ONE = RunSpec(
    experiment="golden",
    task="recall",
    cell="tanh",
    remedy="none",
    changes=(("clip-norm", {"threshold": 1.0}),),
    length=10,
    hidden_size=8,
    batch_size=8,
    optimiser="adam",
    learning_rates=(0.003, 0.03),
    precision="float32",
    updates=100,
    evaluate_every=50,
    evaluation_sequences=16,
    hidden_gradients_every=10,
    seeds=(0,),
    pilot_seeds=(1_000_000,),
)
CHANGES = {
    "clip-norm": {"threshold": 0.3},
    "clip-elementwise": {"threshold": 0.01},
    "truncation": {"window": 4},
    "spectral-radius": {"radius": 1.2},
    "normal-start": {"deviation": 0.01, "inputs_per_unit": 5, "radius": 0.95},
    "non-normal": {"radius": 0.9, "strength": 1.0},
    "forget-bias": {"bias": 1.0},
    "chrono-up-to": {"longest": 30},
    "constant-flow": {"coefficient": 1.0},
}
"""Parameters of changes that must be given some."""

WITH_GATES = ("chrono-input", "forget-bias", "chrono", "chrono-up-to", "keras-start")


def _runs() -> dict[str, RunSpec]:
    """Runs that reach every cell, task, change and path of training, by name."""
    cells = [name for name in registries.CELLS if not build_cell(name, ()).mixes_units]
    runs = {f"cell {name}": replace(ONE, cell=name) for name in cells}
    for name in registries.TASKS:
        task = build_task(name)
        length = task.fixed_length or max(task.minimal_length, ONE.length)
        runs[f"task {name}"] = replace(ONE, task=name, cell="gru", length=length, learning_rates=(0.003,))
    strict = "task temporal-order-strict"
    runs[strict] = replace(runs[strict], length=12)  # of the same length, it is temporal-order until one is solved
    for name in registries.CHANGES:
        cell = "lstm" if name in WITH_GATES else "tanh"
        runs[f"change {name}"] = replace(
            ONE, cell=cell, changes=((name, CHANGES.get(name, {})),), learning_rates=(0.03,)
        )
    runs["sgd"] = replace(ONE, optimiser="sgd", learning_rates=(0.03, 0.3))
    runs["momentum"] = replace(ONE, optimiser="momentum", learning_rates=(0.03, 0.3))
    runs["nesterov"] = replace(ONE, optimiser="nesterov", learning_rates=(0.03, 0.3))
    runs["rmsprop"] = replace(ONE, optimiser="rmsprop")
    runs["float64"] = replace(ONE, cell="lstm", precision="float64")
    runs["wide"] = replace(ONE, cell="gru", hidden_size=33, batch_size=43, evaluation_sequences=43, updates=20)
    runs["normalised"] = replace(ONE, cell="gru", changes=(("layer-normalisation", {}),), task="copying", length=25)
    exploding = (("orthogonal", {"gain": 3.0}),)
    runs["diverging"] = replace(ONE, cell="relu", changes=exploding, optimiser="sgd", learning_rates=(1e-3, 10.0))
    return runs


RUNS = _runs()


def decided_by(spec: RunSpec) -> str:
    """A digest of all that decides a run but for versions of libraries, on which bits do not depend."""
    return _digest(json.dumps(_without_versions(identity(spec)), sort_keys=True).encode())


def _without_versions(part):
    if isinstance(part, dict):
        return {name: _without_versions(value) for name, value in part.items() if name != "versions"}
    return [_without_versions(value) for value in part] if isinstance(part, list) else part


def bits_of(spec: RunSpec) -> str:
    """A digest of all arrays that training gives."""
    result, digest = train(spec), hashlib.sha256()
    for kind, arrays in (("networks", result.networks), ("history", result.history)):
        for name, array in sorted(arrays.items()):
            digest.update(f"{kind} {name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return digest.hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def problem(name: str, known: dict, found: dict[str, str]) -> str | None:
    """What is to be done about a run whose bits, or what decides them, are not as in the file; None: nothing."""
    if known["engine_version"] != ENGINE_VERSION:
        return (
            f"{FILE.name} is of engine version {known['engine_version']}, not {ENGINE_VERSION}: write it by `{COMMAND}`"
        )
    before = known["bits"].get(name)
    if before is None:
        return f"{FILE.name} lacks {name!r}: write it by `{COMMAND}`"
    if before["decided by"] != found["decided by"]:
        return (
            f"what decides {name!r} changed, and its runs are trained again: if that is meant, write it by `{COMMAND}`"
        )
    if before["sha256"] != found["sha256"]:
        return (
            f"bits changed for {name!r}, and nothing in its key: stored runs would pass for what training does not "
            f"give now. If that is meant, {RAISE}, and write new ones by `{COMMAND}`"
        )
    return None


def described(spec: RunSpec) -> dict[str, str]:
    return {"decided by": decided_by(spec), "sha256": bits_of(spec)}


def read() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


on_x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="bits of this family of processors")


@on_x86
@pytest.mark.parametrize("name", RUNS)
def test_training_gives_the_bits_that_it_gave(name):
    assert problem(name, read(), described(RUNS[name])) is None


def test_every_cell_task_change_optimiser_and_precision_is_among_the_runs():
    specs = RUNS.values()
    mixing = {name for name in registries.CELLS if build_cell(name, ()).mixes_units}
    assert {spec.cell for spec in specs} | mixing == set(registries.CELLS)
    assert {spec.task for spec in specs} == set(registries.TASKS)
    assert {name for spec in specs for name, _ in spec.changes} == set(registries.CHANGES)
    assert {spec.optimiser for spec in specs} == set(OPTIMISERS)
    assert {spec.precision for spec in specs} == {"float32", "float64"}


@on_x86
def test_training_in_segments_gives_the_same_bits(monkeypatch):
    spec = RUNS["task digits"]
    monkeypatch.setattr(segments, "TAPE_BYTES", 20_000)
    assert Ensemble(spec).passes.passes.segment < spec.length / 2
    assert bits_of(spec) == read()["bits"]["task digits"]["sha256"]


def test_runs_end_in_every_way():
    endings = {name: {outcome.status for outcome in train(RUNS[name]).outcomes} for name in ("diverging", "cell lru")}
    assert endings == {
        "diverging": {RunStatus.DIVERGED, RunStatus.UNSOLVED},
        "cell lru": {RunStatus.SOLVED, RunStatus.UNSOLVED},
    }


def test_the_file_has_the_runs_and_no_others_each_with_bits_of_its_own():
    assert set(read()["bits"]) == set(RUNS)
    assert len({entry["sha256"] for entry in read()["bits"].values()}) == len(RUNS)


KNOWN = {"engine_version": ENGINE_VERSION, "bits": {"one": {"decided by": "key", "sha256": "bits"}}}


@pytest.mark.parametrize(
    ("name", "known", "found", "asked"),
    [
        ("one", KNOWN, {"decided by": "key", "sha256": "bits"}, None),
        ("one", KNOWN, {"decided by": "key", "sha256": "other"}, RAISE),
        ("one", KNOWN, {"decided by": "other", "sha256": "other"}, "its runs are trained again"),
        ("one", KNOWN, {"decided by": "other", "sha256": "bits"}, "its runs are trained again"),
        ("new", KNOWN, {"decided by": "key", "sha256": "bits"}, "lacks 'new'"),
        ("one", KNOWN | {"engine_version": 0}, {"decided by": "key", "sha256": "bits"}, "engine version 0"),
    ],
)
def test_what_is_said_of_other_bits_says_what_to_do(name, known, found, asked):
    said = problem(name, known, found)
    assert said is asked is None or (asked in said and COMMAND in said)


@pytest.mark.parametrize(("version", "key", "is_refused"), [(0, "", True), (1, "", False), (0, "another", False)])
def test_other_bits_are_written_only_with_another_version_or_key(monkeypatch, tmp_path, version, key, is_refused):
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "FILE", tmp_path / "golden_bits.json")
    monkeypatch.setattr(here, "RUNS", {"one": RUNS["cell tanh"]})
    main()
    before, entry = FILE.read_text(), read()["bits"]["one"]
    monkeypatch.setattr(here, "ENGINE_VERSION", ENGINE_VERSION + version)
    monkeypatch.setattr(here, "decided_by", lambda spec: key or entry["decided by"])
    monkeypatch.setattr(here, "bits_of", lambda spec: "other bits")
    if is_refused:
        with pytest.raises(SystemExit, match="bits changed for one"):
            main()
        assert FILE.read_text() == before
    else:
        main()
        assert read()["engine_version"] == ENGINE_VERSION
        assert read()["bits"]["one"]["sha256"] == "other bits"


def main() -> None:
    """Writes the file, unless bits changed where neither the engine's version nor a key did."""
    found = {name: described(spec) for name, spec in RUNS.items()}
    known = read() if FILE.exists() else {"engine_version": None, "bits": {}}
    before = known["bits"] if known["engine_version"] == ENGINE_VERSION else {}
    unexplained = [
        name
        for name, entry in found.items()
        if name in before
        and before[name]["decided by"] == entry["decided by"]
        and before[name]["sha256"] != entry["sha256"]
    ]
    if unexplained:
        sys.exit(f"bits changed for {', '.join(unexplained)}, and nothing in their keys: {RAISE}. Nothing was written.")
    content = {"engine_version": ENGINE_VERSION, "bits": found}
    FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
