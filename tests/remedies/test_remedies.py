import math

import numpy as np
import pytest
import torch
from initial_networks import (
    HIDDEN,
    INPUTS,
    KEEPING,
    OUTPUTS,
    PLAIN,
    RECURRENT_BLOCKS,
    WITHOUT_RECURRENT_MATRIX,
    WRITING,
    beside,
    initial,
    keeping,
    layout,
    load,
    recurrent,
)
from pydantic import ValidationError

from gradient_horizon import registries
from gradient_horizon.remedies.base import Change
from gradient_horizon.remedies.chrono_up_to import ChronoUpTo
from gradient_horizon.remedies.clipping import ClipElementwise, ClipNorm
from gradient_horizon.remedies.flow import ConstantFlow
from gradient_horizon.remedies.gate_bias import Chrono, ForgetBias
from gradient_horizon.remedies.initialisation import Identity, KeptOrthogonal, NonNormal, Orthogonal, SpectralRadius
from gradient_horizon.remedies.normalisation import LayerNormalisation
from gradient_horizon.remedies.truncation import Truncation
from gradient_horizon.seeding import generator
from gradient_horizon.training.starts import initial_weights


def test_every_cell_with_a_recurrent_matrix_is_tried_here_with_all_its_matrices():
    blocks = {name: tuple(block.name for block in load(name).rows if block.sees_h) for name in registries.CELLS}
    assert blocks == RECURRENT_BLOCKS | dict.fromkeys(WITHOUT_RECURRENT_MATRIX, ())


