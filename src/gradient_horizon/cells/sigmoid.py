"""The recurrent network with logistic units."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid


class Sigmoid(Cell):
    """h_t = sigmoid(W h_{t-1} + U x_t + b).

    The units of Hochreiter & Schmidhuber (1997) for networks trained by BPTT and RTRL, and of the first of three starts
    of Pascanu, Mikolov & Bengio (2013). The slope of a unit is at most 1/4.
    """

    blocks = (Block("a"),)

    def step(self, a: Any, h: Any) -> Any:
        """The logistic function of the product."""
        return sigmoid(a)
