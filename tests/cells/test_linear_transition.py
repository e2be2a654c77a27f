"""The LT-RNN and logistic units: loops of their formulas, autograd through these, and closed forms."""

import numpy as np
import pytest
import torch
from cell_run import BATCH, HIDDEN, STEPS, Run

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes
from gradient_horizon.tasks.adding import Adding


def linear_transition(weight, h, x):
    recurrent, entering = weight[:HIDDEN], weight[HIDDEN:]
    rectified = (entering[:, HIDDEN:-1] @ x + entering[:, -1:]).clip(min=0)
    return recurrent[:, :HIDDEN] @ h + recurrent[:, -1:] + rectified


def logistic_units(weight, h, x):
    product = weight[:, :HIDDEN] @ h + weight[:, HIDDEN:-1] @ x + weight[:, -1:]
    return 1 / (1 + (-product).exp()) if isinstance(product, torch.Tensor) else 1 / (1 + np.exp(-product))


FORMULAS = {"lt-rnn": linear_transition, "sigmoid": logistic_units}
BY_CELL = pytest.mark.parametrize("name", FORMULAS)


@BY_CELL
def test_states_are_those_of_the_published_formula_in_numpy(name):
    run = Run(name)
    states, h = run.forward(), np.zeros((HIDDEN, BATCH))
    for t, x in enumerate(run.x):
        h = FORMULAS[name](run.weight, h, x)
        np.testing.assert_allclose(states[t], h, rtol=1e-12, atol=1e-12)
    assert np.abs(states[-1]).min() > 1e-3


@BY_CELL
def test_gradients_are_autograd_s_through_a_plain_loop(name):
    run, by_last = Run(name), np.random.default_rng(1).normal(size=(HIDDEN, BATCH))
    run.forward()
    found = run.passes.backward(by_last, shares=True)
    weight, h = torch.from_numpy(run.weight).requires_grad_(), torch.zeros(HIDDEN, BATCH, dtype=torch.float64)
    for x in torch.from_numpy(run.x):
        h = FORMULAS[name](weight, h, x)
    (h * torch.from_numpy(by_last)).sum().backward()
    np.testing.assert_allclose(found.weight, weight.grad.numpy() * run.free, rtol=1e-11, atol=1e-11)
    assert np.abs(found.weight[:, :HIDDEN]).max() > 1e-3


def test_the_gradient_of_the_lt_rnn_goes_back_by_powers_of_w_whatever_enters():
    run, by_last = Run("lt-rnn"), np.random.default_rng(1).normal(size=(HIDDEN, BATCH))
    for scale in (1.0, -30.0):
        run.passes.load(scale * run.x)
        run.passes.forward(run.weight)
        run.passes.backward(by_last)
        power = np.linalg.matrix_power(run.block("recurrent").recurrent, STEPS)
        np.testing.assert_allclose(run.passes.start_gradient()[0], power.T @ by_last, rtol=1e-10, atol=1e-10)


def test_the_gradient_of_logistic_units_shrinks_to_a_quarter_per_step_where_their_slope_is_largest():
    run, by_last = Run("sigmoid"), np.random.default_rng(1).normal(size=(HIDDEN, BATCH))
    run.weight[:] = 0
    run.weight[:, :HIDDEN] = np.eye(HIDDEN)
    run.weight[:, -1] = -0.5  # so that one half is where the state stays
    run.passes.forward(run.weight, (np.full((HIDDEN, BATCH), 0.5),))
    np.testing.assert_array_equal(run.passes.states()[0], 0.5)
    run.passes.backward(by_last)
    np.testing.assert_allclose(run.passes.start_gradient()[0], by_last / 4**STEPS, rtol=1e-13)


@pytest.mark.parametrize("length", [2, 9, 200])
def test_one_rectified_unit_with_a_transition_of_1_solves_the_adding_problem_exactly(length):
    cell = registries.load(registries.CELLS, "cell", "lt-rnn")()
    inputs, target = Adding().sample(length, 100, generator=np.random.default_rng(0))
    passes = Passes(cell, steps=length, hidden=1, inputs=2, batch=100, precision="float64")
    passes.load(inputs.astype(float))
    weight = np.zeros(passes.layout.shape)
    weight[passes.layout.rows("recurrent"), 0] = 1
    weight[passes.layout.rows("entering"), 1:] = (1, 1, -1)
    np.testing.assert_allclose(passes.forward(weight)[0], target, rtol=1e-6)


@pytest.mark.parametrize(("hidden", "inputs"), [(1, 1), (7, 2), (32, 10)])
def test_the_lt_rnn_has_a_recurrent_matrix_an_input_matrix_and_two_biases(hidden, inputs):
    layout = Layout(registries.load(registries.CELLS, "cell", "lt-rnn")(), hidden, inputs)
    assert layout.parameters == hidden * (hidden + inputs + 2)
    assert layout.product_weights == hidden * (hidden + inputs)
    sigmoid = Layout(registries.load(registries.CELLS, "cell", "sigmoid")(), hidden, inputs)
    assert sigmoid.parameters == hidden * (hidden + inputs + 1)
