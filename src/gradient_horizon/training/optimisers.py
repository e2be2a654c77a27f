"""Optimisers with a learning rate per network; those of torch.optim have one for all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

PerNetwork = Float[np.ndarray, " network"]
Array = Float[np.ndarray, "network ..."]


def _per_network(values: PerNetwork, like: Array) -> Array:
    return values.reshape(-1, *[1] * (like.ndim - 1))


class Optimiser(ABC):
    """Updates the parameters of all networks in place; axis 0 of every array is the networks."""

    def __init__(self, parameters: Sequence[Array], learning_rates: PerNetwork):
        self.learning_rates = learning_rates

    @abstractmethod
    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """One update of the parameters; gradients may be overwritten."""

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""
        self.learning_rates = self.learning_rates[networks]

    @abstractmethod
    def state(self) -> dict[str, np.ndarray]:
        """Everything that later steps need of earlier ones, by name."""

    @abstractmethod
    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over what `state` returned, for the same networks."""


class GradientDescent(Optimiser):
    """Plain gradient descent, as `torch.optim.SGD` without momentum."""

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Subtracts learning rate times gradient."""
        for parameter, gradient in zip(parameters, gradients, strict=True):
            gradient *= _per_network(self.learning_rates, gradient)
            parameter -= gradient

    def state(self) -> dict[str, np.ndarray]:
        """Nothing: every step starts from the parameters alone."""
        return {}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over nothing."""


class Momentum(Optimiser):
    """Gradient descent with momentum (Polyak 1964, the heavy ball), as `torch.optim.SGD` with `momentum=0.9`."""

    momentum = 0.9

    def __init__(self, parameters: Sequence[Array], learning_rates: PerNetwork):
        super().__init__(parameters, learning_rates)
        self.velocity = [np.zeros_like(parameter) for parameter in parameters]

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Adds the gradient to what is left of the velocity, and subtracts learning rate times velocity."""
        for parameter, gradient, velocity in zip(parameters, gradients, self.velocity, strict=True):
            velocity *= self.momentum
            velocity += gradient
            np.multiply(velocity, _per_network(self.learning_rates, velocity), out=gradient)
            parameter -= gradient

    def state(self) -> dict[str, np.ndarray]:
        """The velocity of every parameter."""
        return {f"velocity.{index}": velocity for index, velocity in enumerate(self.velocity)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over velocities."""
        self.velocity = [state[f"velocity.{index}"] for index in range(len(self.velocity))]

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these, with their velocities."""
        super().restrict(networks)
        self.velocity = [velocity[networks] for velocity in self.velocity]


class Nesterov(Momentum):
    """Nesterov momentum (Sutskever, Martens, Dahl & Hinton 2013), as `torch.optim.SGD` with `nesterov=True` and 0.9.

    The paper takes the gradient at theta + 0.9 v. As in torch, the parameters are that point, so that gradients are
    taken where the network is; and the velocity is divided by the learning rate, which never changes.
    """

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Updates the velocity, then subtracts learning rate times gradient and what is left of the new velocity."""
        for parameter, gradient, velocity in zip(parameters, gradients, self.velocity, strict=True):
            velocity *= self.momentum
            velocity += gradient
            gradient += self.momentum * velocity
            gradient *= _per_network(self.learning_rates, gradient)
            parameter -= gradient


class RMSprop(Optimiser):
    """RMSprop (Tieleman & Hinton 2012, lecture 6.5), as `torch.optim.RMSprop` with `alpha=0.9`.

    The lecture gives no epsilon; here it is added to the root, not to the square.
    """

    decay, epsilon = 0.9, 1e-8

    def __init__(self, parameters: Sequence[Array], learning_rates: PerNetwork):
        super().__init__(parameters, learning_rates)
        self.square = [np.zeros_like(parameter) for parameter in parameters]

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Subtracts learning rate times gradient over the root of the running mean of its square."""
        for parameter, gradient, square in zip(parameters, gradients, self.square, strict=True):
            square *= self.decay
            root = gradient * gradient
            root *= 1 - self.decay
            square += root
            np.sqrt(square, out=root)
            root += self.epsilon
            gradient /= root
            gradient *= _per_network(self.learning_rates, gradient)
            parameter -= gradient

    def state(self) -> dict[str, np.ndarray]:
        """The running mean of the square of every gradient."""
        return {f"square.{index}": square for index, square in enumerate(self.square)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over running means."""
        self.square = [state[f"square.{index}"] for index in range(len(self.square))]

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these, with their running means."""
        super().restrict(networks)
        self.square = [square[networks] for square in self.square]


class Adam(Optimiser):
    """Adam (Kingma & Ba 2015, algorithm 1), as `torch.optim.Adam` with its defaults."""

    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Sequence[Array], learning_rates: PerNetwork):
        super().__init__(parameters, learning_rates)
        self.mean = [np.zeros_like(parameter) for parameter in parameters]
        self.square = [np.zeros_like(parameter) for parameter in parameters]
        self.powers = np.ones(2)  # of beta1 and beta2; by products, since libraries differ in powers

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """One update, with bias correction."""
        self.powers *= (self.beta1, self.beta2)
        correction, root = (float(value) for value in (1 - self.powers[0], np.sqrt(1 - self.powers[1])))
        for parameter, gradient, mean, square in zip(parameters, gradients, self.mean, self.square, strict=True):
            mean += (gradient - mean) * (1 - self.beta1)
            square *= self.beta2
            gradient *= gradient
            gradient *= 1 - self.beta2
            square += gradient
            np.sqrt(square, out=gradient)
            gradient /= root
            gradient += self.epsilon
            np.divide(mean, gradient, out=gradient)
            gradient *= _per_network(self.learning_rates / correction, gradient)
            parameter -= gradient

    def state(self) -> dict[str, np.ndarray]:
        """Running means of every gradient and of its square, and the powers of their decay rates."""
        means = {"mean": self.mean, "square": self.square}
        named = {f"{name}.{index}": value for name, values in means.items() for index, value in enumerate(values)}
        return {"powers": self.powers, **named}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over running means and powers."""
        self.powers = state["powers"]
        self.mean, self.square = ([state[f"{name}.{i}"] for i in range(len(self.mean))] for name in ("mean", "square"))

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these, with their running means."""
        super().restrict(networks)
        self.mean = [mean[networks] for mean in self.mean]
        self.square = [square[networks] for square in self.square]


OPTIMISERS: dict[str, Callable[[Sequence[Array], PerNetwork], Optimiser]] = {
    "adam": Adam,
    "sgd": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
}
