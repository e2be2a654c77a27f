"""Temporal order: which two relevant symbols were shown, and in which order."""

import math

import numpy as np
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

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
    With R relevant symbols, classes are the R^2 pairs, and remembering one symbol leaves 1/R and ln R.
    """

    relevant: int = Field(default=RELEVANT, ge=2, le=100, description="Number of relevant symbols.")
    distractors: int = Field(default=DISTRACTORS, ge=1, le=1000, description="Number of other symbols.")

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"
    minimal_length = 5

    @derived
    def inputs(self) -> int:
        """A channel for each symbol."""
        return self.relevant + self.distractors

    @derived
    def outputs(self) -> int:
        """A class for each pair of relevant symbols."""
        return self.relevant**2

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        column = np.arange(count)
        symbols = generator.integers(self.relevant, self.inputs, size=(length, count))
        places = [generator.integers(*tenth(length, start), size=count, endpoint=True) for start in (1, 4)]
        first, second = generator.integers(self.relevant, size=(2, count))
        symbols[places[0], column] = first
        symbols[places[1], column] = second
        inputs = symbols[:, None] == np.arange(self.inputs)[:, None]
        return Batch(inputs.astype(np.float32), self.relevant * first + second)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and remembering one of the two symbols."""
        return (
            Baseline("chance", loss=math.log(self.outputs), accuracy=1 / self.outputs),
            Baseline("remember one symbol", loss=math.log(self.relevant), accuracy=1 / self.relevant),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95


def tenth(length: int, start: int) -> tuple[int, int]:
    """The first and the last step in [start T/10, (start + 1) T/10], T being the length."""
    return -(-start * length // 10), (start + 1) * length // 10
