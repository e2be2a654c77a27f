"""Reset: remember the last marked symbol of a stream, and forget the ones before."""

import math

import numpy as np
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

SYMBOLS = 8
MARK, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels with so many symbols: 1 where one replaces the remembered one, and 1 at the last step."""

MARK_RATE = 0.15
"""Probability of a mark at every step but the first, which always has one, and the last, which never has."""


class Reset(Task):
    """One of 8 symbols at every step, some of them marked: which symbol was marked last?

    Layout: channels 0-7 carry a symbol one-hot at every step, the last one too; channel 8 (MARK) is 1 at marked
    steps: the first always, the last never, so that without memory nothing beats chance, each step between with
    probability 0.15; channel 9 (CUE) is 1 at the last step only. The task is our own: symbols before the last mark have
    to be forgotten. Chance is 1/8, the loss of chance ln 8. A network that remembers the first marked symbol is right
    if no other mark follows, which has probability 0.85^(length - 2), and otherwise in 1 of 8 cases. With S symbols,
    mark and cue are channels S and S + 1, and chance is 1/S.
    """

    symbols: int = Field(default=SYMBOLS, ge=2, le=1000, description="Number of symbols to choose from.")
    rate: float = Field(
        default=MARK_RATE, gt=0, lt=1, description="Probability of a mark at the steps between the first and the last."
    )

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"
    minimal_length = 3

    @derived
    def inputs(self) -> int:
        """A channel for each symbol, one for the marks, one for the cue."""
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
        symbols = generator.integers(self.symbols, size=(length, count))
        marked = generator.random((length, count)) < self.rate
        marked[0], marked[-1] = True, False
        last = length - 1 - marked[::-1].argmax(0)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, : self.symbols] = symbols[:, None] == np.arange(self.symbols)[:, None]
        inputs[:, -2] = marked
        inputs[-1, -1] = 1
        return Batch(inputs, symbols[last, np.arange(count)])

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and remembering the first marked symbol, with the probability that no other mark follows."""
        none_follows = (1 - self.rate) ** (length - 2)
        other = (1 - none_follows) / self.symbols
        first = none_follows + other
        loss = -first * math.log(first) - (self.symbols - 1) * other * math.log(other)
        return (
            Baseline("chance", loss=math.log(self.symbols), accuracy=1 / self.symbols),
            Baseline("the first mark", loss=loss, accuracy=first),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
