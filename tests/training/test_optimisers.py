import pytest
import torch

from gradient_horizon.training.optimisers import OPTIMISERS, Optimiser

RATES = (0.001, 0.03, 0.5)
SHAPES = ((4, 7), (2, 5))
TORCH = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


def random_tensors(draw: torch.Generator) -> list[torch.Tensor]:
    return [torch.randn(len(RATES), *shape, generator=draw, dtype=torch.float64) for shape in SHAPES]


class Twins:
    """Our optimiser for all networks beside one of torch's for each network, on the same gradients."""

    def __init__(self, name: str):
        self.draw = torch.Generator().manual_seed(0)
        self.parameters = random_tensors(self.draw)
        self.torch_parameters = [
            [torch.nn.Parameter(parameter[place].clone()) for parameter in self.parameters]
            for place in range(len(RATES))
        ]
        self.torch = [TORCH[name](own, lr=rate) for own, rate in zip(self.torch_parameters, RATES, strict=True)]
        self.ours: Optimiser = OPTIMISERS[name](self.parameters, torch.tensor(RATES, dtype=torch.float64))
        self.alive = list(range(len(RATES)))

    def step(self, *, scale: float = 1.0) -> None:
        gradients = [scale * gradient for gradient in random_tensors(self.draw)]
        for place in range(len(RATES)):
            for parameter, gradient in zip(self.torch_parameters[place], gradients, strict=True):
                parameter.grad = gradient[place].clone()
            self.torch[place].step()
        self.ours.step(self.parameters, [gradient[self.alive].clone() for gradient in gradients])

    def restrict(self, places: list[int]) -> None:
        self.alive = [self.alive[place] for place in places]
        self.parameters = [parameter[places] for parameter in self.parameters]
        self.ours.restrict(torch.tensor(places))

    def assert_equal(self) -> None:
        for place, network in enumerate(self.alive):
            for ours, theirs in zip(self.parameters, self.torch_parameters[network], strict=True):
                torch.testing.assert_close(ours[place], theirs.detach(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_network_moves_as_under_torch_at_its_own_learning_rate(name):
    twins = Twins(name)
    before = [parameter.clone() for parameter in twins.parameters]
    for scale in (1.0, 1e-3, 30.0, 0.0, 1.0, 1e-9):
        twins.step(scale=scale)
        twins.assert_equal()
    for old, new in zip(before, twins.parameters, strict=True):
        steps = (new - old).abs().amax(dim=(1, 2))
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
def test_parameters_change_in_place(name):
    twins = Twins(name)
    addresses = [parameter.data_ptr() for parameter in twins.parameters]
    twins.step()
    assert [parameter.data_ptr() for parameter in twins.parameters] == addresses
    twins.assert_equal()


def test_first_step_of_adam_is_the_learning_rate_in_the_direction_of_the_sign():
    parameter = torch.zeros(2, 1, 3, dtype=torch.float64)
    adam = OPTIMISERS["adam"]([parameter], torch.tensor([0.1, 0.2], dtype=torch.float64))
    adam.step([parameter], [torch.tensor([5.0, -0.01, 0.0], dtype=torch.float64).expand(2, 1, 3).clone()])
    torch.testing.assert_close(
        parameter[:, 0], torch.tensor([[-0.1, 0.1, 0.0], [-0.2, 0.2, 0.0]], dtype=torch.float64), rtol=1e-5, atol=0
    )


def test_gradient_descent_subtracts_learning_rate_times_gradient():
    parameter = torch.ones(2, 1, 2, dtype=torch.float64)
    descent = OPTIMISERS["sgd"]([parameter], torch.tensor([0.5, 2.0], dtype=torch.float64))
    descent.step([parameter], [torch.tensor([[[1.0, -2.0]], [[3.0, 0.0]]], dtype=torch.float64)])
    assert parameter[:, 0].tolist() == [[0.5, 2.0], [-5.0, 1.0]]
