from functools import partial

import numpy as np
import pytest
import torch

from gradient_horizon.training.optimisers import OPTIMISERS, Optimiser

RATES = (0.001, 0.03, 0.5)
SHAPES = ((4, 7), (2, 5))
TORCH = {
    "adam": torch.optim.Adam,
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "rmsprop": partial(torch.optim.RMSprop, alpha=0.9),
}
FIRST_STEPS = {"adam": 1.0, "sgd": 1.0, "momentum": 1.0, "nesterov": 1.9, "rmsprop": 0.1**-0.5}
"""The first step over the learning rate, for a gradient of 1."""


def random_arrays(draw: np.random.Generator) -> list[np.ndarray]:
    return [draw.standard_normal((len(RATES), *shape)) for shape in SHAPES]


class Twins:
    """Our optimiser for all networks beside one of torch's for each network, on the same gradients."""

    def __init__(self, name: str):
        self.name = name
        self.draw = np.random.default_rng(0)
        self.parameters = random_arrays(self.draw)
        self.torch_parameters = [
            [torch.nn.Parameter(torch.from_numpy(parameter[place].copy())) for parameter in self.parameters]
            for place in range(len(RATES))
        ]
        self.torch = [TORCH[name](own, lr=rate) for own, rate in zip(self.torch_parameters, RATES, strict=True)]
        self.ours: Optimiser = OPTIMISERS[name](self.parameters, np.array(RATES))
        self.alive = list(range(len(RATES)))

    def step(self, *, scale: float = 1.0) -> None:
        gradients = [scale * gradient for gradient in random_arrays(self.draw)]
        for place in range(len(RATES)):
            for parameter, gradient in zip(self.torch_parameters[place], gradients, strict=True):
                parameter.grad = torch.from_numpy(gradient[place].copy())
            self.torch[place].step()
        self.ours.step(self.parameters, [gradient[self.alive] for gradient in gradients])

    def restrict(self, places: list[int]) -> None:
        self.alive = [self.alive[place] for place in places]
        self.parameters = [parameter[places] for parameter in self.parameters]
        self.ours.restrict(places)

    def resume(self) -> None:
        """Ours goes on as another optimiser, from a copy of its state."""
        state = {name: array.copy() for name, array in self.ours.state().items()}
        self.ours = OPTIMISERS[self.name](self.parameters, np.array(RATES)[self.alive])
        self.ours.restore(state)

    def assert_equal(self) -> None:
        for place, network in enumerate(self.alive):
            for ours, theirs in zip(self.parameters, self.torch_parameters[network], strict=True):
                np.testing.assert_allclose(ours[place], theirs.detach().numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_network_moves_as_under_torch_at_its_own_learning_rate(name):
    twins = Twins(name)
    before = [parameter.copy() for parameter in twins.parameters]
    for scale in (1.0, 1e-3, 30.0, 0.0, 1.0, 1e-9):
        twins.step(scale=scale)
        twins.assert_equal()
    for old, new in zip(before, twins.parameters, strict=True):
        steps = np.abs(new - old).max(axis=(1, 2))
        assert steps[0] < steps[1] < steps[2]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_networks_that_stay_go_on_as_under_torch_when_others_leave(name):
    twins = Twins(name)
    for places in ([0, 1, 2], [0, 2], [1]):
        twins.restrict(places)
        for _ in range(4):
            twins.step()
            twins.assert_equal()
    assert twins.alive == [2]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_that_is_given_the_state_of_another_goes_on_as_under_torch(name):
    twins = Twins(name)
    twins.step()
    twins.restrict([0, 2])
    for _ in range(3):
        twins.step()
        twins.resume()
    twins.step()
    twins.assert_equal()


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMISERS)
def test_thousands_of_steps_later_it_is_still_torch_s(name):
    twins = Twins(name)
    for _ in range(3000):
        twins.step()
    twins.assert_equal()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_parameters_change_in_place(name):
    twins = Twins(name)
    addresses = [parameter.ctypes.data for parameter in twins.parameters]
    twins.step()
    assert [parameter.ctypes.data for parameter in twins.parameters] == addresses
    twins.assert_equal()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_float32_stays_float32(name):
    parameter = np.ones((2, 1, 3), dtype=np.float32)
    optimiser = OPTIMISERS[name]([parameter], np.array([0.1, 0.2], dtype=np.float32))
    optimiser.step([parameter], [np.ones_like(parameter)])
    assert {array.dtype for key, array in optimiser.state().items() if key != "powers"} <= {np.dtype("float32")}
    first = FIRST_STEPS[name]
    np.testing.assert_allclose(parameter, [[[1 - 0.1 * first] * 3], [[1 - 0.2 * first] * 3]], rtol=1e-6)


