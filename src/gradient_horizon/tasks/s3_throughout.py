"""The word problem of the symmetric group on three letters, asked at every step: what do they come to so far?"""

from itertools import accumulate

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Batch
from gradient_horizon.tasks.s3 import ORDER, PRODUCTS, SymmetricGroup


class SymmetricGroupThroughout(SymmetricGroup):
    """The word problem of S3, with the question at every step but the first: what do the permutations come to so far?

    Sequences, layout and baselines are those of s3, the cue at the last step too. Answers are read after steps 2 to T,
    as Merrill, Petty & Sabharwal (2024) do; the loss is the mean over all of them, the accuracy that of the last one.
    """

    solved_when = "accuracy >= 0.95 at the last step"
    every_step = True
    unasked_steps = 1

    def answers(self, batch: Batch) -> Int[np.ndarray, "answer batch"]:
        """The product so far, after every step but the first."""
        shown = batch.inputs[:, :ORDER].argmax(1)
        products = list(accumulate(shown, lambda earlier, later: PRODUCTS[earlier, later]))
        return np.stack(products[self.unasked_steps :])
