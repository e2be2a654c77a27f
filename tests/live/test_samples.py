from functools import cache

import numpy as np
import pytest
import torch
from live_modules import needs_node, run_driver

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.gate_bias import Chrono, ForgetBias
from gradient_horizon.remedies.initialisation import Identity, Orthogonal

pytestmark = needs_node
HIDDEN, INPUTS, OUTPUTS, LENGTH, COUNT = 16, 3, 2, 9, 4000
TASKS = ("recall", "adding", "parity")
CHANGES = {
    "orthogonal": Orthogonal(),
    "identity": Identity(),
    "chrono": Chrono(),
    "forget-bias": ForgetBias(bias=1),
}
STARTS = [
    (cell, start) for cell in ("tanh", "gru", "lstm", "cornn", "ind-rnn", "lru") for start in ("pytorch", *CHANGES)
]
JUDGED = ("classes", "numbers")


def cell_of(name):
    return registries.load(registries.CELLS, "cell", name)()


def is_legal(cell, start):
    return start == "pytorch" or CHANGES[start].unmet_need(cell_of(cell)) is None


def outputs_and_target(kind):
    draw = np.random.default_rng(0)
    classes = kind == "classes"
    outputs = draw.standard_normal((6, 4 if classes else 1)) * 3
    return outputs, draw.integers(4, size=6) if classes else draw.standard_normal(6)


@cache
def found():
    legal = [case for case in STARTS if is_legal(*case)]
    sizes = {"hidden": HIDDEN, "inputs": INPUTS, "outputs": OUTPUTS, "seed": 5}
    judged = {kind: outputs_and_target(kind) for kind in JUDGED}
    said = run_driver(
        "samples.mjs",
        {
            "tasks": [{"task": task, "T": LENGTH, "B": COUNT, "seed": 2} for task in TASKS],
            "starts": [{"cell": cell, "start": {"name": name, "T": 30, "b": 1}, **sizes} for cell, name in legal],
            "judged": [
                {"kind": kind, "outputs": outputs.ravel().tolist(), "target": target.tolist()}
                for kind, (outputs, target) in judged.items()
            ],
        },
    )
    said["started"] = dict(zip(legal, said["started"], strict=True))
    said["sampled"] = dict(zip(TASKS, said["sampled"], strict=True))
    said["judgements"] = dict(zip(JUDGED, said["judgements"], strict=True))
    return said


def sample_of(task):
    batch = found()["sampled"][task]
    return np.reshape(batch["inputs"], (LENGTH, COUNT, -1)), np.array(batch["target"])


def test_recall_shows_the_symbol_first_then_noise_then_the_cue():
    inputs, target = sample_of("recall")
    np.testing.assert_array_equal(inputs[0], np.eye(10)[target.astype(int)])
    np.testing.assert_array_equal(inputs[-1], np.eye(10)[np.full(COUNT, 9)])
    assert (np.delete(inputs[1:-1], 8, axis=2) == 0).all()
    noise = inputs[1:-1, :, 8]
    assert abs(noise.mean()) < 4 / noise.size**0.5
    assert abs(noise.std() - 1) < 4 / (2 * noise.size) ** 0.5
    assert abs(np.bincount(target.astype(int), minlength=8) / COUNT - 1 / 8).max() < 0.025


def test_adding_has_a_mark_in_each_half_and_the_sum_of_the_marked_numbers_for_its_target():
    inputs, target = sample_of("adding")
    values, marks = inputs[..., 0], inputs[..., 1]
    half = LENGTH // 2
    np.testing.assert_array_equal(marks[:half].sum(0), 1)
    np.testing.assert_array_equal(marks[half:].sum(0), 1)
    np.testing.assert_allclose(target, (values * marks).sum(0), rtol=1e-15)
    assert (marks.sum(1) > 0).all()
    assert np.mean((target - 1) ** 2) == pytest.approx(1 / 6, rel=0.1)


def test_parity_is_odd_where_the_number_of_ones_is():
    inputs, target = sample_of("parity")
    bits = inputs[..., 0]
    assert set(np.unique(bits)) == {-1, 1}
    np.testing.assert_array_equal(target, (bits > 0).sum(0) % 2)
    assert (inputs[:-1, :, 1] == 0).all()
    assert (inputs[-1, :, 1] == 1).all()
    assert abs(bits.mean()) < 4 / bits.size**0.5


def test_sequences_have_the_sizes_of_the_study_s_tasks():
    for task in TASKS:
        assert sample_of(task)[0].shape[2] == registries.load(registries.TASKS, "task", task).inputs


@pytest.mark.parametrize("kind", JUDGED)
def test_losses_and_their_gradients_are_torch_s(kind):
    outputs, target = outputs_and_target(kind)
    values = torch.from_numpy(outputs).requires_grad_()
    function = torch.nn.functional.cross_entropy if kind == "classes" else torch.nn.functional.mse_loss
    loss = function(values if kind == "classes" else values[:, 0], torch.from_numpy(target))
    loss.backward()
    ours = found()["judgements"][kind]
    assert ours["loss"] == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(ours["gradient"], values.grad.numpy().ravel(), rtol=1e-11)
    accuracy = (outputs.argmax(1) == target).mean() if kind == "classes" else None
    assert ours["accuracy"] == accuracy