@pytest.mark.parametrize("gain", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_orthogonal_makes_every_recurrent_block_gain_times_an_orthogonal_matrix(cell, gain):
    weight = initial(cell, Orthogonal(gain=gain))
    for matrix in recurrent(cell, weight):
        np.testing.assert_allclose(matrix @ matrix.T, gain**2 * np.eye(HIDDEN), atol=1e-12)
        np.testing.assert_allclose(np.abs(np.linalg.eigvals(matrix)), gain, rtol=1e-12)


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_orthogonal_leaves_inputs_biases_and_entries_that_do_not_exist_alone(cell):
    default, changed = initial(cell), initial(cell, Orthogonal(gain=2))
    np.testing.assert_array_equal(beside(cell, changed), beside(cell, default))
    free = layout(cell).free
    if free is not None:
        assert (changed[~free] == 0).all()


def test_orthogonal_matrices_are_q_of_the_qr_factors_of_normal_numbers_with_the_diagonal_of_r_positive():
    weight, draw = initial("gru", Orthogonal(gain=0.7), seed=3), generator(3, "change", 0)
    for matrix in recurrent("gru", weight):
        q, r = np.linalg.qr(draw.standard_normal((HIDDEN, HIDDEN)))
        np.testing.assert_allclose(matrix, 0.7 * q * np.sign(np.diag(r)), atol=1e-12)


def test_orthogonal_draws_another_matrix_for_every_block_and_seed_and_the_same_for_the_same_seed():
    weight, other = initial("lstm", Orthogonal()), initial("lstm", Orthogonal(), seed=1)
    matrices = [*recurrent("lstm", weight), *recurrent("lstm", other)]
    for place, matrix in enumerate(matrices):
        assert all(np.abs(matrix - later).max() > 0.1 for later in matrices[place + 1 :])
    np.testing.assert_array_equal(weight, initial("lstm", Orthogonal()))


def test_orthogonal_matrices_are_reflections_as_often_as_rotations():
    signs = [np.sign(np.linalg.det(initial("tanh", Orthogonal(), seed=seed, hidden=4)[:, :4])) for seed in range(100)]
    assert 30 < signs.count(1) < 70


def test_orthogonal_of_one_unit_is_the_gain_up_to_its_sign():
    of_seeds = [initial("tanh", Orthogonal(gain=1.5), seed=seed, hidden=1)[0, 0] for seed in range(20)]
    np.testing.assert_allclose(np.abs(of_seeds), 1.5, rtol=1e-15)
    assert set(np.sign(of_seeds)) == {-1, 1}


@pytest.mark.parametrize("gain", [1.0, 0.9])
@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_identity_sets_every_recurrent_block_and_zeroes_the_biases_of_plain_cells(cell, gain):
    default, changed = initial(cell), initial(cell, Identity(gain=gain))
    for matrix in recurrent(cell, changed):
        np.testing.assert_array_equal(matrix, gain * np.eye(HIDDEN))
    np.testing.assert_array_equal(changed[:, -1], 0 if cell in PLAIN else default[:, -1])
    np.testing.assert_array_equal(beside(cell, changed)[:, :-1], beside(cell, default)[:, :-1])


@pytest.mark.parametrize("cell", KEEPING)
def test_forget_bias_sets_the_bias_of_the_forget_or_update_gate_and_nothing_else(cell):
    default, changed = initial(cell), initial(cell, ForgetBias(bias=2.5))
    assert (changed[keeping(cell), -1] == 2.5).all()
    changed[keeping(cell), -1] = default[keeping(cell), -1]
    np.testing.assert_array_equal(changed, default)


@pytest.mark.parametrize("length", [3, 50, 1000])
@pytest.mark.parametrize("cell", ["gru", "lstm", "janet"])
def test_chrono_spreads_the_gate_s_bias_from_0_to_the_log_of_the_longest_lag(cell, length):
    bias = np.concatenate([initial(cell, Chrono(), length=length, seed=seed)[keeping(cell), -1] for seed in range(20)])
    assert 0 <= bias.min() <= bias.max() <= math.log(length - 1)
    scales = np.exp(bias)  # uniform on [1, length - 1]
    middle, width = length / 2, length - 2
    assert scales.mean() == pytest.approx(middle, abs=4 * width / math.sqrt(12 * bias.size))
    assert np.ptp(scales) > 0.95 * width


@pytest.mark.parametrize("cell", [cell for cell in KEEPING if cell in WRITING])
def test_chrono_gives_the_input_gate_of_an_lstm_the_negative_and_changes_nothing_else(cell):
    default, changed = initial(cell), initial(cell, Chrono())
    writing = layout(cell).rows(WRITING[cell])
    np.testing.assert_array_equal(changed[writing, -1], -changed[keeping(cell), -1])
    for rows in (keeping(cell), writing):
        changed[rows, -1] = default[rows, -1]
    np.testing.assert_array_equal(changed, default)


@pytest.mark.parametrize("cell", [cell for cell in KEEPING if cell not in WRITING])
def test_chrono_changes_the_keeping_gate_alone_where_there_is_no_input_gate(cell):
    default, changed = initial(cell), initial(cell, Chrono())
    changed[keeping(cell), -1] = default[keeping(cell), -1]
    np.testing.assert_array_equal(changed, default)


@pytest.mark.parametrize("cell", KEEPING)
def test_chrono_up_to_a_longest_is_chrono_at_that_length_whatever_the_length_is(cell):
    told = initial(cell, Chrono(), length=10)
    for length in (2, 20, 500):
        np.testing.assert_array_equal(initial(cell, ChronoUpTo(longest=10), length=length), told)
    assert initial(cell, ChronoUpTo(longest=10))[keeping(cell), -1].max() <= math.log(9)
    assert initial(cell, ChronoUpTo(longest=1000))[keeping(cell), -1].max() > math.log(99)
    assert ChronoUpTo(longest=1000).shortest_length() == 1


def test_remedies_of_different_kinds_combine():
    both = initial("lstm", Orthogonal(), ForgetBias(bias=1))
    np.testing.assert_array_equal(both[:, :-1], initial("lstm", Orthogonal())[:, :-1])
    np.testing.assert_array_equal(both[:, -1], initial("lstm", ForgetBias(bias=1))[:, -1])


@pytest.mark.parametrize("change", [ClipNorm(threshold=1), ClipElementwise(threshold=1), Truncation(window=5)])
def test_remedies_of_gradients_leave_the_initial_weights_alone(change):
    np.testing.assert_array_equal(initial("lstm", change), initial("lstm"))


def test_clip_norm_scales_down_networks_above_the_threshold_only():
    gradients = (np.array([[[3.0]], [[0.3]], [[0.0]]]), np.array([[[4.0, 0.0]], [[0.4, 0.0]], [[0.0, 0.0]]]))
    with np.errstate(divide="ignore"):
        ClipNorm(threshold=1.0).limit(gradients, np.array([5.0, 0.5, 0.0]))
    expected = ([[[0.6]], [[0.3]], [[0.0]]], [[[0.8, 0.0]], [[0.4, 0.0]], [[0.0, 0.0]]])
    for gradient, values in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(gradient, values, rtol=1e-15)


def test_clip_norm_equals_torch_s_clipping_of_each_network():
    draw = np.random.default_rng(0)
    gradients = [scale * draw.standard_normal((3, *shape)) for scale, shape in ((1.0, (4, 7)), (0.1, (2, 5)))]
    theirs = []
    for network in range(3):
        parameters = [torch.nn.Parameter(torch.zeros(gradient.shape[1:]).double()) for gradient in gradients]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = torch.from_numpy(gradient[network].copy())
        theirs.append((torch.nn.utils.clip_grad_norm_(parameters, 5.0).item(), [p.grad.numpy() for p in parameters]))
    ClipNorm(threshold=5.0).limit(gradients, np.array([norm for norm, _ in theirs]))
    for network, (_, limited) in enumerate(theirs):
        for gradient, expected in zip(gradients, limited, strict=True):
            np.testing.assert_allclose(gradient[network], expected, rtol=1e-6)


def test_clip_elementwise_limits_each_component_and_turns_the_direction():
    gradients = (np.array([[[3.0, -0.2]], [[-7.0, 0.5]]]),)
    ClipElementwise(threshold=0.5).limit(gradients, np.array([3.0, 7.0]))
    assert gradients[0].tolist() == [[[0.5, -0.2]], [[-0.5, 0.5]]]


@pytest.mark.parametrize(
    "change",
    [
        Orthogonal(),
        KeptOrthogonal(),
        Identity(),
        ForgetBias(bias=1),
        Chrono(),
        LayerNormalisation(),
        ConstantFlow(coefficient=1),
        Truncation(window=5),
    ],
)
def test_other_remedies_leave_gradients_alone(change):
    gradients = (np.array([[[300.0, -400.0]]]),)
    change.limit(gradients, np.array([500.0]))
    assert gradients[0].tolist() == [[[300.0, -400.0]]]


def test_only_truncation_has_a_window_which_is_its_parameter():
    others = (
        Orthogonal(),
        Identity(),
        ForgetBias(bias=1),
        Chrono(),
        ClipNorm(threshold=1),
        ClipElementwise(threshold=1),
        LayerNormalisation(),
        ConstantFlow(coefficient=1),
    )
    assert [change.backpropagation_window() for change in others] == [None] * 8
    assert Truncation(window=7).backpropagation_window() == 7
    assert Truncation(window=7).shortest_length() == 7


@pytest.mark.parametrize(
    ("change", "parameters", "field"),
    [
        ("clip-norm", {"threshold": 0}, "threshold"),
        ("clip-elementwise", {"threshold": math.inf}, "threshold"),
        ("orthogonal", {"gain": -1}, "gain"),
        ("truncation", {"window": 0}, "window"),
        ("forget-bias", {}, "bias"),
        ("chrono", {"bias": 1}, "bias"),
        ("chrono-up-to", {}, "longest"),
        ("chrono-up-to", {"longest": 2}, "longest"),
        ("keras-start", {"gain": 2}, "gain"),
    ],
)
def test_parameters_that_mean_nothing_are_refused_by_name(change, parameters, field):
    with pytest.raises(ValidationError, match=field):
        registries.load(registries.CHANGES, "change", change)(**parameters)


TORCH_LAYERS = {"tanh": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


@pytest.mark.parametrize("cell", TORCH_LAYERS)
def test_default_initialisation_is_distributed_as_torch_layers(cell):
    hidden, networks = 16, 300
    bound = hidden**-0.5
    free = layout(cell).free
    ours = np.stack([initial(cell, seed=seed) for seed in range(networks)])
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = [dict(TORCH_LAYERS[cell](INPUTS, hidden).named_parameters()) for _ in range(networks)]
    theirs = {name: torch.stack([t[name] for t in theirs]).detach().numpy() for name in theirs[0]}

    weights = ours[:, :, :-1] if free is None else ours[:, free[:, :-1].nonzero()[0], free[:, :-1].nonzero()[1]]
    torch_weights = np.concatenate([theirs[name].ravel() for name in ("weight_ih_l0", "weight_hh_l0")])
    for values in (weights.ravel(), torch_weights):
        assert 0.99 * bound < np.abs(values).max() <= bound
        assert values.var() == pytest.approx(bound**2 / 3, rel=5 * math.sqrt(0.8 / values.size))

    both = np.arange(2 * hidden) if cell == "gru" else np.arange(ours.shape[1])  # blocks that see h and x
    sums = theirs["bias_ih_l0"] + theirs["bias_hh_l0"]
    for values in (ours[:, both, -1].ravel(), sums[:, both].ravel()):
        assert bound < np.abs(values).max() <= 2 * bound
        assert values.var() == pytest.approx(2 * bound**2 / 3, rel=0.06)
    if cell == "gru":
        single = ours[:, 2 * hidden :, -1].ravel()
        assert 0.99 * bound < np.abs(single).max() <= bound
        assert single.var() == pytest.approx(bound**2 / 3, rel=0.06)
        assert (ours[:, ~free] == 0).all()


def test_default_readout_is_distributed_as_a_torch_linear_layer():
    readouts = np.stack(
        [initial_weights(layout("tanh"), OUTPUTS, (), length=5, seed=seed).readout for seed in range(300)]
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = [torch.nn.Linear(HIDDEN, OUTPUTS) for _ in range(300)]
    weights = torch.stack([layer.weight for layer in layers]).detach().numpy()
    biases = torch.stack([layer.bias for layer in layers]).detach().numpy()
    assert readouts.shape == (300, OUTPUTS, HIDDEN + 1)
    for values in (readouts[:, :, :-1], readouts[:, :, -1], weights, biases):
        assert 0.99 * HIDDEN**-0.5 < np.abs(values).max() <= HIDDEN**-0.5
        assert values.var() == pytest.approx(1 / (3 * HIDDEN), rel=5 * math.sqrt(0.8 / values.size))


def test_seed_alone_decides_the_default_weights():
    np.testing.assert_array_equal(initial("gru", seed=3), initial("gru", seed=3, length=99))
    assert not np.array_equal(initial("gru", seed=3), initial("gru", seed=4))


class Broken(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight[2, 1] = math.nan


def test_a_change_that_leaves_a_weight_that_is_not_finite_is_named():
    with pytest.raises(ValueError, match=r"must be finite, got nan at row 2, column 1 after Broken"):
        initial("tanh", Broken())


@pytest.mark.parametrize("radius", [0.3, 1.0, 1.6])
@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_spectral_radius_scales_the_default_matrices_and_nothing_else(cell, radius):
    default, changed = initial(cell), initial(cell, SpectralRadius(radius=radius))
    for before, after in zip(recurrent(cell, default), recurrent(cell, changed), strict=True):
        assert np.abs(np.linalg.eigvals(after)).max() == pytest.approx(radius, rel=1e-9)
        factor = radius / np.abs(np.linalg.eigvals(before)).max()
        np.testing.assert_allclose(after, factor * before, rtol=1e-9)
    np.testing.assert_array_equal(beside(cell, changed), beside(cell, default))


def test_non_normal_matrices_have_the_stated_eigenvalues_and_a_larger_norm():
    (matrix,) = recurrent("tanh", initial("tanh", NonNormal(radius=0.9, strength=2)))
    eigenvalues = np.linalg.eigvals(matrix)
    np.testing.assert_allclose(np.abs(eigenvalues), 0.9, rtol=0.2)  # ill-conditioned by design
    assert np.prod(eigenvalues).real == pytest.approx(np.linalg.det(matrix), rel=1e-6)
    assert abs(np.linalg.det(matrix)) == pytest.approx(0.9**HIDDEN, rel=1e-9)
    assert np.linalg.norm(matrix, 2) > 2
