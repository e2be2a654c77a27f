"""Longer sequences than trained: against an independent loop, whatever the blocks, and as a measure of its own."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.reference import run
from gradient_horizon.measuring import extrapolation as module
from gradient_horizon.measuring.extrapolation import BATCH, BLOCK, FACTORS, SEQUENCES, extrapolation
from gradient_horizon.seeding import generator
from gradient_horizon.study.costs import EXTRAPOLATED_BLOCK, EXTRAPOLATED_FACTORS, EXTRAPOLATED_SEQUENCES
from gradient_horizon.training.assembly import build_cell, build_changes, build_task
from gradient_horizon.training.loop import train

SMALL = {"hidden_size": 6, "batch_size": 8, "evaluation_sequences": 8, "updates": 4, "evaluate_every": 2}
KINDS = {
    "last": {"task": "recall", "cell": "lstm"},
    "regression": {"task": "adding", "cell": "gru"},
    "throughout": {"task": "parity-throughout", "cell": "tanh"},
    "all answers": {"task": "recall-throughout", "cell": "min-gru"},
    "some recalled": {"task": "copying", "cell": "lru", "length": 21},
    "normalised": {"task": "associative-recall", "cell": "gru", "changes": (("layer-normalisation", {}),)},
}


def trained(small_run, **changed):
    spec = small_run(**SMALL | {"length": 7, "seeds": (0, 1), "learning_rates": (0.01, 0.03)} | changed)
    return spec, train(spec)


def by_hand(spec, rates, networks, factor, seed):
    """Loss and accuracy of one network by autograd's forward pass over whole sequences, answer by answer."""
    cell, task = build_cell(spec.cell, build_changes(spec.changes)), build_task(spec.task)
    place = 2 * seed + spec.learning_rates.index(rates[seed])
    weight = torch.from_numpy(networks["final.recurrent"][place : place + 1]).double()
    readout = torch.from_numpy(networks["final.readout"][place]).double()
    draw, losses, right = generator(seed, "extrapolation data", factor), [], []
    for _ in range(SEQUENCES // BATCH):
        batch = task.sample_evaluation(factor * spec.length, BATCH, generator=draw)
        inputs = torch.from_numpy(batch.inputs)[:, None].double()
        zero = torch.zeros(1, spec.hidden_size, BATCH, dtype=torch.float64)
        steps = [states[0][0] for states in run(cell, [weight] * len(inputs), inputs, (zero,) * len(cell.state))]
        answers = task.answers(batch)
        of_answer, right_of_answer = [], []
        for hidden, answer in zip(steps[-len(answers) :], answers, strict=True):
            outputs = (readout[:, :-1] @ hidden + readout[:, -1:]).numpy()
            if task.loss == "mean-squared-error":
                of_answer.append(np.square(outputs - answer).mean())
                right_of_answer.append(math.nan)
                continue
            shifted = outputs - outputs.max(0)
            logs = shifted - np.log(np.exp(shifted).sum(0))
            of_answer.append(-logs[answer, np.arange(BATCH)].mean())
            right_of_answer.append((outputs.argmax(0) == answer).mean())
        recalled = len(answers) if task.recalled_steps is None else task.recalled_steps
        losses.append(np.mean(of_answer))
        right.append(np.mean(right_of_answer[-recalled:]))
    return np.mean(losses), np.mean(right)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_loss_and_the_accuracy_on_sequences_of_several_times_the_length(small_run, kind):
    spec, result = trained(small_run, **KINDS[kind])
    rates = (0.03, 0.01)
    found = extrapolation(spec, rates, result.networks)
    assert found["factor"].tolist() == [1, 2, 4, 8]
    assert found["loss"].shape == found["accuracy"].shape == (4, 2)
    for place, factor in enumerate(FACTORS):
        for seed in (0, 1):
            loss, accuracy = by_hand(spec, rates, result.networks, factor, seed)
            assert found["loss"][place, seed] == pytest.approx(loss, rel=1e-9)
            assert found["accuracy"][place, seed] == pytest.approx(accuracy, rel=1e-12, nan_ok=True)
    assert len(np.unique(found["loss"])) == 8


@pytest.mark.slow
@pytest.mark.parametrize("block", [1, 5, 10_000])
def test_no_number_depends_on_how_many_steps_are_in_memory_at_once(small_run, monkeypatch, block):
    spec, result = trained(small_run, cell="lstm", task="recall-throughout")
    expected = extrapolation(spec, result.chosen_learning_rates, result.networks)
    monkeypatch.setattr(module, "BLOCK", block)
    found = extrapolation(spec, result.chosen_learning_rates, result.networks)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, err_msg=name)


def test_a_network_that_left_the_numbers_has_none_and_the_others_keep_theirs(small_run, monkeypatch):
    monkeypatch.setattr(module, "SEQUENCES", 64)
    spec, result = trained(small_run, cell="relu")
    rates = (0.01, 0.01)
    expected = extrapolation(spec, rates, result.networks)
    networks = result.networks | {"final.recurrent": result.networks["final.recurrent"].copy()}
    networks["final.recurrent"][0] = math.inf
    found = extrapolation(spec, rates, networks)
    for name in ("loss", "accuracy"):
        assert np.isnan(found[name][:, 0]).all()
        np.testing.assert_array_equal(found[name][:, 1], expected[name][:, 1])


def test_a_perfect_memory_is_as_good_at_eight_times_the_length_and_a_fading_one_is_not(small_run):
    """Linear networks that keep all of what they have, or 0.7 of it at every step; noise enters where symbol 0 does.

    Of the fading one's symbol nothing is left that would stand out of the noise: it answers 0 where that is above zero,
    which is right for one symbol in eight, and else the symbol.
    """
    spec = small_run(**SMALL | {"cell": "linear", "hidden_size": 8, "length": 6, "seeds": (0, 1), "updates": 1})
    spec = replace(spec, evaluate_every=1)
    weight, readout = np.zeros((2, 8, 8 + 10 + 1), np.float32), np.zeros((2, 8, 9), np.float32)
    for network, kept in enumerate((1.0, 0.7)):
        weight[network, :, :8] = kept * np.eye(8)
    weight[:, :, 8:16] = np.eye(8)
    weight[:, 0, 16] = 0.05
    readout[:, :, :8] = np.eye(8)
    networks = {"final.recurrent": weight, "final.readout": readout}
    accuracy = extrapolation(spec, (0.001, 0.001), networks)["accuracy"]
    assert (accuracy[:, 0] >= 0.95).all()
    assert accuracy[0, 1] >= 0.95
    assert accuracy[3, 1] == pytest.approx(1 / 2 + 1 / 16, abs=5 * 0.5 / math.sqrt(SEQUENCES))


def test_what_it_costs_counts_the_lengths_and_sequences_that_it_runs():
    assert (FACTORS, SEQUENCES) == (EXTRAPOLATED_FACTORS, EXTRAPOLATED_SEQUENCES)
    assert {BATCH, BLOCK} == {EXTRAPOLATED_BLOCK}
    assert SEQUENCES % BATCH == 0
    assert list(registries.MEASURES) == ["extrapolation"]
