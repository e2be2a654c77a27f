"""Normal and Glorot's initial weights: moments, sparsity, spectral radius, biases, and what is left alone."""

import math

import numpy as np
import pytest
from initial_networks import (
    HIDDEN,
    INPUTS,
    MATRICES_OF_A_BLOCK,
    OUTPUTS,
    RECURRENT_BLOCKS,
    beside,
    initial,
    keeping,
    layout,
    recurrent,
)
from pydantic import ValidationError
from scipy import stats

from gradient_horizon.remedies.base import Change
from gradient_horizon.remedies.gate_bias import ForgetBias
from gradient_horizon.remedies.glorot_start import GlorotStart
from gradient_horizon.remedies.normal_start import NormalStart
from gradient_horizon.remedies.zero_biases import ZeroBiases
from gradient_horizon.training.starts import initial_weights

SPARSE = NormalStart(deviation=0.01, inputs_per_unit=5, radius=0.95)
STARTS = (NormalStart(deviation=0.1), SPARSE, GlorotStart())
NETWORKS = 60


def entering(cell: str, weight: np.ndarray) -> np.ndarray:
    """The input weights of all blocks that see x."""
    seen = layout(cell)
    return beside(cell, weight)[np.repeat([block.sees_x for block in seen.blocks], HIDDEN), :INPUTS]


def drawn(cell: str, change: Change) -> tuple[np.ndarray, np.ndarray]:
    """Recurrent weights, and input weights, of many networks."""
    weights = [initial(cell, change, seed=seed) for seed in range(NETWORKS)]
    of_h = np.concatenate([np.concatenate(recurrent(cell, weight)).ravel() for weight in weights])
    return of_h, np.concatenate([entering(cell, weight).ravel() for weight in weights])


@pytest.mark.parametrize("deviation", [0.01, 0.1])
@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_normal_start_draws_recurrent_and_input_weights_of_every_block_with_its_deviation(cell, deviation):
    for values in drawn(cell, NormalStart(deviation=deviation)):
        assert values.mean() == pytest.approx(0, abs=5 * deviation / math.sqrt(values.size))
        assert values.std() == pytest.approx(deviation, rel=5 / math.sqrt(2 * values.size))
        assert stats.kstest(values / deviation, "norm").pvalue > 1e-4


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_glorot_start_draws_every_matrix_in_the_bounds_of_its_own_sizes(cell):
    bounds = math.sqrt(6 / (2 * HIDDEN)), math.sqrt(6 / (INPUTS + HIDDEN))
    for values, bound in zip(drawn(cell, GlorotStart()), bounds, strict=True):
        assert 0.99 * bound < np.abs(values).max() <= bound
        assert values.mean() == pytest.approx(0, abs=5 * bound / math.sqrt(3 * values.size))
        assert values.var() == pytest.approx(bound**2 / 3, rel=5 * math.sqrt(0.8 / values.size))


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_matrices_are_drawn_one_by_one_and_differ_from_seed_to_seed(cell, start):
    first, second = initial(cell, start, seed=1), initial(cell, start, seed=2)
    matrices = [*recurrent(cell, first), *recurrent(cell, second)]
    assert len({matrix.tobytes() for matrix in matrices}) == len(matrices)
    assert len(matrices) == 2 * len(RECURRENT_BLOCKS[cell]) * MATRICES_OF_A_BLOCK.get(cell, 1)
    np.testing.assert_array_equal(initial(cell, start, seed=1), first)


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_every_unit_keeps_so_many_recurrent_inputs_and_matrices_have_the_radius(cell):
    weight, dense = initial(cell, SPARSE), initial(cell, NormalStart(deviation=0.01))
    for matrix in recurrent(cell, weight):
        assert ((matrix != 0).sum(1) == 5).all()
        assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(0.95, rel=1e-8)
    for matrix in recurrent(cell, dense):
        assert (matrix != 0).all()
    assert entering(cell, weight).std() == pytest.approx(0.01, rel=5 / math.sqrt(2 * entering(cell, weight).size))


def test_kept_inputs_are_uniform_over_units_and_what_is_kept_is_normal():
    weights = [initial("tanh", NormalStart(deviation=0.3, inputs_per_unit=3), seed=seed) for seed in range(400)]
    matrices = np.stack([recurrent("tanh", weight)[0] for weight in weights])
    share = 3 / HIDDEN
    error = math.sqrt(share * (1 - share) / len(matrices))
    np.testing.assert_allclose((matrices != 0).mean(0), share, atol=5 * error)
    kept = matrices[matrices != 0]
    assert stats.kstest(kept / 0.3, "norm").pvalue > 1e-4


def test_radius_without_sparsity_scales_the_dense_matrix():
    (plain,) = recurrent("tanh", initial("tanh", NormalStart(deviation=0.1)))
    (scaled,) = recurrent("tanh", initial("tanh", NormalStart(deviation=0.1, radius=1.5)))
    np.testing.assert_allclose(scaled, plain * (1.5 / np.abs(np.linalg.eigvals(plain)).max()), rtol=1e-8)


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_biases_are_zero_and_parameters_read_out_and_missing_entries_are_left_alone(cell, start):
    weight, default, seen = initial(cell, start), initial(cell), layout(cell)
    trained = np.repeat([block.sees == "nothing" for block in seen.blocks], HIDDEN)
    np.testing.assert_array_equal(weight[~trained, -1], 0)
    np.testing.assert_array_equal(weight[trained], default[trained])
    if seen.free is not None:
        assert (weight[~seen.free] == 0).all()
    of_both = (initial_weights(seen, OUTPUTS, changes, length=20, seed=0) for changes in ((), (start,)))
    np.testing.assert_array_equal(*(weights.readout for weights in of_both))


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_a_start_and_a_forget_bias_act_in_the_order_in_which_they_stand(start):
    after, before = initial("lstm", start, ForgetBias(bias=3)), initial("lstm", ForgetBias(bias=3), start)
    assert (after[keeping("lstm"), -1] == 3).all()
    assert (before[:, -1] == 0).all()
    np.testing.assert_array_equal(after[:, :-1], initial("lstm", start)[:, :-1])


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "deviation"),
        ({"deviation": 0}, "deviation"),
        ({"deviation": 0.1, "inputs_per_unit": 0}, "inputs_per_unit"),
        ({"deviation": 0.1, "radius": 0}, "radius"),
        ({"deviation": 0.1, "gain": 2}, "gain"),
    ],
)
def test_parameters_that_mean_nothing_are_refused_by_name(parameters, field):
    with pytest.raises(ValidationError, match=field):
        NormalStart(**parameters)


def test_more_inputs_than_units_are_refused():
    all_of_them = initial("tanh", NormalStart(deviation=0.1, inputs_per_unit=HIDDEN))
    assert (recurrent("tanh", all_of_them)[0] != 0).all()
    with pytest.raises(ValueError, match=r"inputs_per_unit must be at most 16, the hidden size, got 17"):
        initial("tanh", NormalStart(deviation=0.1, inputs_per_unit=17))


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_zero_biases_changes_the_biases_of_products_and_nothing_else(cell):
    plain, changed = initial(cell), initial(cell, ZeroBiases())
    products = np.repeat([block.sees != "nothing" for block in layout(cell).blocks], HIDDEN)
    np.testing.assert_array_equal(changed[:, :-1], plain[:, :-1])
    assert np.abs(plain[products, -1]).min() > 0
    assert not changed[products, -1].any()
    np.testing.assert_array_equal(changed[~products], plain[~products])
