"""The independently recurrent network (Li, Li, Cook, Zhu & Gao 2018)."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell, Parameter
from gradient_horizon.engine.functions import relu


class IndRNN(Cell):
    """h_t = max(0, U x_t + u h_{t-1} + b), u being one number per unit: no unit sees another.

    u is uniform in [0, 1] at the start, whatever the length of sequences T; the paper's upper limit for long memory is
    2^(1/T), by which a gradient at most doubles. The limit is not enforced during training.
    """

    blocks = (Block("a", sees="x"),)
    parameters = (Parameter("u", low=0.0, high=1.0),)

    def step(self, a: Any, h: Any, u: Any) -> Any:
        """The positive part of what enters and of the unit's own state."""
        return relu(a + u * h)
