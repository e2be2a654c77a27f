"""Temporal order: which two relevant symbols were shown, and in which order."""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task

RELEVANT = 2
DISTRACTORS = 4


class TemporalOrder(Task):
    """Two relevant symbols far apart among distractors: were they AA, AB, BA or BB (classes 0 to 3)?

    Layout: one channel is 1 at every step, 0-1 for the relevant symbols A and B, 2-5 for the distractors. The
    relevant ones are at a step drawn from [T/10, 2T/10] and one from [4T/10, 5T/10], T being the length, steps
    counted from 0, both ends included. There is no cue. This is the variant of Pascanu, Mikolov & Bengio (2013),
    as their paper has it (their code draws the second from [5T/10, 6T/10)), after Hochreiter & Schmidhuber (1997),
    task 6a, which adds a symbol for the start and one for the end. Chance is 1/4, the loss of chance ln 4;
    remembering one of the two symbols leaves 1/2 and ln 2. (The paper counts a network as successful from 99 %.)
    """

    inputs = RELEVANT + DISTRACTORS
    outputs = RELEVANT**2
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"
    minimal_length = 5

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        column = np.arange(count)
        symbols = generator.integers(RELEVANT, self.inputs, size=(length, count))
        places = [generator.integers(*tenth(length, start), size=count, endpoint=True) for start in (1, 4)]
        first, second = generator.integers(RELEVANT, size=(2, count))
        symbols[places[0], column] = first
        symbols[places[1], column] = second
        inputs = symbols[:, None] == np.arange(self.inputs)[:, None]
        return Batch(inputs.astype(np.float32), RELEVANT * first + second)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and remembering one of the two symbols."""
        return (
            Baseline("chance", loss=math.log(self.outputs), accuracy=1 / self.outputs),
            Baseline("remember one symbol", loss=math.log(RELEVANT), accuracy=1 / RELEVANT),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95


def tenth(length: int, start: int) -> tuple[int, int]:
    """The first and the last step in [start T/10, (start + 1) T/10], T being the length."""
    return -(-start * length // 10), (start + 1) * length // 10
