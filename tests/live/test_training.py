from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from live_modules import needs_node, run_driver

from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.population import Population
from gradient_horizon.training.step import take_step

pytestmark = [needs_node, pytest.mark.slow]
RELATIVE = 1e-10
"""The page's promise is 1e-4."""
UPDATES, LENGTH, BATCH = 20, 9, 32
FOLLOWED = [(cell, task) for cell in ("tanh", "lstm", "gru") for task in ("recall", "adding", "parity")]
PLAIN = {"start": {"name": "pytorch"}, "task": "recall", "T": 6, "learningRate": 0.01, "seed": 1, "updates": 1500}
TRAINED = {
    "solved": {"cell": "tanh", **PLAIN},
    "again": {"cell": "tanh", **PLAIN},
    "another seed": {"cell": "tanh", **PLAIN, "seed": 2},
    "short budget": {"cell": "tanh", **PLAIN, "updates": 150, "learningRate": 1e-5},
    "diverging": {"cell": "linear", **PLAIN, "start": {"name": "orthogonal"}, "learningRate": 30.0},
}


def python_training(cell, task):
    """Twenty updates by the study's own code, in float64, with the batches it drew and its weights before and after."""
    spec = RunSpec(
        experiment="test",
        task=task,
        cell=cell,
        remedy="none",
        changes=(("clip-norm", {"threshold": 1}),),
        length=LENGTH,
        hidden_size=32,
        batch_size=BATCH,
        optimiser="adam",
        learning_rates=(0.01,),
        precision="float64",
        updates=UPDATES,
        evaluate_every=100,
        evaluation_sequences=256,
        hidden_gradients_every=10,
        seeds=(3,),
        pilot_seeds=(),
    )
    population = Population(spec)
    passes, draw = BatchPass(population), generator(3, "training data")
    before = population.weight[0].copy(), population.readout[0].copy()
    batches = [population.task.sample(LENGTH, BATCH, generator=draw) for _ in range(UPDATES)]
    steps = [take_step(population, passes, {3: batch}) for batch in batches]
    after = population.weight[0], population.readout[0]
    return SimpleNamespace(before=before, batches=batches, steps=steps, after=after)


def as_json(cell, task, ours):
    weight, readout = (values.ravel().tolist() for values in ours.before)
    batches = [
        {"inputs": batch.inputs.swapaxes(1, 2).ravel().tolist(), "target": batch.target.tolist()}
        for batch in ours.batches
    ]
    facts = {"cell": cell, "task": task, "T": LENGTH, "learningRate": 0.01}
    return facts | {"weight": weight, "readout": readout, "batches": batches}


@cache
def found():
    python = {case: python_training(*case) for case in FOLLOWED}
    given = {"followed": [as_json(*case, ours) for case, ours in python.items()], "trained": list(TRAINED.values())}
    said = run_driver("training.mjs", given)
    return python, dict(zip(FOLLOWED, said["followed"], strict=True)), dict(zip(TRAINED, said["trained"], strict=True))


@pytest.mark.parametrize(("cell", "task"), FOLLOWED)
def test_twenty_updates_are_those_of_the_study_s_training(cell, task):
    python, javascript = (of[cell, task] for of in found()[:2])
    moved = [np.abs(after - before).max() for before, after in zip(python.before, python.after, strict=True)]
    for key, expected, change in zip(("weight", "readout"), python.after, moved, strict=True):
        assert change > 0.01
        np.testing.assert_allclose(javascript[key], expected.ravel(), rtol=0, atol=RELATIVE * change)
    for key, name in (("loss", "loss"), ("norm", "gradient_norm")):
        expected = [getattr(step, name)[0] for step in python.steps]
        np.testing.assert_allclose([step[key] for step in javascript["steps"]], expected, rtol=RELATIVE)


@pytest.mark.parametrize(("cell", "task"), FOLLOWED)
def test_the_gradient_of_every_step_is_what_the_study_records(cell, task):
    python, javascript = (of[cell, task] for of in found()[:2])
    for ours, theirs in zip(javascript["steps"], python.steps, strict=True):
        np.testing.assert_allclose(ours["hidden"][1:], theirs.hidden_gradient[0], rtol=RELATIVE)


def test_clipping_is_at_work_in_some_of_these_updates_and_not_in_others():
    norms = np.array([step["norm"] for of in found()[1].values() for step in of["steps"]])
    assert (norms > 1).sum() > 10
    assert (norms < 1).sum() > 10


def test_a_tanh_network_learns_to_recall_across_six_steps_and_stops_when_it_has():
    found_here = found()[2]["solved"]
    assert found_here["outcome"] == "solved"
    assert found_here["evaluations"][-1]["accuracy"] >= 0.95
    assert all(each["accuracy"] < 0.95 for each in found_here["evaluations"][:-1])
    assert found_here["updates"] == 100 * len(found_here["evaluations"])
    assert found_here["losses"][0] == pytest.approx(np.log(8), abs=0.3)
    assert found_here["losses"][-1] < 0.5


def test_a_training_is_the_same_again_and_another_with_another_seed():
    _, _, trained = found()
    assert trained["again"]["losses"] == trained["solved"]["losses"]
    assert trained["another seed"]["losses"][0] != trained["solved"]["losses"][0]


def test_a_budget_that_is_used_up_is_said_to_be():
    assert found()[2]["short budget"]["outcome"] == "unsolved"
    assert len(found()[2]["short budget"]["losses"]) == 150


def test_a_divergence_is_a_result_with_its_update():
    diverging = found()[2]["diverging"]
    assert diverging["outcome"] == "diverged"
    assert diverging["updates"] == len(diverging["losses"]) < 1500
