"""The linear recurrence, whose gradients are exact powers of W."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell


class Linear(Cell):
    """h_t = W h_{t-1} + U x_t + b."""

    blocks = (Block("a"),)

    def step(self, a: Any, h: Any) -> Any:
        """The product is the next state."""
        return a
