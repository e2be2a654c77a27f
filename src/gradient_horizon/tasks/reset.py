"""Reset: remember the last marked symbol of a stream, and forget the ones before."""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task

SYMBOLS = 8
MARK, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels: 1 where a symbol replaces the remembered one, and 1 at the last step."""

MARK_RATE = 0.15
"""Probability of a mark at every step but the first, which always has one, and the last, which never has."""


class Reset(Task):
    """One of 8 symbols at every step, some of them marked: which symbol was marked last?

    Layout: channels 0-7 carry a symbol one-hot at every step, the last one too; channel 8 (MARK) is 1 at marked
    steps: the first always, the last never, so that without memory nothing beats chance, each step between with
    probability 0.15; channel 9 (CUE) is 1 at the last step only. The task is our own: symbols before the last mark have
    to be forgotten. Chance is 1/8, the loss of chance ln 8. A network that remembers the first marked symbol is right
    if no other mark follows, which has probability 0.85^(length - 2), and otherwise in 1 of 8 cases.
    """

    inputs = SYMBOLS + 2
    outputs = SYMBOLS
    loss = "cross-entropy"
    mark_channel = MARK
    solved_when = "accuracy >= 0.95"
    minimal_length = 3

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        symbols = generator.integers(SYMBOLS, size=(length, count))
        marked = generator.random((length, count)) < MARK_RATE
        marked[0], marked[-1] = True, False
        last = length - 1 - marked[::-1].argmax(0)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, :SYMBOLS] = symbols[:, None] == np.arange(SYMBOLS)[:, None]
        inputs[:, MARK] = marked
        inputs[-1, CUE] = 1
        return Batch(inputs, symbols[last, np.arange(count)])

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and remembering the first marked symbol, with the probability that no other mark follows."""
        none_follows = (1 - MARK_RATE) ** (length - 2)
        other = (1 - none_follows) / SYMBOLS
        first = none_follows + other
        loss = -first * math.log(first) - (SYMBOLS - 1) * other * math.log(other)
        return (
            Baseline("chance", loss=math.log(SYMBOLS), accuracy=1 / SYMBOLS),
            Baseline("the first mark", loss=loss, accuracy=first),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
