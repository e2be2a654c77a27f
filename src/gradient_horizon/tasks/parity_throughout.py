"""Parity that is asked at every step: was the number of ones so far odd?"""

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Batch
from gradient_horizon.tasks.parity import BIT, Parity


class ParityThroughout(Parity):
    """Parity, with the question at every step but the first: was the number of ones so far even (0) or odd (1)?

    Sequences, layout and chance are those of parity, the cue at the last step too. Answers are read after steps 2 to T,
    as in Liu et al. (2023); the loss is the mean over all of them, the accuracy that of the last one. What parity asks
    for is the same; but a network that has learnt two steps is told so, and goes on from there.
    """

    solved_when = "accuracy >= 0.95 at the last step"
    every_step = True
    unasked_steps = 1

    def answers(self, batch: Batch) -> Int[np.ndarray, "answer batch"]:
        """The parity so far, after every step but the first."""
        ones: np.ndarray = (batch.inputs[:, BIT] > 0).cumsum(0, dtype=np.int64)
        return ones[self.unasked_steps :] % 2
