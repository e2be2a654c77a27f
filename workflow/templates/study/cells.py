"""Cells of your own: config.yaml names this one as cells:Mine."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh


class Mine(Cell):
    """A unit that keeps a share of its old state: h' = k h + (1 - k) n, k = sigmoid(z), n = tanh(W h + U x + b).

    Each block is a product of [h; x; 1] with a weight of its own; a gate that keeps can be biased by remedies.
    """

    blocks = (Block("z", gate="keep"), Block("n"))

    def step(self, z: Any, n: Any, h: Any) -> Any:
        """The next state, from the blocks in their order and the old state."""
        keep = sigmoid(z)
        return keep * h + (1 - keep) * tanh(n)
