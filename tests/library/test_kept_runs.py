"""What `train` keeps in a folder, and finds again."""

import signal
from pathlib import Path

import numpy as np
import pytest
from small_runs import SMALL, write_run
from written_csv import columns, write

from gradient_horizon import Baseline, Batch, Task, train
from gradient_horizon.errors import StoreError
from gradient_horizon.library import training
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store


def sign(scale, *, is_easy=False):
    """A task as a notebook defines it: a class that no module has."""

    class Sign(Task):
        inputs, outputs, loss, solved_when = 1, 2, "cross-entropy", "never"

        def sample(self, length, count, *, generator):
            inputs = scale * generator.standard_normal((length, 1, count)).astype(np.float32)
            return Batch(inputs, (inputs[0, 0] > 0).astype(np.int64))

        def baselines(self, length):
            return (Baseline("chance", loss=0.69, accuracy=0.5),)

        def is_solved(self, loss, accuracy):
            return is_easy

    return Sign


def same(one, other):
    assert one.losses.tobytes() == other.losses.tobytes()
    assert one.saved["final.recurrent"].tobytes() == other.saved["final.recurrent"].tobytes()
    assert repr(one.outcomes) == repr(other.outcomes)


@pytest.fixture
def no_training(monkeypatch):
    def forbid():
        def trained(*given, **more):
            raise AssertionError("it was trained again")

        monkeypatch.setattr(training, "trained", trained)

    return forbid


@pytest.mark.parametrize(
    ("task", "more"),
    [("recall", {}), ("recall", {"paired": True}), (sign(1.0), {}), ("recall", {"changes": ["orthogonal"]})],
    ids=["names", "pairs", "own", "changes"],
)
def test_a_finished_run_is_not_trained_again(tmp_path, no_training, task, more):
    first = train("tanh", task, **SMALL, **more, folder=tmp_path)
    same(first, train("tanh", task, **SMALL, **more))
    no_training()
    same(first, train("tanh", task, **SMALL, **more, folder=tmp_path))
    with pytest.raises(AssertionError, match="trained again"):
        train("tanh", task, **SMALL | {"updates": 31}, **more, folder=tmp_path)


def test_a_class_of_a_notebook_is_known_by_what_it_does(tmp_path, no_training):
    first = train("tanh", sign(1.0), **SMALL, folder=tmp_path)
    no_training()
    same(first, train("tanh", sign(1.0)(), **SMALL, folder=str(tmp_path)))
    with pytest.raises(AssertionError, match="trained again"):
        train("tanh", sign(2.0), **SMALL, folder=tmp_path)


def test_a_file_of_data_is_known_by_what_is_in_it(tmp_path, no_training):
    file = write(tmp_path, columns())
    task = {"csv": str(file), "input": ["wave", "noise"], "target": "wave"}
    first = train("tanh", task, **SMALL, folder=tmp_path / "runs")
    assert first.weights["a.x"].shape == (4, 8, 2)
    no_training()
    moved = {**task, "csv": str(write(tmp_path, columns(), "other.csv"))}
    same(first, train("tanh", moved, **SMALL, folder=tmp_path / "runs"))
    write(tmp_path, columns(seed=1))
    with pytest.raises(AssertionError, match="trained again"):
        train("tanh", task, **SMALL, folder=tmp_path / "runs")


def test_the_run_of_a_study_is_the_same_run(tmp_path, no_training, small_run):
    asked = {name: value for name, value in SMALL.items() if name not in ("seeds", "learning_rates")}
    spec = small_run(cell="gru", seeds=(0, 1), learning_rates=(0.01, 0.1), hidden_gradients_every=10, **asked)
    of_python = train("gru", "recall", **SMALL, folder=tmp_path / "python")
    stored = Store(tmp_path / "python").run(keys_of(spec))
    assert stored.is_trained
    run, result, _ = write_run(spec, tmp_path / "study")
    assert stored.networks.read_bytes() == run.stored.networks.read_bytes()
    assert stored.history.read_bytes() == run.stored.history.read_bytes()
    assert stored.outcome.read_bytes() == run.stored.outcome.read_bytes()
    no_training()
    found = train("gru", "recall", **SMALL, folder=tmp_path / "study")
    same(found, of_python)
    assert repr(found.outcomes) == repr(result.outcomes)


@pytest.fixture
def interruptible():
    """SIGINT as in a terminal; a shell's jobs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("task", ["recall", sign(1.0)], ids=["named", "own"])
def test_an_interruption_costs_nothing(tmp_path, task):
    whole, shares = train("tanh", task, **SMALL), []

    def interrupt(share):
        shares.append(share)
        if len(shares) == 1:
            signal.raise_signal(signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        train("tanh", task, **SMALL, folder=tmp_path, progress=interrupt)
    assert signal.getsignal(signal.SIGINT) is handler
    (checkpoint,) = tmp_path.glob("runs/*/*/checkpoint.safetensors")
    assert shares == [pytest.approx(1 / 3)]
    same(whole, train("tanh", task, **SMALL, folder=tmp_path, progress=interrupt))
    assert shares[1:] == pytest.approx([2 / 3, 1])
    assert not checkpoint.exists()


@pytest.mark.usefixtures("interruptible")
def test_without_a_folder_an_interruption_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train("tanh", "recall", **SMALL, progress=lambda share: signal.raise_signal(signal.SIGINT))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_at_the_end_leaves_the_finished_run(tmp_path, no_training):
    task = sign(1.0, is_easy=True)
    with pytest.raises(KeyboardInterrupt):
        train("tanh", task, **SMALL, folder=tmp_path, progress=lambda share: signal.raise_signal(signal.SIGINT))
    no_training()
    assert train("tanh", task, **SMALL, folder=tmp_path).solved_at.tolist() == [10] * 4


def test_a_damaged_file_is_moved_aside_and_made_again(tmp_path):
    first = train("tanh", "recall", **SMALL, folder=tmp_path)
    (networks,) = tmp_path.glob("runs/*/*/networks.safetensors")
    networks.write_bytes(networks.read_bytes()[:-1])
    with pytest.warns(UserWarning, match=r"networks.safetensors is not what was written there"):
        same(first, train("tanh", "recall", **SMALL, folder=tmp_path))
    assert Path(f"{networks}.damaged").is_file()


def test_a_folder_of_another_form_is_refused(tmp_path):
    (tmp_path / "format.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="must be a store of format 1, got format 99"):
        train("tanh", "recall", **SMALL, folder=tmp_path)
