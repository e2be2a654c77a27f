"""Optimisers with a learning rate per network; those of torch.optim have one for all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork


def _per_network(values: PerNetwork, like: Tensor) -> Tensor:
    return values.view(-1, *[1] * (like.ndim - 1))


class Optimiser(ABC):
    """Updates the parameters of all networks in place; axis 0 of every tensor is the networks."""

    def __init__(self, parameters: Sequence[Tensor], learning_rates: PerNetwork):
        self.learning_rates = learning_rates

    @abstractmethod
    def step(self, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        """One update of the parameters; gradients may be overwritten."""

    def restrict(self, networks: Tensor) -> None:
        """Drops all networks but these."""
        self.learning_rates = self.learning_rates[networks]

    @abstractmethod
    def state(self) -> dict[str, Tensor]:
        """Everything that later steps need of earlier ones, by name."""

    @abstractmethod
    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Takes over what `state` returned, for the same networks."""


class GradientDescent(Optimiser):
    """Plain gradient descent, as `torch.optim.SGD` without momentum."""

    def step(self, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        """Subtracts learning rate times gradient."""
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.sub_(gradient.mul_(_per_network(self.learning_rates, gradient)))

    def state(self) -> dict[str, Tensor]:
        """Nothing: every step starts from the parameters alone."""
        return {}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Takes over nothing."""


class Adam(Optimiser):
    """Adam (Kingma & Ba 2015, algorithm 1), as `torch.optim.Adam` with its defaults."""

    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Sequence[Tensor], learning_rates: PerNetwork):
        super().__init__(parameters, learning_rates)
        self.mean = [torch.zeros_like(parameter) for parameter in parameters]
        self.square = [torch.zeros_like(parameter) for parameter in parameters]
        self.updates = 0

    def step(self, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        """One update, with bias correction."""
        self.updates += 1
        rates = self.learning_rates / (1 - self.beta1**self.updates)
        root = (1 - self.beta2**self.updates) ** 0.5
        for parameter, gradient, mean, square in zip(parameters, gradients, self.mean, self.square, strict=True):
            mean.lerp_(gradient, 1 - self.beta1)
            square.mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
            denominator = torch.sqrt(square, out=gradient).div_(root).add_(self.epsilon)
            parameter.sub_(torch.div(mean, denominator, out=gradient).mul_(_per_network(rates, gradient)))

    def state(self) -> dict[str, Tensor]:
        """Running means of every gradient and of its square, and the number of updates."""
        means = {"mean": self.mean, "square": self.square}
        named = {f"{name}.{index}": value for name, values in means.items() for index, value in enumerate(values)}
        return {"updates": torch.tensor(self.updates), **named}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Takes over running means and the number of updates."""
        self.updates = int(state["updates"])
        self.mean, self.square = ([state[f"{name}.{i}"] for i in range(len(self.mean))] for name in ("mean", "square"))

    def restrict(self, networks: Tensor) -> None:
        """Drops all networks but these, with their running means."""
        super().restrict(networks)
        self.mean = [mean[networks] for mean in self.mean]
        self.square = [square[networks] for square in self.square]


OPTIMISERS: dict[str, Callable[[Sequence[Tensor], PerNetwork], Optimiser]] = {"adam": Adam, "sgd": GradientDescent}
