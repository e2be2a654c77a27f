import numpy as np
import pytest
import torch
from initial_networks import HIDDEN, RECURRENT_BLOCKS, beside, initial, layout, recurrent

from gradient_horizon.cells.euler import Euler
from gradient_horizon.engine.passes import Passes
from gradient_horizon.engine.reference import differentiate
from gradient_horizon.remedies.antisymmetric import Antisymmetric, AntisymmetricPart
from gradient_horizon.training.loop import train

GAMMA, NETWORKS = 0.3, 3


def problem(cell):
    """Initial weights of three networks, the parametrisation made from them, and its initial parameters."""
    weight = np.stack([initial(cell, Antisymmetric(gamma=GAMMA), seed=seed) for seed in range(NETWORKS)])
    parameters = weight.copy()
    return weight, AntisymmetricPart(parameters, layout(cell)), parameters


@pytest.mark.parametrize("cell", RECURRENT_BLOCKS)
def test_every_matrix_starts_as_the_drawn_one_less_its_transpose_less_gamma_on_the_diagonal(cell):
    default, changed = initial(cell), initial(cell, Antisymmetric(gamma=GAMMA))
    for drawn, matrix in zip(recurrent(cell, default), recurrent(cell, changed), strict=True):
        np.testing.assert_allclose(matrix, drawn - drawn.T - GAMMA * np.eye(HIDDEN), rtol=0, atol=1e-15)
        np.testing.assert_allclose(np.linalg.eigvals(matrix).real, -GAMMA, rtol=1e-12)
    np.testing.assert_array_equal(beside(cell, changed), beside(cell, default))


@pytest.mark.parametrize("cell", ["tanh", "euler", "gru", "cornn"])
def test_training_starts_from_the_given_weight_and_every_parameter_gives_the_same_symmetric_part(cell):
    weight, parametrisation, parameters = problem(cell)
    np.testing.assert_array_equal(parametrisation.weight(parameters), weight)
    moved = parameters + np.random.default_rng(0).standard_normal(parameters.shape)
    for network, own in zip(parametrisation.weight(moved), moved, strict=True):
        for matrix, free in zip(recurrent(cell, network), recurrent(cell, own), strict=True):
            np.testing.assert_allclose(matrix, free - free.T - GAMMA * np.eye(HIDDEN), rtol=0, atol=1e-14)
        np.testing.assert_array_equal(beside(cell, network), beside(cell, own))


def test_in_single_precision_too_training_starts_from_the_given_bits():
    weight = np.stack([initial("euler", Antisymmetric(gamma=0.1), seed=seed) for seed in range(3)]).astype("float32")
    parameters = weight.copy()
    parametrisation = AntisymmetricPart(parameters, layout("euler"))
    np.testing.assert_array_equal(parametrisation.weight(parameters), weight)


@pytest.mark.parametrize("cell", ["euler", "gru", "cornn"])
def test_the_gradient_of_the_parameters_is_autograd_s_through_the_same_map(cell):
    weight, parametrisation, parameters = problem(cell)
    gradient = np.random.default_rng(0).standard_normal(weight.shape)
    free = torch.from_numpy(parameters).requires_grad_()
    mapped = free.clone()
    for rows, columns in layout(cell).recurrent_places():
        matrix = free[:, rows, columns]
        mapped[:, rows, columns] = matrix - matrix.mT - GAMMA * torch.eye(HIDDEN, dtype=torch.float64)
    (mapped * torch.from_numpy(gradient)).sum().backward()
    np.testing.assert_allclose(parametrisation.pull_back(gradient, parameters), free.grad, rtol=1e-14, atol=1e-14)


def test_networks_that_stay_keep_their_own_symmetric_part():
    weight, _, _ = problem("gru")
    weight[2, :HIDDEN, :HIDDEN] += 5 * np.eye(HIDDEN)
    parameters = weight.copy()
    parametrisation = AntisymmetricPart(parameters, layout("gru"))
    parametrisation.restrict([2, 0])
    np.testing.assert_allclose(parametrisation.weight(parameters[[2, 0]]), weight[[2, 0]], rtol=0, atol=1e-14)


