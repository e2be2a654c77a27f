"""Delayed recall: remember the first symbol across a noisy gap."""

import math

import numpy as np
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

SYMBOLS = 8
NOISE, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels with so many symbols: noise in the gap, and 1 at the last step."""


class Recall(Task):
    """One of 8 symbols at the first step, noise in between, a cue at the last step: which symbol was it?

    Layout: channels 0-7 carry the symbol one-hot at step 0 and are silent afterwards; channel 8 carries a
    standard normal number at every step but the first and the last; channel 9 is 1 at the last step only. The
    delay is length - 1 steps. After Hochreiter & Schmidhuber (1997), task 2, with noise in place of
    distractor symbols. Chance is 1/8, the loss of chance ln 8. With another number S of symbols, their channels are
    0 to S - 1, those of noise and cue S and S + 1, chance is 1/S.
    """

    symbols: int = Field(default=SYMBOLS, ge=2, le=1000, description="Number of symbols to choose from.")
    noise: float = Field(default=1, ge=0, le=1000, description="Standard deviation of the noise in the gap.")

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    @derived
    def inputs(self) -> int:
        """A channel for each symbol, one for the noise, one for the cue."""
        return self.symbols + 2

    @derived
    def outputs(self) -> int:
        """A class for each symbol."""
        return self.symbols

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        symbol = generator.integers(self.symbols, size=count)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[0, symbol, np.arange(count)] = 1
        noise = generator.standard_normal((length - 2, count), dtype=np.float32)
        inputs[1:-1, -2] = np.float32(self.noise) * noise
        inputs[-1, -1] = 1
        return Batch(inputs, symbol)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance: every symbol is equally likely."""
        return (Baseline("chance", loss=math.log(self.symbols), accuracy=1 / self.symbols),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
