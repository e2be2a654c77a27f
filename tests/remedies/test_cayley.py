import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.remedies.cayley import Cayley
from gradient_horizon.training.loop import train

NETWORKS, HIDDEN, INPUTS = 3, 6, 2


def problem(name):
    layout = registries.load(registries.CELLS, "cell", name)().layout(HIDDEN, INPUTS)
    draw = torch.Generator().manual_seed(0)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64)
    for rows in layout.recurrent_rows():
        weight[:, rows, :HIDDEN] = torch.linalg.qr(weight[:, rows, :HIDDEN])[0]
    return layout, weight, draw


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_training_starts_from_the_given_weight_and_every_parameter_gives_orthogonal_blocks(name):
    layout, weight, draw = problem(name)
    parameters = weight.clone()
    cayley = Cayley(parameters, layout)
    torch.testing.assert_close(cayley.weight(parameters), weight, rtol=0, atol=1e-14)
    parameters += torch.randn(parameters.shape, generator=draw, dtype=torch.float64)
    orthogonal = cayley.weight(parameters)
    for rows in layout.recurrent_rows():
        block = orthogonal[:, rows, :HIDDEN]
        torch.testing.assert_close(
            block @ block.mT, torch.eye(HIDDEN).double().expand(NETWORKS, -1, -1), rtol=0, atol=1e-12
        )
    torch.testing.assert_close(orthogonal[:, :, HIDDEN:], parameters[:, :, HIDDEN:], rtol=0, atol=0)


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_the_gradient_of_the_parameters_is_autograd_s_through_the_same_map(name):
    layout, weight, draw = problem(name)
    cayley = Cayley(weight, layout)
    parameters = (weight + 0.3 * torch.randn(weight.shape, generator=draw, dtype=torch.float64)).requires_grad_()
    gradient = torch.randn(weight.shape, generator=draw, dtype=torch.float64)
    rotated = parameters.clone()
    for rows, start in zip(cayley.places, cayley.start, strict=True):
        free = parameters[:, rows, :HIDDEN]
        skew, identity = free - free.mT, torch.eye(HIDDEN, dtype=torch.float64)
        rotated[:, rows, :HIDDEN] = torch.linalg.inv(identity - skew) @ (identity + skew) @ start
    (rotated * gradient).sum().backward()
    cayley.pull_back(gradient, parameters.detach())
    torch.testing.assert_close(gradient, parameters.grad, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("cell", ["tanh", "gru"])
def test_matrices_stay_orthogonal_through_training_while_they_move(small_run, cell):
    spec = small_run(cell=cell, changes=(("orthogonal-kept", {}),), learning_rates=(0.01,), seeds=(0, 1))
    networks = train(spec).networks
    layout = registries.load(registries.CELLS, "cell", cell)().layout(32, 10)
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
