"""Associative recall: remember pairs of a key and a value, and answer the value of the key that is asked for."""

import math

import numpy as np
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived

VALUES, KEYS = 4, 16
CUE = VALUES + KEYS
"""With so many, the input channel that is 1 at the last step, which shows the key that is asked for."""


class AssociativeRecall(Task):
    """Pairs of a key and a value, then one of the keys: which value did it have?

    Layout: channels 0-3 carry a value one-hot, channels 4-19 a key one-hot, both of a pair at the same step; channel 20
    is 1 at the last step only, which shows the key that is asked for, each of the shown ones with the same probability,
    and no value. There is a pair at every step but the last, up to 16, since no key comes twice; in sequences of more
    than 17 steps the 16 pairs are at random steps, the others blank. Values are independent of each other. After Ba,
    Hinton, Mnih, Leibo & Ionescu (2016), whose keys (letters) and values (digits) take turns; with both at one step,
    what is asked is how many pairs the state holds, not how neighbours are bound together. Arora et al. (2023) ask for
    several keys of a sequence, and vary the size of the model. Chance is 1/4, the loss of chance ln 4. With V values
    and K keys, their channels are 0 to V - 1 and V to V + K - 1, the cue's is V + K, and there are up to K pairs.
    """

    values: int = Field(default=VALUES, ge=2, le=1000, description="Number of values to choose from.")
    keys: int = Field(default=KEYS, ge=1, le=1000, description="Number of keys, each in one pair at most.")

    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"
    minimal_length = 3

    @derived
    def inputs(self) -> int:
        """A channel for each value, one for each key, one for the cue."""
        return self.values + self.keys + 1

    @derived
    def outputs(self) -> int:
        """A class for each value."""
        return self.values

    def pairs_shown(self, length: int) -> int:
        """The number of pairs in so many steps: one at each step but the last, as long as there are keys."""
        return min(length - 1, self.keys)

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        pairs, column = self.pairs_shown(length), np.arange(count)
        keys = generator.permuted(np.tile(np.arange(self.keys)[:, None], (1, count)), axis=0)[:pairs]
        values = generator.integers(self.values, size=(pairs, count))
        asked = generator.integers(pairs, size=count)
        steps = np.tile(np.arange(length - 1)[:, None], (1, count))
        steps = np.sort(generator.permuted(steps, axis=0)[:pairs], axis=0)
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[steps, values, column] = 1
        inputs[steps, self.values + keys, column] = 1
        inputs[-1, self.values + keys[asked, column], column] = 1
        inputs[-1, -1] = 1
        return Batch(inputs, values[asked, column])

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance, and remembering the last pair alone, which is asked for as often as any other."""
        last, chance = 1 / self.pairs_shown(length), 1 / self.values
        return (
            Baseline("chance", loss=math.log(self.values), accuracy=chance),
            Baseline("the last pair", loss=(1 - last) * math.log(self.values), accuracy=last + (1 - last) * chance),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
