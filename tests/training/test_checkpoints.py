from dataclasses import asdict

import numpy as np
import pytest

from gradient_horizon.training import checkpoints
from gradient_horizon.training.checkpoints import Checkpoint
from gradient_horizon.training.loop import train

EXPLODING = (("orthogonal", {"gain": 2.0}),)
RUNS = {
    "adam": {"seeds": (0, 1), "learning_rates": (0.001, 0.03), "pilot_seeds": (7,), "updates": 40},
    "sgd": {
        "optimiser": "sgd",
        "learning_rates": (1e-4, 10.0),
        "pilot_seeds": (7,),
        "changes": EXPLODING,
    },
    "momentum": {"optimiser": "momentum", "pilot_seeds": (7,), "learning_rates": (0.01, 0.1), "updates": 40},
    "nesterov": {"optimiser": "nesterov", "pilot_seeds": (7,), "learning_rates": (0.01, 0.1), "updates": 40},
    "rmsprop": {"optimiser": "rmsprop", "pilot_seeds": (7,), "learning_rates": (0.001, 0.01), "updates": 40},
    "kept orthogonal": {"changes": (("orthogonal-kept", {}),), "seeds": (0, 3), "updates": 30},
    "lstm": {"cell": "lstm", "changes": (("clip-norm", {"threshold": 0.1}),)},
    "float64": {"precision": "float64", "cell": "gru"},
    "an answer at every step": {"task": "copying", "length": 24, "updates": 20},
    "an answer at every step but the first": {"task": "recall-throughout", "updates": 20},
    "solved": {"length": 2, "learning_rates": (0.03, 1e-4), "pilot_seeds": (7,), "evaluate_every": 3},
    "normalised": {"cell": "lstm", "changes": (("layer-normalisation", {}),), "updates": 20},
    "a remedy in the backward pass": {"changes": (("constant-flow", {"coefficient": 0.1}),), "updates": 20},
    "parameters of units": {"cell": "lru", "updates": 20},
    "two states in the weight": {"cell": "cornn", "updates": 20},
    "antisymmetric": {"cell": "euler", "changes": (("antisymmetric", {}),), "seeds": (0, 3), "updates": 30},
}
LEAVING = {"sgd": "diverged", "solved": "solved"}
"""Runs of which networks leave before the last interruption."""


class StoppedError(Exception):
    """A process that is gone."""


@pytest.fixture
def stop_after(monkeypatch):
    """Saves after every update, and stops after so many saved states of the process."""

    def arm(count):
        saved, save = [], Checkpoint.save

        def save_and_stop(self, *state):
            save(self, *state)
            saved.append(1)
            if len(saved) == count:
                raise StoppedError

        monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
        monkeypatch.setattr(Checkpoint, "save", save_and_stop)

    return arm


def assert_same(result, expected):
    assert repr([asdict(o) for o in result.outcomes]) == repr([asdict(o) for o in expected.outcomes])
    assert result.chosen_learning_rates == expected.chosen_learning_rates
    assert result.pilot_learning_rates == expected.pilot_learning_rates
    for part in ("networks", "history"):
        ours, theirs = getattr(result, part), getattr(expected, part)
        assert ours.keys() == theirs.keys()
        for name, array in theirs.items():
            assert ours[name].tobytes() == array.tobytes(), name


@pytest.mark.parametrize("run", RUNS)
def test_training_goes_on_bit_for_bit_however_often_it_is_stopped(small_run, tmp_path, stop_after, monkeypatch, run):
    spec = small_run(**RUNS[run])
    undisturbed = train(spec)
    if run in LEAVING:
        assert any(o.status == LEAVING[run] and o.update < 14 for o in undisturbed.outcomes)
    for stop in (1, 7, 6):
        stop_after(stop)
        with pytest.raises(StoppedError):
            train(spec, checkpoint=Checkpoint(tmp_path / "state", "a run"))
        monkeypatch.undo()
    lines = []
    resumed = train(spec, report=lines.append, checkpoint=Checkpoint(tmp_path / "state", "a run"))
    assert lines[0] == "going on after update 14"
    assert_same(resumed, undisturbed)


def stopped(small_run, path, stop_after, monkeypatch, **changes):
    spec = small_run(updates=20, **changes)
    stop_after(5)
    with pytest.raises(StoppedError):
        train(spec, checkpoint=Checkpoint(path, "a run"))
    monkeypatch.undo()
    return spec


def first_line(spec, path, identity="a run"):
    lines = []
    train(spec, report=lines.append, checkpoint=Checkpoint(path, identity))
    return lines[0]


def test_a_finished_run_leaves_its_state_to_be_removed_with_its_checksum(small_run, tmp_path, stop_after, monkeypatch):
    stopped(small_run, tmp_path / "state", stop_after, monkeypatch)
    Checkpoint(tmp_path / "state", "a run").remove()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("harm", ["flipped", "truncated", "empty"])
def test_a_damaged_state_is_not_taken_up(small_run, tmp_path, stop_after, monkeypatch, harm):
    path = tmp_path / "state"
    spec = stopped(small_run, path, stop_after, monkeypatch)
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({"flipped": flipped, "truncated": content[:middle], "empty": b""}[harm])
    assert first_line(spec, path).startswith("update 20 of 20")


def test_a_state_of_another_identity_is_not_taken_up(small_run, tmp_path, stop_after, monkeypatch):
    path = tmp_path / "state"
    spec = stopped(small_run, path, stop_after, monkeypatch)
    assert first_line(spec, path, "another").startswith("update 20 of 20")


def test_a_state_that_cannot_be_written_stops_no_training(small_run, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    (tmp_path / "file").write_text("")
    spec = small_run(updates=20)
    assert_same(train(spec, checkpoint=Checkpoint(tmp_path / "file" / "state", "a run")), train(spec))


def test_nothing_is_saved_in_the_first_seconds(small_run, tmp_path):
    spec = small_run(updates=20)
    train(spec, checkpoint=Checkpoint(tmp_path / "state", "a run"))
    assert list(tmp_path.iterdir()) == []


def test_at_most_a_minute_is_lost():
    assert checkpoints.SECONDS_BETWEEN_CHECKPOINTS <= 30


def test_saved_numbers_keep_their_bits(tmp_path):
    arrays = {"odd": np.array([np.nan, -0.0, 5e-324, np.inf]), "none": np.zeros((0, 2), dtype=np.float32)}
    facts = {"loss": float(np.float32(0.1)), "missing": float("nan"), "large": 2**127 + 1}
    Checkpoint(tmp_path / "state", "a run").save(arrays, facts)
    back, told = Checkpoint(tmp_path / "state", "a run").load()
    for name, array in arrays.items():
        assert back[name].tobytes() == array.tobytes()
        assert back[name].flags.writeable
    assert repr(told) == repr(facts)