def test_first_step_of_adam_is_the_learning_rate_in_the_direction_of_the_sign():
    parameter = np.zeros((2, 1, 3))
    adam = OPTIMISERS["adam"]([parameter], np.array([0.1, 0.2]))
    adam.step([parameter], [np.tile([5.0, -0.01, 0.0], (2, 1, 1))])
    np.testing.assert_allclose(parameter[:, 0], [[-0.1, 0.1, 0.0], [-0.2, 0.2, 0.0]], rtol=1e-5)


def test_gradient_descent_subtracts_learning_rate_times_gradient():
    parameter = np.ones((2, 1, 2))
    descent = OPTIMISERS["sgd"]([parameter], np.array([0.5, 2.0]))
    descent.step([parameter], [np.array([[[1.0, -2.0]], [[3.0, 0.0]]])])
    assert parameter[:, 0].tolist() == [[0.5, 2.0], [-5.0, 1.0]]


def test_momentum_moves_towards_ten_times_the_step_of_plain_descent():
    parameter = np.zeros((1, 1, 1))
    momentum = OPTIMISERS["momentum"]([parameter], np.array([0.5]))
    places = []
    for _ in range(3):
        momentum.step([parameter], [np.ones_like(parameter)])
        places.append(parameter.item())
    np.testing.assert_allclose(places, [-0.5, -0.5 - 0.95, -0.5 - 0.95 - 1.355], rtol=1e-15)
    for _ in range(400):
        before = parameter.item()
        momentum.step([parameter], [np.ones_like(parameter)])
    assert before - parameter.item() == pytest.approx(0.5 / (1 - 0.9), rel=1e-12)


def test_nesterov_s_parameters_are_where_the_paper_takes_the_gradient():
    """On 3 theta^2 / 2, v' = 0.9 v - rate grad(theta + 0.9 v), theta' = theta + v' (Sutskever et al. 2013, eq. 3-4)."""
    parameter, rate, place, velocity = np.full((1, 1, 1), 2.0), 0.05, 2.0, 0.0
    nesterov = OPTIMISERS["nesterov"]([parameter], np.array([rate]))
    for _ in range(50):
        nesterov.step([parameter], [3 * parameter])
        velocity = 0.9 * velocity - rate * 3 * (place + 0.9 * velocity)
        place += velocity
        assert parameter.item() == pytest.approx(place + 0.9 * velocity, rel=1e-12)
    assert abs(parameter.item()) < 0.1


def test_rmsprop_divides_a_constant_gradient_by_its_size_more_and_more():
    parameter = np.zeros((2, 1, 3))
    rmsprop = OPTIMISERS["rmsprop"]([parameter], np.array([0.1, 0.2]))
    for step in range(1, 200):
        before = parameter.copy()
        rmsprop.step([parameter], [np.tile([5.0, -0.01, 0.0], (2, 1, 1))])
        size = 0.1 / np.sqrt(1 - 0.9**step)
        expected = [[-size, size, 0.0], [-2 * size, 2 * size, 0.0]]
        np.testing.assert_allclose((parameter - before)[:, 0], expected, rtol=1e-4)
    assert size == pytest.approx(0.1, rel=1e-8)


def test_epsilon_of_rmsprop_stands_outside_the_root():
    parameter = np.zeros((1, 1, 1))
    OPTIMISERS["rmsprop"]([parameter], np.array([1.0])).step([parameter], [np.full((1, 1, 1), 1e-8)])
    assert parameter.item() == pytest.approx(-1e-8 / (0.1**0.5 * 1e-8 + 1e-8), rel=1e-12)
