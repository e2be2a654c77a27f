"""An LSTM as a user would write it: its equations, and nothing else."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh


class OwnLSTM(Cell):
    """The equations in the order of PyTorch's documentation."""

    blocks = (Block("i"), Block("f"), Block("g"), Block("o"))
    state = ("h", "c")

    def step(self, i: Any, f: Any, g: Any, o: Any, h: Any, c: Any) -> Any:
        """i, f and o are gates, g is the candidate."""
        i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
        c = f * c + i * g
        return o * tanh(c), c
