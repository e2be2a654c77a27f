"""Copying: repeat ten symbols in order, after a long delay."""

import math

import numpy as np
from jaxtyping import Int
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

SYMBOLS = 8
BLANK, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels with so many symbols: 1 at blank steps, and 1 at the step that asks for the ten symbols."""

COPIED = 10
"""Number of symbols to remember."""


class Copying(Task):
    """Ten symbols of 8, blanks, a cue, ten more blanks: answer blanks, and from the step after the cue the ten symbols.

    Layout: one channel is 1 at every step, 0-7 (the symbols) at the first ten, 8 (BLANK) afterwards, but 9 (CUE) at
    the eleventh from the end. Answers are read at every step: class 8 (blank), at the last ten steps the symbols in the
    order shown, so that each has to be remembered for length - 10 steps. The loss is averaged over all steps; the
    accuracy counts the last ten. This is the variant of Arjovsky, Shah & Bengio (2016), whose T is length - 20, after
    Hochreiter & Schmidhuber (1997). A network without memory answers blanks, then guesses: a loss of 10 ln 8 / length.
    With S symbols, of which N are copied, blank and cue are channels S and S + 1, and the loss is N ln S / length.
    """

    symbols: int = Field(default=SYMBOLS, ge=2, le=1000, description="Number of symbols to choose from.")
    count: int = Field(default=COPIED, ge=1, le=1000, description="Number of symbols that are copied.")

    loss = "cross-entropy"
    every_step = True

    @derived
    def inputs(self) -> int:
        """A channel for each symbol, one for blanks, one for the cue."""
        return self.symbols + 2

    @derived
    def outputs(self) -> int:
        """A class for each symbol, and the blank."""
        return self.symbols + 1

    @derived
    def solved_when(self) -> str:
        """The criterion in words."""
        return f"accuracy >= 0.95 over the {'ten' if self.count == COPIED else self.count} symbols"

    @derived
    def minimal_length(self) -> int:
        """The symbols, the cue, and a step for each answer."""
        return 2 * self.count + 1

    @derived
    def recalled_steps(self) -> int | None:
        """The steps at which the symbols are answered."""
        return self.count

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        copied, blank = self.count, self.symbols
        symbols = generator.integers(self.symbols, size=(copied, count))
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:copied, :blank] = symbols[:, None] == np.arange(blank)[:, None]
        inputs[copied:, blank] = 1
        inputs[-copied - 1, [blank, blank + 1]] = [[0], [1]]
        return Batch(inputs, symbols[-1])

    def answers(self, batch: Batch) -> Int[np.ndarray, "time batch"]:
        """Blanks, and at the last ten steps the symbols of the first ten."""
        length, _, count = batch.inputs.shape
        answers = np.full((length, count), self.symbols)
        answers[-self.count :] = batch.inputs[: self.count, : self.symbols].argmax(1)
        return answers

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Blanks while they are right, then chance."""
        loss = self.count * math.log(self.symbols) / length
        return (Baseline("blanks, then chance", loss=loss, accuracy=1 / self.symbols),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of the ten symbols of fresh sequences answered rightly."""
        return accuracy >= 0.95
