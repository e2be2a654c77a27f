"""Delayed recall: remember the first symbol across a noisy gap."""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task

SYMBOLS = 8
NOISE, CUE = SYMBOLS, SYMBOLS + 1


class Recall(Task):
    """One of 8 symbols at the first step, noise in between, a cue at the last step: which symbol was it?

    Layout: channels 0-7 carry the symbol one-hot at step 0 and are silent afterwards; channel 8 carries a
    standard normal number at every step but the first and the last; channel 9 is 1 at the last step only. The
    delay is length - 1 steps. After Hochreiter & Schmidhuber (1997), task 2, with noise in place of
    distractor symbols. Chance is 1/8, the loss of chance ln 8.
    """

    inputs = SYMBOLS + 2
    outputs = SYMBOLS
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        symbol = generator.integers(SYMBOLS, size=count)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[0, symbol, np.arange(count)] = 1
        inputs[1:-1, NOISE] = generator.standard_normal((length - 2, count), dtype=np.float32)
        inputs[-1, CUE] = 1
        return Batch(inputs, symbol)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance: every symbol is equally likely."""
        return (Baseline("chance", loss=math.log(SYMBOLS), accuracy=1 / SYMBOLS),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
