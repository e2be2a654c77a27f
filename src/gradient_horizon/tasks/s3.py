"""The word problem of the symmetric group on three letters: what do permutations, one after another, come to?"""

import math
from itertools import permutations

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task

ELEMENTS = tuple(permutations(range(3)))
"""The permutations as tuples: element g takes the letter i to g[i]. The first is the identity."""

ORDER = len(ELEMENTS)
CUE = ORDER
"""The input channel that is 1 at the last step."""

PRODUCTS = np.array(
    [[ELEMENTS.index(tuple(later[image] for image in earlier)) for later in ELEMENTS] for earlier in ELEMENTS]
)
"""The element that two come to, [earlier later]: the later one applied to what the earlier one leaves."""


class SymmetricGroup(Task):
    """A permutation of three letters at every step: which permutation are all of them, applied one after another?

    Layout: channels 0-5 show one of the six elements of S3 one-hot at every step, the last one too, each with
    probability 1/6; channel 6 is 1 at the last step only. Classes are the elements, in the order of the channels. It is
    the word problem of the smallest group whose elements do not commute, so that their order matters. Merrill, Petty &
    Sabharwal (2024) ask it of larger groups, A5 among them, after every element. S3 is solvable, which A5 is not, so
    that a fixed number of parallel layers can track it (Liu, Ash, Goel, Krishnamurthy & Zhang 2023). Here only the last
    product is asked for. Chance is 1/6, the loss of chance ln 6. Tracking the sign of the permutation alone, which is
    parity, leaves three elements: 1/3 and ln 3.
    """

    inputs = ORDER + 1
    outputs = ORDER
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        shown = generator.integers(ORDER, size=(length, count))
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, :ORDER] = shown[:, None] == np.arange(ORDER)[:, None]
        inputs[-1, CUE] = 1
        product = shown[0]
        for element in shown[1:]:
            product = PRODUCTS[product, element]
        return Batch(inputs, product)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and tracking the sign of the permutation."""
        return (
            Baseline("chance", loss=math.log(ORDER), accuracy=1 / ORDER),
            Baseline("the sign alone", loss=math.log(ORDER / 2), accuracy=2 / ORDER),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
