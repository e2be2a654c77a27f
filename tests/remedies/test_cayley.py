import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.cayley import Cayley
from gradient_horizon.training.loop import train

NETWORKS, HIDDEN, INPUTS = 3, 6, 2


def layout_of(name, hidden, inputs):
    return Layout(registries.load(registries.CELLS, "cell", name)(), hidden, inputs)


def problem(name):
    layout, draw = layout_of(name, HIDDEN, INPUTS), np.random.default_rng(0)
    weight = draw.standard_normal((NETWORKS, *layout.shape))
    for rows, columns in layout.recurrent_places():
        weight[:, rows, columns] = np.linalg.qr(weight[:, rows, columns])[0]
    return layout, weight, draw


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm", "cornn"])
def test_training_starts_from_the_given_weight_and_every_parameter_gives_orthogonal_blocks(name):
    layout, weight, draw = problem(name)
    parameters = weight.copy()
    cayley = Cayley(parameters, layout)
    np.testing.assert_allclose(cayley.weight(parameters), weight, rtol=0, atol=1e-14)
    parameters += draw.standard_normal(parameters.shape)
    orthogonal = cayley.weight(parameters)
    for network in orthogonal:
        for block in layout.recurrent_blocks(network):
            np.testing.assert_allclose(block @ block.T, np.eye(HIDDEN), rtol=0, atol=1e-12)
    first = layout.recurrent_columns
    np.testing.assert_array_equal(orthogonal[:, :, first:], parameters[:, :, first:])


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm", "cornn"])
def test_the_gradient_of_the_parameters_is_autograd_s_through_the_same_map(name):
    layout, weight, draw = problem(name)
    start = torch.from_numpy(weight.copy())
    cayley = Cayley(weight, layout)
    parameters = torch.from_numpy(weight + 0.3 * draw.standard_normal(weight.shape)).requires_grad_()
    gradient = draw.standard_normal(weight.shape)
    rotated = parameters.clone()
    for rows, columns in layout.recurrent_places():
        free = parameters[:, rows, columns]
        skew, identity = free - free.mT, torch.eye(HIDDEN, dtype=torch.float64)
        rotated[:, rows, columns] = torch.linalg.inv(identity - skew) @ (identity + skew) @ start[:, rows, columns]
    np.testing.assert_allclose(cayley.weight(parameters.detach().numpy()), rotated.detach().numpy(), atol=1e-12)
    (rotated * torch.from_numpy(gradient)).sum().backward()
    pulled = cayley.pull_back(gradient, parameters.detach().numpy())
    np.testing.assert_allclose(pulled, parameters.grad.numpy(), rtol=1e-10, atol=1e-10)


def test_networks_that_stay_keep_their_own_start():
    layout, weight, _ = problem("gru")
    parameters = weight.copy()
    cayley = Cayley(parameters, layout)
    cayley.restrict([2, 0])
    np.testing.assert_allclose(cayley.weight(parameters[[2, 0]]), weight[[2, 0]], rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", ["tanh", "gru"])
def test_matrices_stay_orthogonal_through_training_while_they_move(small_run, cell):
    spec = small_run(cell=cell, changes=(("orthogonal-kept", {}),), learning_rates=(0.01,), seeds=(0, 1))
    networks = train(spec).networks
    layout = layout_of(cell, 32, 10)
    for network in range(2):
        start, end = (networks[f"{stage}.recurrent"][network] for stage in ("initial", "final"))
        for before, after in zip(layout.recurrent_blocks(start), layout.recurrent_blocks(end), strict=True):
            np.testing.assert_allclose(after @ after.T, np.eye(32), atol=2e-5)
            assert np.abs(after - before).max() > 0.02


def test_a_network_s_bits_do_not_depend_on_which_networks_train_with_it(small_run):
    settings = {"changes": (("orthogonal-kept", {}),), "learning_rates": (0.01,)}
    alone, together = train(small_run(seeds=(1,), **settings)), train(small_run(seeds=(0, 1, 2), **settings))
    np.testing.assert_array_equal(together.history["loss"][:, 1], alone.history["loss"][:, 0])
    np.testing.assert_array_equal(together.networks["final.recurrent"][1], alone.networks["final.recurrent"][0])
