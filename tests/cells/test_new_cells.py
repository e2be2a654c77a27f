"""Cells that torch.nn does not have, against loops of their published formulas and against closed forms."""

import numpy as np
import pytest
import torch
from cell_run import BATCH, HIDDEN, STEPS, Run

from gradient_horizon import registries
from gradient_horizon.engine import reference
from gradient_horizon.engine.layout import Layout


def logistic(x):
    return 1 / (1 + np.exp(-x))


def minimal_gated_unit(run, h, x):
    f = logistic(-run.block("z")(h, x))
    n = np.tanh(run.block("entering")(0 * h, x) + f * run.block("recurrent")(h, 0 * x))
    return (1 - f) * h + f * n


def janet(run, h, x):
    s = run.block("s")(h, x)
    return logistic(s) * h + (1 - logistic(s - 1)) * np.tanh(run.block("g")(h, x))


def min_gru(run, h, x):
    z = logistic(-run.block("z")(h, x))
    return (1 - z) * h + z * run.block("n")(h, x)


def min_lstm(run, h, x):
    f, i = logistic(run.block("f")(h, x)), logistic(run.block("i")(h, x))
    return f / (f + i) * h + i / (f + i) * run.block("n")(h, x)


def ind_rnn(run, h, x):
    return np.maximum(run.block("a")(0 * h, x) + np.diag(run.block("u").bias[:, 0]) @ h, 0)


def euler(run, h, x):
    return h + 0.1 * np.tanh(run.block("a")(h, x))


LOOPS = {
    "minimal-gated-unit": minimal_gated_unit,
    "janet": janet,
    "min-gru": min_gru,
    "min-lstm": min_lstm,
    "ind-rnn": ind_rnn,
    "euler": euler,
}


def eigenvalues(run):
    """lambda of every unit, by the functions that the LRU's own equations do not have."""
    radius = np.exp(-np.exp(run.block("nu").bias))
    return radius * np.exp(2j * np.arctan(run.block("t").bias))


def entering(run):
    """gamma (B x + b) at every step, complex [time unit batch]."""
    real, imaginary = run.block("entering_real"), run.block("entering_imaginary")
    driven = real.entering @ run.x + real.bias + 1j * (imaginary.entering @ run.x + imaginary.bias)
    return np.sqrt(1 - np.abs(eigenvalues(run)) ** 2) * driven


@pytest.mark.parametrize("name", LOOPS)
def test_states_are_those_of_the_published_formula(name):
    run = Run(name)
    found, h = run.forward(), np.zeros((HIDDEN, BATCH))
    for t, x in enumerate(run.x):
        h = LOOPS[name](run, h, x)
        np.testing.assert_allclose(found[t], h, rtol=1e-12, atol=1e-12)
    assert np.abs(h).max() > 0.1


def test_states_of_the_lru_are_those_of_a_complex_recurrence():
    run = Run("lru")
    found, z = run.forward(), np.zeros((HIDDEN, BATCH), complex)
    imaginary = run.passes.states()[1][1:]
    for t, driven in enumerate(entering(run)):
        z = eigenvalues(run) * z + driven
        np.testing.assert_allclose(found[t], z.real, rtol=0, atol=1e-12)
        np.testing.assert_allclose(imaginary[t], z.imag, rtol=0, atol=1e-12)


