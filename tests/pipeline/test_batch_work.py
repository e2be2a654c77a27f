"""The work of a batch on one run: what is there is kept, what is damaged is made again, whatever was done before."""

import json
import subprocess
import sys

import numpy as np
import pytest

from gradient_horizon.errors import ChangedError, StoreError
from gradient_horizon.measuring.extrapolation import extrapolation
from gradient_horizon.measuring.measure import measure
from gradient_horizon.pipeline import batch_work
from gradient_horizon.pipeline.batch_work import complete
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import read_arrays
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.loop import train

VANISHING = (("spectral-radius", {"radius": 0.01}),)
"""With it, squares of the gradient of a sequence of 200 steps are subnormal, even in double precision."""

ALONE = """
import sys
from pathlib import Path
from gradient_horizon.measuring.measure import measure
from gradient_horizon.storage import read_arrays, write_arrays
from gradient_horizon.study.run_spec import RunSpec
spec = RunSpec.from_json(sys.argv[1])
write_arrays(Path(sys.argv[3]), measure(spec, len(spec.seeds) * spec.learning_rates, read_arrays(Path(sys.argv[2]))))
"""


@pytest.fixture
def spec(small_run):
    return small_run(updates=2, evaluate_every=1, length=4)


@pytest.fixture
def work(tmp_path):
    """Completes a run in a store; returns where it stands."""

    def run(spec: RunSpec, further=()):
        progress = ProgressWriter(
            tmp_path / "progress.json", batch="b", experiments=["test"], runs=1, networks=1, work=1.0
        )
        stored = Store(tmp_path / "store").run(keys_of(spec, further))
        complete(spec, stored, progress, training=0.5)
        return stored

    return run


def changed(stored):
    return {path.name: path.stat().st_mtime_ns for path in stored.folder.iterdir() if path.is_file()}


def test_what_is_complete_is_left_as_it_is(spec, work):
    before = changed(work(spec))
    assert changed(work(spec)) == before
    assert before.keys() >= {"networks.safetensors", "outcome.json", "provenance.json", "durations.json"}


def test_lost_measures_are_taken_again_and_nothing_is_trained(spec, work, monkeypatch):
    stored = work(spec)
    expected = stored.measures.read_bytes()
    stored.measures.unlink()
    monkeypatch.setattr(batch_work, "train", lambda *_, **__: pytest.fail("it is trained"))
    assert work(spec).measures.read_bytes() == expected


def test_a_further_measure_is_taken_beside_the_others_and_nothing_else_is_done_again(spec, work, monkeypatch):
    before = changed(work(spec))
    monkeypatch.setattr(batch_work, "train", lambda *_, **__: pytest.fail("it is trained"))
    stored = work(spec, ["extrapolation"])
    after = changed(stored)
    new = set(after) - set(before)
    assert new == {stored.further["extrapolation"].name}
    assert {name for name in before if after[name] != before[name]} == {"durations.json"}
    rates = json.loads(stored.outcome.read_text())["chosen_learning_rates"]
    expected = extrapolation(spec, rates, read_arrays(stored.networks))
    for name, values in read_arrays(stored.further["extrapolation"]).items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)
    assert set(json.loads(stored.durations.read_text())) == {"training", "measuring", "extrapolation"}
    assert changed(work(spec, ["extrapolation"])) == after


@pytest.mark.parametrize("part", ["networks", "outcome", "history", "provenance"])
def test_a_damaged_part_of_training_is_moved_aside_and_made_again(spec, work, capsys, part):
    stored = work(spec)
    file = getattr(stored, part)
    expected = file.read_bytes()
    file.write_bytes(expected[:-1])
    assert getattr(work(spec), part).read_bytes() == expected
    assert file.with_name(f"{file.name}.damaged").read_bytes() == expected[:-1]
    assert f"{file} is not what was written there" in capsys.readouterr().out


def test_another_history_trains_the_same_networks_and_stands_beside(small_run, work):
    once, often = (work(small_run(updates=4, evaluate_every=2, hidden_gradients_every=every)) for every in (4, 1))
    assert once.folder == often.folder
    assert once.history.exists()
    assert read_arrays(often.history)["hidden_gradient"].shape[0] == 4
    assert read_arrays(once.history)["hidden_gradient"].shape[0] == 1


def test_measures_are_the_same_whether_the_run_was_trained_in_this_process_or_not(small_run, work, tmp_path):
    spec = small_run(changes=VANISHING, length=200, updates=2, evaluate_every=1, precision="float64")
    stored, alone = work(spec), tmp_path / "alone.safetensors"
    subprocess.run([sys.executable, "-c", ALONE, spec.to_json(), stored.networks, alone], check=True)
    here, there = read_arrays(stored.measures), read_arrays(alone)
    contribution = here["contribution"][0]
    assert ((contribution > 0) & (contribution**2 < np.finfo(float).tiny)).any()
    assert here.keys() == there.keys()
    for name, values in here.items():
        assert values.tobytes() == there[name].tobytes(), name


def test_training_leaves_subnormal_numbers_as_they_were(small_run):
    tiny = np.full(4, 2e-310)
    train(small_run(updates=2, evaluate_every=1))
    assert (tiny * 0.5 > 0).all()
    measure(small_run(updates=0), [0.001], train(small_run(updates=0)).networks)
    assert (tiny * 0.5 > 0).all()


OWN = """
from pathlib import Path
from gradient_horizon.tasks.recall import Recall

class Changing(Recall):
    data_files = ("numbers.txt",)

    def sample_evaluation(self, length, count, *, generator):
        Path(__file__).with_name("numbers.txt").write_text("3, 2, 1")
        return super().sample_evaluation(length, count, generator=generator)
"""


def test_a_run_whose_data_change_while_it_is_trained_is_not_stored(small_run, work, tmp_path, monkeypatch):
    (tmp_path / "changing_task.py").write_text(OWN)
    (tmp_path / "numbers.txt").write_text("1, 2, 3, 4")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ChangedError, match=r"numbers\.txt must stay as it is while a run is trained"):
        work(small_run(task="changing_task:Changing", updates=2, evaluate_every=1))
    assert list((tmp_path / "store").rglob("*.safetensors")) == []


def test_a_store_that_cannot_be_written_is_named(spec, tmp_path, work, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_work, "write_arrays", full)
    with pytest.raises(StoreError, match="must be a folder that can be written to, got No space left on device"):
        work(spec)