@pytest.mark.parametrize("cell", registries.CELLS)
def test_starts_are_legal_where_the_study_s_changes_fit(cell):
    legal = {start for start in ("pytorch", *CHANGES) if is_legal(cell, start)}
    assert set(found()["legal"][cell]) == legal


def test_a_start_that_does_not_fit_is_refused_with_those_that_do():
    expected = "RangeError: start of tanh must be one of pytorch, orthogonal, identity, got chrono"
    assert found()["refusal"] == expected


@pytest.mark.parametrize(("cell", "start"), [case for case in STARTS if is_legal(*case)])
def test_a_start_has_the_layout_and_the_changes_of_the_study(cell, start):
    ours = found()["started"][cell, start]
    layout = Layout(cell_of(cell), HIDDEN, INPUTS)
    assert (ours["rows"], ours["columns"]) == layout.shape
    weight = np.reshape(ours["weight"], layout.shape)
    free = np.ones(layout.shape, bool) if layout.free is None else layout.free
    assert (weight[~free] == 0).all()
    readout = np.reshape(ours["readout"], (OUTPUTS, HIDDEN + 1))
    bound = HIDDEN**-0.5
    assert 0.8 * bound < np.abs(readout).max() <= bound
    matrices = list(layout.recurrent_blocks(weight))
    for matrix in matrices:
        if start == "orthogonal":
            np.testing.assert_allclose(matrix @ matrix.T, np.eye(HIDDEN), atol=1e-13)
            assert np.abs(matrix - np.diag(np.diag(matrix))).max() > 0.1
        elif start == "identity":
            np.testing.assert_array_equal(matrix, np.eye(HIDDEN))
        else:
            assert 0.9 * bound < np.abs(matrix).max() <= bound
    if start == "chrono":
        longest = np.exp(weight[layout.gate_rows("keep"), -1])
        assert 1 <= longest.min() < 15 < longest.max() <= 29
        if (writing := layout.gate_rows("write")) is not None:
            np.testing.assert_array_equal(weight[writing, -1], -weight[layout.gate_rows("keep"), -1])
    if start == "forget-bias":
        assert (weight[layout.gate_rows("keep"), -1] == 1).all()
    if start == "identity" and len(layout.blocks) == 1:
        assert (weight[:, -1] == 0).all()
    for parameter in layout.parameters_of_units:
        values = weight[layout.rows(parameter.name), layout.recurrent_columns + INPUTS]
        assert parameter.low <= values.min() < values.max() <= parameter.high


def test_a_bias_is_drawn_as_the_sum_of_two_where_the_block_sees_both():
    layout = Layout(cell_of("gru"), HIDDEN, INPUTS)
    weight = np.reshape(found()["started"]["gru", "pytorch"]["weight"], layout.shape)
    bound = HIDDEN**-0.5
    for name in ("recurrent", "entering"):
        assert np.abs(weight[layout.rows(name), -1]).max() <= bound
    both = np.concatenate([weight[layout.rows(name), -1] for name in ("r", "z")])
    assert bound < np.abs(both).max() <= 2 * bound


def xoshiro128(seed, purpose=0):
    """Words of Blackman and Vigna's generator, filled as report/live/random.js says."""
    mask = 0xFFFFFFFF

    def rotate(x, k):
        return (x << k | x >> (32 - k)) & mask

    filling = (seed ^ (purpose + 1) * 0x9E3779B9) & mask
    state = []
    for _ in range(4):
        filling = (filling + 0x9E3779B9) & mask
        mixed = (filling ^ filling >> 16) * 0x21F0AAAD & mask
        mixed = (mixed ^ mixed >> 15) * 0x735A2D97 & mask
        state.append(mixed ^ mixed >> 15)
    while True:
        yield rotate(state[1] * 5 & mask, 7) * 9 & mask
        shifted = state[1] << 9 & mask
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = rotate(state[3], 11)


def test_random_words_are_those_of_xoshiro_and_differ_by_seed_and_purpose():
    stream = xoshiro128(7)
    assert found()["words"] == [next(stream) for _ in range(4)]
    assert found()["streams"] == [next(xoshiro128(7, 1)), next(xoshiro128(8))]


def test_uniform_normal_and_whole_numbers_have_the_moments_of_their_laws():
    uniform, normal, whole = (np.array(found()[name]) for name in ("uniform", "normal", "whole"))
    assert uniform.min() >= 0
    assert uniform.max() < 1
    for values, mean, deviation in ((uniform, 1 / 2, 12**-0.5), (normal, 0, 1), (whole, 3.5, 5.25**0.5)):
        assert abs(values.mean() - mean) < 4 * deviation / len(values) ** 0.5
        assert values.std() == pytest.approx(deviation, rel=0.03)
    assert np.mean(normal**4) == pytest.approx(3, rel=0.1)
