"""Initial weights as in Keras."""

import math

import numpy as np
import pytest
from initial_networks import (
    HIDDEN,
    INPUTS,
    MATRICES_OF_A_BLOCK,
    RECURRENT_BLOCKS,
    beside,
    initial,
    keeping,
    layout,
    recurrent,
)

from gradient_horizon.remedies.gate_bias import ForgetBias
from gradient_horizon.remedies.keras import KerasStart
from gradient_horizon.seeding import generator


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_keras_start_draws_all_recurrent_matrices_as_one_matrix_with_orthonormal_columns(cell):
    weight, draw = initial(cell, KerasStart(), seed=3), generator(3, "change", 0)
    states = MATRICES_OF_A_BLOCK.get(cell, 1)
    for state in range(states):
        stacked = np.concatenate(recurrent(cell, weight)[state::states])
        np.testing.assert_allclose(stacked.T @ stacked, np.eye(HIDDEN), atol=1e-12)
        q, r = np.linalg.qr(draw.standard_normal(stacked.shape))  # as keras.initializers.Orthogonal, transposed
        np.testing.assert_allclose(stacked, q * np.sign(np.diag(r)), atol=1e-12)


@pytest.mark.parametrize(
    ("cell", "rows"), [("tanh", 1), ("gru", 3), ("lstm", 4), ("lstm-forget-input-open", 2), ("cornn", 1)]
)
def test_keras_start_draws_input_weights_in_glorot_s_bounds_over_all_gates(cell, rows):
    seen = layout(cell)
    of_input = np.repeat([block.sees_x for block in seen.blocks], HIDDEN)
    weights = [beside(cell, initial(cell, KerasStart(), seed=seed)) for seed in range(100)]
    entering = np.concatenate([weight[of_input, :-1] for weight in weights])
    assert len(entering) == 100 * rows * HIDDEN
    bound = math.sqrt(6 / (INPUTS + rows * HIDDEN))
    assert 0.99 * bound < np.abs(entering).max() <= bound
    assert entering.var() == pytest.approx(bound**2 / 3, rel=5 * math.sqrt(0.8 / entering.size))


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_keras_start_has_zero_biases_but_for_the_forget_gate_of_an_lstm_which_has_1(cell):
    weight, free = initial(cell, KerasStart()), layout(cell).free
    biases = np.zeros(len(weight))
    if cell in ("lstm", "lstm-input-open", "lstm-output-open", "slstm"):
        biases[keeping(cell)] = 1
    np.testing.assert_array_equal(weight[:, -1], biases)
    if free is not None:
        assert (weight[~free] == 0).all()


def test_keras_start_joins_a_forget_bias_in_the_order_in_which_they_stand():
    both = initial("lstm", KerasStart(), ForgetBias(bias=3))
    assert (both[keeping("lstm"), -1] == 3).all()
    np.testing.assert_array_equal(both[:, :-1], initial("lstm", KerasStart())[:, :-1])