def test_states_of_the_lru_are_sums_of_inputs_by_powers_of_the_eigenvalues():
    run = Run("lru")
    found, driven = run.forward(), entering(run)
    for t in range(STEPS):
        powers = eigenvalues(run) ** np.arange(t, -1, -1)[:, None, None]
        np.testing.assert_allclose(found[t], (powers * driven[: t + 1]).sum(0).real, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", [*LOOPS, "lru"])
def test_gradients_are_those_of_automatic_differentiation(name):
    run = Run(name)
    last = run.forward()[-1].copy()
    found = run.passes.backward(last, shares=True)
    weight, x, gradient = (torch.from_numpy(values) for values in (run.weight, run.x, last))
    expected = reference.differentiate(run.cell, weight.unsqueeze(0), x.unsqueeze(1), gradient.unsqueeze(0))
    np.testing.assert_allclose(found.weight, expected.weight[0], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.state, expected.state[0], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.shares, expected.shares[0], rtol=1e-10, atol=1e-10)
    assert (found.weight[run.free] != 0).mean() > 0.7


def test_a_unit_of_the_lru_starts_with_an_eigenvalue_in_the_ring_and_with_a_small_angle():
    nu, t = registries.load(registries.CELLS, "cell", "lru").parameters
    np.testing.assert_allclose(np.exp(-np.exp([nu.low, nu.high])), [0.99, 0.4], rtol=1e-12)
    np.testing.assert_allclose(2 * np.arctan([t.low, t.high]), [0, np.pi / 10], rtol=1e-12)


def test_the_lru_rotates_and_shortens_a_state_that_nothing_drives():
    run = Run("lru")
    for name in ("entering_real", "entering_imaginary"):
        run.weight[run.layout.rows(name)] = 0
    start = np.random.default_rng(1).normal(size=(2, HIDDEN, BATCH))
    run.passes.forward(run.weight, tuple(start))
    real, imaginary = run.passes.states()
    ratio = (real + 1j * imaginary)[1:] / (real + 1j * imaginary)[:-1]
    radius, tangent = np.exp(-np.exp(run.block("nu").bias)), run.block("t").bias
    np.testing.assert_allclose(np.abs(ratio), np.broadcast_to(radius, ratio.shape), rtol=1e-12)
    np.testing.assert_allclose(np.tan(np.angle(ratio) / 2), np.broadcast_to(tangent, ratio.shape), rtol=0, atol=1e-12)


def test_the_gradient_of_the_lru_s_states_turns_back_by_powers_of_the_eigenvalues():
    run = Run("lru")
    run.forward()
    gradient = np.random.default_rng(1).normal(size=(HIDDEN, BATCH))
    run.passes.backward(gradient)
    by_real, by_imaginary = run.passes.start_gradient()
    expected = gradient * np.conj(eigenvalues(run)) ** STEPS
    np.testing.assert_allclose(by_real + 1j * by_imaginary, expected, rtol=0, atol=1e-12)


def test_the_gradient_of_an_indrnn_s_active_units_is_a_power_of_u():
    run = Run("ind-rnn")
    rows = run.weight[run.layout.rows("a")]
    rows[:, -1] = 1 + np.abs(rows[:, HIDDEN:-1]).sum(1) * np.abs(run.x).max()
    assert run.forward().min() > 0
    gradient = np.random.default_rng(1).normal(size=(HIDDEN, BATCH))
    norms = run.passes.backward(gradient).hidden
    u = run.block("u").bias
    np.testing.assert_allclose(run.passes.start_gradient()[0], gradient * u**STEPS, rtol=1e-12)
    for t in range(STEPS):
        expected = np.linalg.norm(gradient * u ** (STEPS - 1 - t), axis=0).sum()
        np.testing.assert_allclose(norms[t], expected, rtol=1e-12)


def test_units_of_an_indrnn_do_not_see_each_other():
    run = Run("ind-rnn")
    before = run.forward().copy()
    run.weight[run.layout.rows("a").start] *= 2
    after = run.forward()
    np.testing.assert_array_equal(after[:, 1:], before[:, 1:])
    assert not np.array_equal(after[:, 0], before[:, 0])


@pytest.mark.parametrize("name", ["min-gru", "min-lstm"])
def test_minimal_cells_come_to_rest_at_the_candidate_when_the_input_does_not_change(name):
    run = Run(name, steps=400)
    run.x[:] = run.x[0]
    run.passes.load(run.x)
    np.testing.assert_allclose(run.forward()[-1], run.block("n")(np.zeros((HIDDEN, BATCH)), run.x[0]), rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "of_products", "per_unit"),
    [
        ("minimal-gated-unit", lambda h, i: 2 * (h + i), 3),
        ("janet", lambda h, i: 2 * (h + i), 2),
        ("min-gru", lambda h, i: 2 * i, 2),
        ("min-lstm", lambda h, i: 3 * i, 3),
        ("ind-rnn", lambda h, i: i, 2),
        ("euler", lambda h, i: h + i, 1),
        ("lru", lambda h, i: 2 * i, 4),
    ],
)
@pytest.mark.parametrize(("hidden", "inputs"), [(1, 1), (7, 2), (32, 10)])
def test_trained_numbers_are_those_of_the_formula(name, of_products, per_unit, hidden, inputs):
    layout = Layout(registries.load(registries.CELLS, "cell", name)(), hidden, inputs)
    assert layout.product_weights == hidden * of_products(hidden, inputs)
    assert layout.parameters == hidden * (of_products(hidden, inputs) + per_unit)
