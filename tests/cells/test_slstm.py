"""The sLSTM against the formula without stabiliser, whose exponentials numbers of more range than ours can hold."""

import itertools

import numpy as np
import pytest
import torch
from cell_run import BATCH, HIDDEN, INPUTS, STEPS, Run

from gradient_horizon.engine.layout import Layout

EXTREME = 1e3


def run_with(*, scale=1.0, steps=STEPS, precision="float64"):
    """Random weights, those of the exponential gates multiplied by `scale`."""
    run = Run("slstm", steps=steps, precision=precision)
    for name in ("i", "f"):
        run.weight[run.layout.rows(name)] *= scale
    return run


def constant(**pre_activations):
    """Gates that are the same at every step, whatever the network sees."""
    run = Run("slstm")
    for name, value in pre_activations.items():
        run.weight[run.layout.rows(name)] = 0
        run.weight[run.layout.rows(name), -1] = value
    return run


def states(run):
    """h, n, m and c after each step."""
    run.passes.load(run.x.astype(run.passes.precision))
    run.passes.forward(run.weight.astype(run.passes.precision))
    return [state[1:] for state in run.passes.states()]


def unstabilised(run, number=np.float64):
    """h, n and c by the paper's formula as it stands, step by step, in numbers of this type."""
    h = n = c = np.zeros((HIDDEN, BATCH), number)
    found = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for x in run.x:
            i, f, o, z = (run.block(name)(h, x).astype(number) for name in ("i", "f", "o", "z"))
            i, f, o = np.exp(i), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o))
            n, c = f * n + i, f * c + i * np.tanh(z)
            h = o * c / n
            found.append((h, n, c))
    return [np.stack(values) for values in zip(*found, strict=True)]


def test_states_are_those_of_the_formula_without_stabiliser():
    run = run_with()
    h, n, m, c = states(run)
    expected_h, expected_n, expected_c = unstabilised(run)
    np.testing.assert_allclose(h, expected_h, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(n * np.exp(m), expected_n, rtol=1e-11)
    np.testing.assert_allclose(c * np.exp(m), expected_c, rtol=1e-11, atol=1e-12)
    assert np.abs(h).max() > 0.1


@pytest.mark.parametrize("scale", [30.0, EXTREME])
def test_extreme_gates_give_what_numbers_of_more_range_find(scale):
    run = run_with(scale=scale)
    h, _, m, _ = states(run)
    assert np.abs(m).max() > scale
    in_range = unstabilised(run)[0]
    holds = np.isfinite(in_range)
    assert holds.any()
    np.testing.assert_allclose(h[holds], in_range[holds], rtol=0, atol=1e-9)
    if np.finfo(np.longdouble).maxexp > 16_000:
        np.testing.assert_allclose(h, unstabilised(run, np.longdouble)[0].astype(float), rtol=0, atol=1e-9)
        assert holds.all() == (scale < EXTREME)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(("i", "f", "o"), list(itertools.product([-EXTREME, 0.0, EXTREME], repeat=3)))
def test_no_combination_of_extreme_gates_gives_a_state_or_gradient_that_is_no_finite_number(i, f, o, precision):
    run = constant(i=i, f=f, o=o)
    run.passes = Run("slstm", precision=precision).passes
    h, n, m, c = states(run)
    for values in (h, n, m, c):
        assert np.isfinite(values).all()
    assert np.abs(c).max() <= STEPS
    found = run.passes.backward(np.ones((HIDDEN, BATCH), precision), shares=True)
    assert np.isfinite(found.weight).all()
    assert np.isfinite(found.full_state).all()


@pytest.mark.parametrize("scale", [1.0, 10.0, EXTREME])
def test_the_normaliser_lies_between_one_and_the_number_of_steps(scale):
    _, n, _, c = states(run_with(scale=scale))
    assert (n >= 1).all()
    assert (n <= np.arange(1, STEPS + 1)[:, None, None] * (1 + 1e-12)).all()
    assert (np.abs(c) <= n).all()


def test_h_is_the_mean_of_what_entered_weighted_by_its_gate_and_by_what_was_kept_since():
    run = constant(i=2.0, f=0.7, o=50.0)
    run.weight[run.layout.rows("z"), :HIDDEN] = 0
    h = states(run)[0]
    entered = np.tanh(np.stack([run.block("z")(np.zeros((HIDDEN, BATCH)), x) for x in run.x]))
    for t in range(STEPS):
        weights = (1 / (1 + np.exp(-0.7))) ** np.arange(t, -1, -1)
        np.testing.assert_allclose(h[t], np.average(entered[: t + 1], axis=0, weights=weights), rtol=1e-11)


def test_gradients_are_those_of_autograd_through_the_formula_without_stabiliser():
    run = run_with()
    last = states(run)[0][-1].copy()
    found = run.passes.backward(last)
    weight = torch.from_numpy(run.weight).requires_grad_()
    h = n = c = torch.zeros(HIDDEN, BATCH, dtype=torch.float64)
    hidden = []
    for x in torch.from_numpy(run.x):
        products = weight @ torch.cat([h, x, torch.ones(1, BATCH, dtype=torch.float64)])
        pre = {name: products[run.layout.rows(name)] for name in "ifoz"}
        i, f = pre["i"].exp(), pre["f"].sigmoid()
        n, c = f * n + i, f * c + i * pre["z"].tanh()
        h = pre["o"].sigmoid() * c / n
        h.retain_grad()
        hidden.append(h)
    (h * torch.from_numpy(last)).sum().backward()
    np.testing.assert_allclose(found.weight, weight.grad, rtol=1e-9, atol=1e-11)
    norms = torch.stack([by.grad.norm(dim=0).sum() for by in hidden])
    np.testing.assert_allclose(found.hidden, norms, rtol=1e-9)
    assert (found.weight != 0).mean() > 0.99


def test_gradients_of_extreme_gates_are_differences_of_the_states():
    run = run_with(scale=100.0)
    last = states(run)[0][-1].copy()
    found = run.passes.backward(last).weight
    for row, column in ((0, HIDDEN), (HIDDEN, 0), (2 * HIDDEN + 1, HIDDEN + INPUTS), (3 * HIDDEN, 1)):
        losses = []
        for sign in (1, -1):
            moved = run.weight.copy()
            moved[row, column] += sign * 1e-6
            losses.append((run.passes.forward(moved) * last).sum())
        assert found[row, column] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-4, abs=1e-7)


def test_the_forget_gate_multiplies_the_memory_whose_scale_is_the_stabiliser():
    run = run_with()
    h, n, m, _ = states(run)
    forget, scale = run.passes.gate("keep"), np.exp(m[:-1])
    written = np.exp(m[1:]) * n[1:] - forget[1:] * scale * n[:-1]
    inputs = [run.block("i")(before, x) for before, x in zip(h[:-1], run.x[1:], strict=True)]
    np.testing.assert_allclose(written, np.exp(inputs), rtol=1e-9)


@pytest.mark.parametrize(("hidden", "inputs"), [(1, 1), (7, 2), (32, 10)])
def test_it_has_the_parameters_of_an_lstm(hidden, inputs):
    layout = Layout(Run("slstm").cell, hidden, inputs)
    assert layout.product_weights == 4 * hidden * (hidden + inputs)
    assert layout.parameters == 4 * hidden * (hidden + inputs + 1)
    assert layout.free is None
