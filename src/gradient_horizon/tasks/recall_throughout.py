"""Recall that is asked at every step: remember the first symbol all the way."""

from typing import ClassVar

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Batch
from gradient_horizon.tasks.recall import Recall


class RecallThroughout(Recall):
    """Recall, with the question at every step but the first: which symbol was shown first?

    Sequences, layout and chance are those of recall, the cue at the last step too. Answers are read after steps 2 to
    T, so that delays run from 1 to length - 1 steps; the loss and the accuracy are means over all of them.
    """

    solved_when = "accuracy >= 0.95 over all steps but the first"
    every_step = True
    unasked_steps = 1
    recalled_steps: ClassVar[int | None] = None

    def answers(self, batch: Batch) -> Int[np.ndarray, "answer batch"]:
        """The first symbol, after every step but the first."""
        return np.tile(batch.target, (len(batch.inputs) - self.unasked_steps, 1))