def test_with_the_cell_euler_it_is_the_published_network():
    weight = initial("euler", Antisymmetric(gamma=GAMMA))
    drawn, steps, batch = recurrent("euler", initial("euler"))[0], 12, 5
    entering, b = beside("euler", weight)[:, :-1], weight[:, -1:]
    x = np.random.default_rng(0).normal(size=(steps, entering.shape[1], batch))
    passes = Passes(Euler(), steps=steps, hidden=HIDDEN, inputs=entering.shape[1], batch=batch, precision="float64")
    passes.load(x)
    passes.forward(weight)
    h = np.zeros((HIDDEN, batch))
    for t in range(steps):
        h = h + 0.1 * np.tanh((drawn - drawn.T - GAMMA * np.eye(HIDDEN)) @ h + entering @ x[t] + b)
        np.testing.assert_allclose(passes.states()[0][t + 1], h, rtol=0, atol=1e-13)


def test_the_gradient_of_its_free_matrix_is_autograd_s_through_the_whole_network():
    _, parametrisation, parameters = problem("euler")
    draw, steps, batch = np.random.default_rng(0), 7, 5
    x, by_h = draw.normal(size=(steps, 3, batch)), draw.normal(size=(HIDDEN, batch))
    passes = Passes(Euler(), steps=steps, hidden=HIDDEN, inputs=3, batch=batch, precision="float64")
    passes.load(x)
    passes.forward(parametrisation.weight(parameters)[0])
    pulled = parametrisation.pull_back(passes.backward(by_h).weight[None].repeat(NETWORKS, axis=0), parameters)[0]
    free = torch.from_numpy(parameters[0]).requires_grad_()
    m, h = free[:, :HIDDEN], torch.zeros(HIDDEN, batch, dtype=torch.float64)
    for inputs in torch.from_numpy(x):
        turned = (m - m.T - GAMMA * torch.eye(HIDDEN, dtype=torch.float64)) @ h
        h = h + 0.1 * torch.tanh(turned + free[:, HIDDEN:-1] @ inputs + free[:, -1:])
    (h * torch.from_numpy(by_h)).sum().backward()
    np.testing.assert_allclose(pulled, free.grad, rtol=1e-10, atol=1e-12)


def test_its_gradient_neither_vanishes_nor_explodes_over_hundreds_of_steps():
    kept = {}
    for name, change in (("antisymmetric", Antisymmetric(gamma=0.1)), ("free", None)):
        weight = initial("euler", *[change] * (change is not None))
        inputs = torch.zeros(300, 1, 3, 4, dtype=torch.float64)
        by_h = torch.ones(1, HIDDEN, 4, dtype=torch.float64)
        norms = differentiate(Euler(), torch.from_numpy(weight)[None], inputs, by_h).state[0, 0]
        kept[name] = (norms[0] / norms[-1]).item()
    assert 0.1 < kept["antisymmetric"] < 1
    assert kept["free"] > 10


def test_matrices_keep_their_symmetric_part_through_training_while_they_move(small_run):
    spec = small_run(cell="euler", changes=(("antisymmetric", {"gamma": 0.1}),), learning_rates=(0.01,), seeds=(0, 1))
    networks = train(spec).networks
    for network in range(2):
        before, after = (networks[f"{stage}.recurrent"][network][:, :32] for stage in ("initial", "final"))
        np.testing.assert_allclose(after + after.T, -0.2 * np.eye(32), rtol=0, atol=1e-6)
        assert np.abs(after - before).max() > 0.02


def test_a_network_s_bits_do_not_depend_on_which_networks_train_with_it(small_run):
    settings = {"cell": "euler", "changes": (("antisymmetric", {}),), "learning_rates": (0.01,)}
    alone, together = train(small_run(seeds=(1,), **settings)), train(small_run(seeds=(0, 1, 2), **settings))
    np.testing.assert_array_equal(together.history["loss"][:, 1], alone.history["loss"][:, 0])
    np.testing.assert_array_equal(together.networks["final.recurrent"][1], alone.networks["final.recurrent"][0])
