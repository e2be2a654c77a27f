"""Selective recall: remember the one marked symbol of a stream."""

import math

import numpy as np
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

SYMBOLS = 8
MARK, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels with so many symbols: 1 at the symbol to remember, and 1 at the last step."""


class SelectiveRecall(Task):
    """One of 8 symbols at every step, exactly one in the first half marked: which symbol was it?

    Layout: channels 0-7 carry a symbol one-hot at every step, the last one too; channel 8 (MARK) is 1 at the marked
    step only, uniform over the first half (the shorter one, if the length is odd); channel 9 (CUE) is 1 at the last
    step only. The task is our own: recall in which every step shows a symbol, and only one of them matters.
    Chance is 1/8, the loss of chance ln 8. With S symbols, mark and cue are channels S and S + 1, and chance is 1/S.
    """

    symbols: int = Field(default=SYMBOLS, ge=2, le=1000, description="Number of symbols to choose from.")

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    @derived
    def inputs(self) -> int:
        """A channel for each symbol, one for the mark, one for the cue."""
        return self.symbols + 2

    @derived
    def outputs(self) -> int:
        """A class for each symbol."""
        return self.symbols

    @derived
    def mark_channel(self) -> int | None:
        """The channel behind those of the symbols."""
        return self.symbols

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        symbols, column = generator.integers(self.symbols, size=(length, count)), np.arange(count)
        marked = generator.integers(length // 2, size=count)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, : self.symbols] = symbols[:, None] == np.arange(self.symbols)[:, None]
        inputs[marked, -2, column] = 1
        inputs[-1, -1] = 1
        return Batch(inputs, symbols[marked, column])

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance: every symbol is equally likely."""
        return (Baseline("chance", loss=math.log(self.symbols), accuracy=1 / self.symbols),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
