"""Two sequences that differ at the ends only: predict every next symbol (Hochreiter & Schmidhuber 1997, task 2a)."""

import math

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Baseline, Batch, Task


class TwoSequences(Task):
    """Predict the next symbol of (x, a1, ..., a_{p-1}, x) or (y, a1, ..., a_{p-1}, y), each equally likely.

    p is the lag, and the length: the last symbol is asked for, never shown. Layout: one channel is 1 at every step, at
    step t > 0 that of a_t, which is t - 1; at step 0 channel p - 1 (x) or p (y). Answers are read at every step: class
    t after step t (a_{t+1}), but after the last step the class of the symbol shown at step 0, over p - 1 transitions.
    The loss is the mean over all p answers; the accuracy is that of the last one. A network that knows everything but
    which sequence it sees has a loss of ln 2 / p, since only the last answer asks for memory.

    The paper asks for errors of all outputs below 0.25 on 10 000 sequences in a row; here a network has solved the task
    from 99 % of last symbols. There are only two sequences: fresh ones are the same two.
    """

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.99 at the last symbol"
    fixed_length: int
    every_step = True
    recalled_steps = 1

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps; raises ValueError for another length than the task's."""
        if length != self.fixed_length:
            raise ValueError(f"sequences of this task must have {self.fixed_length} steps, got {length}")
        first = length - 1 + generator.integers(2, size=count)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[0, first, np.arange(count)] = 1
        inputs[np.arange(1, length), np.arange(length - 1)] = 1
        return Batch(inputs, first)

    def answers(self, batch: Batch) -> Int[np.ndarray, "time batch"]:
        """The next symbol after every step."""
        length, _, count = batch.inputs.shape
        following = np.tile(np.arange(length)[:, None], (1, count))
        following[-1] = batch.target
        return following

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Every symbol but the last, which is guessed."""
        return (Baseline("all but the last, then a guess", loss=math.log(2) / length, accuracy=1 / 2),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 99 % of last symbols predicted rightly."""
        return accuracy >= 0.99


class TwoSequences10(TwoSequences):
    """Two sequences with a lag of 10 steps: 11 symbols."""

    fixed_length = 10
    inputs = outputs = 11


class TwoSequences100(TwoSequences):
    """Two sequences with a lag of 100 steps: 101 symbols."""

    fixed_length = 100
    inputs = outputs = 101
