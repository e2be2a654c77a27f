"""The plain recurrent network as a differential equation, by Euler's method (Chang, Chen, Haber & Chi 2019)."""

from typing import Any, ClassVar

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import tanh


class Euler(Cell):
    """h_t = h_{t-1} + epsilon tanh(W h_{t-1} + U x_t + b): steps of length epsilon along dh/dt = tanh(W h + U x + b).

    With the change `antisymmetric`, by which W = M - M^T - gamma I, it is the paper's AntisymmetricRNN, eq. 12. Its
    variant with a gate is not here. epsilon is not trained; 0.1 is the middle one of the three values that the paper
    tries (appendix C). A class made from this one may set another.
    """

    blocks = (Block("a"),)
    epsilon: ClassVar[float] = 0.1

    def step(self, a: Any, h: Any) -> Any:
        """The state and the slope's share of a step."""
        return h + self.epsilon * tanh(a)
