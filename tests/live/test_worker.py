import numpy as np
import pytest
from live_modules import SOURCES, needs_node, run_driver

from gradient_horizon.live.bundle import bundle

pytestmark = [needs_node, pytest.mark.slow]
CHOICE = {"cell": "tanh", "start": {"name": "pytorch"}, "task": "recall", "T": 8, "learningRate": 0.003, "seed": 1}


def run(seconds=60, pause_after=None, **changed):
    given = {"source": bundle(SOURCES), "choice": CHOICE | changed, "seconds": seconds, "pauseAfter": pause_after}
    return run_driver("worker.mjs", given)


def test_it_trains_until_the_task_is_solved_and_tells_of_every_update():
    answers = run()["answers"]
    last = answers[-1]
    assert [answer["outcome"] for answer in answers[:-1]] == [None] * (len(answers) - 1)
    assert last["outcome"] == "solved"
    assert last["evaluation"]["update"] == last["updates"]
    assert last["evaluation"]["accuracy"] >= 0.95
    losses = np.concatenate([answer["losses"] for answer in answers])
    rows = np.concatenate([answer["rows"] for answer in answers]).reshape(-1, 8)
    assert len(losses) == len(rows) == last["updates"] % 1500
    assert losses[0] == pytest.approx(np.log(8), abs=0.3)
    assert (np.diff(rows[0]) > 0).all()  # the gradient of a plain network before training shrinks on its way back
    assert -12 < rows.min() < rows.max() < 0


def test_a_pause_is_silent_and_changes_no_number():
    paused, straight = run(pause_after=1, cell="gru", T=12), run(cell="gru", T=12)
    assert paused["silence"] == 0
    assert len(paused["answers"]) > 2
    ours, theirs = (np.concatenate([a["losses"] for a in each["answers"]]) for each in (paused, straight))
    np.testing.assert_array_equal(ours, theirs)


def test_messages_come_ten_times_a_second_at_most():
    gaps = run(seconds=1.5, task="parity", T=60)["gaps"]
    assert len(gaps) > 3
    assert np.mean(gaps) > 100


def test_it_stops_when_its_time_is_over():
    last = run(seconds=0.3, task="parity", T=60)["answers"][-1]
    assert last["outcome"] == "late"
    assert 0.3 <= last["seconds"] < 2
    assert last["updates"] < 1500


def test_a_divergence_ends_it():
    answers = run(cell="linear", start={"name": "identity"}, learningRate=3)["answers"]
    assert answers[-1]["outcome"] == "diverged"
    assert answers[-1]["updates"] == sum(len(answer["losses"]) for answer in answers) < 1500
