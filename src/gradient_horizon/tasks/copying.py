"""Copying: repeat ten symbols in order, after a long delay."""

import math

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Baseline, Batch, Task

SYMBOLS = 8
BLANK, CUE = SYMBOLS, SYMBOLS + 1
"""Input channels: 1 at blank steps, and 1 at the step that asks for the ten symbols."""

COPIED = 10
"""Number of symbols to remember."""


class Copying(Task):
    """Ten symbols of 8, blanks, a cue, ten more blanks: answer blanks, and from the step after the cue the ten symbols.

    Layout: one channel is 1 at every step, 0-7 (the symbols) at the first ten, 8 (BLANK) afterwards, but 9 (CUE) at
    the eleventh from the end. Answers are read at every step: class 8 (blank), at the last ten steps the symbols in the
    order shown, so that each has to be remembered for length - 10 steps. The loss is averaged over all steps; the
    accuracy counts the last ten. This is the variant of Arjovsky, Shah & Bengio (2016), whose T is length - 20, after
    Hochreiter & Schmidhuber (1997). A network without memory answers blanks, then guesses: a loss of 10 ln 8 / length.
    """

    inputs = SYMBOLS + 2
    outputs = SYMBOLS + 1
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95 over the ten symbols"
    minimal_length = 2 * COPIED + 1
    every_step = True
    recalled_steps = COPIED

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        symbols = generator.integers(SYMBOLS, size=(COPIED, count))
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:COPIED, :SYMBOLS] = symbols[:, None] == np.arange(SYMBOLS)[:, None]
        inputs[COPIED:, BLANK] = 1
        inputs[-COPIED - 1, [BLANK, CUE]] = [[0], [1]]
        return Batch(inputs, symbols[-1])

    def answers(self, batch: Batch) -> Int[np.ndarray, "time batch"]:
        """Blanks, and at the last ten steps the symbols of the first ten."""
        length, _, count = batch.inputs.shape
        answers = np.full((length, count), BLANK)
        answers[-COPIED:] = batch.inputs[:COPIED, :SYMBOLS].argmax(1)
        return answers

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Blanks while they are right, then chance."""
        return (Baseline("blanks, then chance", loss=COPIED * math.log(SYMBOLS) / length, accuracy=1 / SYMBOLS),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of the ten symbols of fresh sequences answered rightly."""
        return accuracy >= 0.95
