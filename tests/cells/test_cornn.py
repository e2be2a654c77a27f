"""The coRNN: a block that sees two states, each through a matrix of its own."""

import numpy as np
import pytest
import torch
from cell_run import BATCH, HIDDEN, STEPS, Run

from gradient_horizon.cells.cornn import CoRNN
from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes
from gradient_horizon.engine.reference import differentiate

CONSTANTS = {"cornn": (0.042, 2.7, 4.7), "cornn-adding": (0.06, 66.0, 15.0)}
"""dt, gamma and epsilon, by cell."""

BY_CELL = pytest.mark.parametrize("name", CONSTANTS)


class Mixed(Cell):
    """Of three blocks one sees all states, one h and one none."""

    blocks = (Block("entering", sees="x"), Block("a", sees="states and x"), Block("keep", gate="keep"))
    state = ("h", "s", "t")

    def step(self, entering, a, keep, h, s, t):
        t = sigmoid(keep) * t + tanh(a)
        return tanh(s + t) + 0.5 * h, 0.5 * s + entering, t


def oscillators(name, weight, x, start, number):
    """y and z before the first step and after each, by the paper's equations; `number` is NumPy or torch."""
    of_y, of_z, of_x, b = weight[:, :HIDDEN], weight[:, HIDDEN : 2 * HIDDEN], weight[:, 2 * HIDDEN : -1], weight[:, -1:]
    (y, z), (dt, gamma, epsilon) = start, CONSTANTS[name]
    seen = [(y, z)]
    for inputs in x:
        force = number.tanh(of_y @ y + of_z @ z + of_x @ inputs + b)
        z = z + dt * force - dt * gamma * y - dt * epsilon * z
        y = y + dt * z
        seen.append((y, z))
    return zip(*seen, strict=True)


@BY_CELL
def test_both_states_are_those_of_the_coupled_oscillators_from_any_start(name):
    run = Run(name)
    run.weight *= 5  # so that both matrices matter beside the springs
    start = tuple(np.random.default_rng(1).normal(size=(2, HIDDEN, BATCH)))
    run.passes.forward(run.weight, start)
    for found, expected in zip(run.passes.states(), oscillators(name, run.weight, run.x, start, np), strict=True):
        np.testing.assert_allclose(found, np.stack(expected), rtol=0, atol=1e-12)


@BY_CELL
def test_gradients_of_both_matrices_and_of_both_states_are_autograd_s_through_a_plain_loop(name):
    run, draw = Run(name), np.random.default_rng(1)
    run.weight *= 5
    start = tuple(draw.normal(size=(2, HIDDEN, BATCH)))
    by_y, by_z = draw.normal(size=(2, HIDDEN, BATCH))
    run.passes.forward(run.weight, start)
    found = run.passes.backward(by_y, further=(by_z,), shares=True)
    weight, *first = (torch.from_numpy(values).requires_grad_() for values in (run.weight, *start))
    y, z = oscillators(name, weight, torch.from_numpy(run.x), first, torch)
    for state in (*y[1:], *z[1:]):
        state.retain_grad()
    ((y[-1] * torch.from_numpy(by_y)).sum() + (z[-1] * torch.from_numpy(by_z)).sum()).backward()
    np.testing.assert_allclose(found.weight, weight.grad, rtol=1e-10, atol=1e-12)
    for ours, theirs in zip(run.passes.start_gradient(), first, strict=True):
        np.testing.assert_allclose(ours, theirs.grad, rtol=1e-10, atol=1e-12)
    for matrix in (slice(HIDDEN), slice(HIDDEN, 2 * HIDDEN)):
        assert (np.abs(found.weight[:, matrix]) > 1e-6).all()


@pytest.mark.parametrize(("name", "slowest"), [("cornn", 0.97), ("cornn-adding", 0.72)])
def test_a_unit_that_nothing_drives_is_a_damped_oscillator_step_by_step(name, slowest):
    run, (dt, gamma, epsilon) = Run(name), CONSTANTS[name]
    run.weight[:] = 0
    start = np.random.default_rng(1).normal(size=(2, HIDDEN, BATCH))
    run.passes.forward(run.weight, tuple(start))
    kept = 1 - dt * epsilon
    step = np.array([[1 - dt**2 * gamma, dt * kept], [-dt * gamma, kept]])
    assert np.abs(np.linalg.eigvals(step)).max() == pytest.approx(slowest, abs=0.005)
    state = start.reshape(2, -1)
    for t in range(STEPS):
        state = step @ state
        found = np.stack([of[t + 1] for of in run.passes.states()]).reshape(2, -1)
        np.testing.assert_allclose(found, state, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("batch", [1, 9, 40])
def test_a_cell_of_which_some_blocks_see_all_states_and_others_not_is_what_autograd_finds(batch):
    cell, draw = Mixed(), np.random.default_rng(batch)
    passes = Passes(cell, steps=6, hidden=5, inputs=3, batch=batch, precision="float64")
    weight = draw.normal(size=passes.layout.shape) / 3
    x, gradient = draw.normal(size=(6, 3, batch)), draw.normal(size=(5, batch))
    start = tuple(draw.normal(size=(3, 5, batch)))
    passes.load(x)
    passes.forward(weight, start)
    found = passes.backward(gradient, shares=True)
    tensors = (torch.from_numpy(values) for values in (weight[None], x[:, None], gradient[None]))
    expected = differentiate(cell, *tensors, start=tuple(torch.from_numpy(state)[None] for state in start))
    np.testing.assert_allclose(found.weight, expected.weight[0], rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.state, expected.state[0], rtol=1e-10)
    squares, theirs = (each.shares**2 + each.share_spread**2 for each in (found, expected))
    np.testing.assert_allclose(squares, theirs[0], rtol=1e-10)
    assert (found.weight[~passes.layout.free] == 0).all()


@pytest.mark.parametrize(("hidden", "inputs"), [(1, 1), (7, 2), (32, 10)])
def test_it_has_two_recurrent_matrices_one_of_inputs_and_one_bias(hidden, inputs):
    layout = Layout(CoRNN(), hidden, inputs)
    assert layout.product_weights == hidden * (2 * hidden + inputs)
    assert layout.parameters == hidden * (2 * hidden + inputs + 1)
    assert layout.free is None
