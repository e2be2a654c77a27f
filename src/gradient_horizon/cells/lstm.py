"""The long short-term memory (Hochreiter & Schmidhuber 1997; with forget gate: Gers, Schmidhuber & Cummins 2000)."""

from typing import Any

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sigmoid, tanh

WRITE, KEEP, SHOW, CANDIDATE = Block("i", gate="write"), Block("f", gate="keep"), Block("o", gate="show"), Block("g")


class LSTM(Cell):
    """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), as `torch.nn.LSTM`."""

    blocks = (WRITE, KEEP, SHOW, CANDIDATE)
    state = ("h", "c")

    def step(self, i: Any, f: Any, o: Any, g: Any, h: Any, c: Any) -> Any:
        """The memory c, and what the output gate shows of it."""
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c


class InputOpenLSTM(Cell):
    """An LSTM with i = 1: the whole candidate is added to c."""

    blocks = (KEEP, SHOW, CANDIDATE)
    state = ("h", "c")

    def step(self, f: Any, o: Any, g: Any, h: Any, c: Any) -> Any:
        """As in the LSTM, without an input gate."""
        c = sigmoid(f) * c + tanh(g)
        return sigmoid(o) * tanh(c), c


class ForgetOpenLSTM(Cell):
    """An LSTM with f = 1: nothing is forgotten, as in Hochreiter & Schmidhuber (1997)."""

    blocks = (WRITE, SHOW, CANDIDATE)
    state = ("h", "c")

    def step(self, i: Any, o: Any, g: Any, h: Any, c: Any) -> Any:
        """As in the LSTM, without a forget gate."""
        c = c + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c


class ForgetInputOpenLSTM(Cell):
    """An LSTM with f = i = 1: c is the sum of all candidates."""

    blocks = (SHOW, CANDIDATE)
    state = ("h", "c")

    def step(self, o: Any, g: Any, h: Any, c: Any) -> Any:
        """As in the LSTM, without a forget gate and an input gate."""
        c = c + tanh(g)
        return sigmoid(o) * tanh(c), c


class OutputOpenLSTM(Cell):
    """An LSTM with o = 1: h = tanh(c)."""

    blocks = (WRITE, KEEP, CANDIDATE)
    state = ("h", "c")

    def step(self, i: Any, f: Any, g: Any, h: Any, c: Any) -> Any:
        """As in the LSTM, without an output gate."""
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        return tanh(c), c
