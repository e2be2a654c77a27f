"""What a training job leaves: how every network ended, its weights, and the history of its training."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

DIVERGENCE_RATIO = 100.0
"""A network whose parameters' norm passes this many times its initial value has diverged."""


class RunStatus(StrEnum):
    """How a network ended."""

    SOLVED = "solved"  # met the task's criterion on fresh sequences
    UNSOLVED = "unsolved"  # used up the budget without meeting it
    DIVERGED = "diverged"  # loss or gradient not finite, or parameters past DIVERGENCE_RATIO


@dataclass(frozen=True)
class NetworkOutcome:
    """How one network ended; `update` is that of solution or divergence, or the budget.

    `loss` and `accuracy` are those of its last evaluation; of a diverged network, the loss of its last update and NaN.
    """

    seed: int
    judged: bool
    learning_rate: float
    status: RunStatus
    update: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class TrainingResult:
    """Everything a training job leaves.

    `parameters` is the number of parameters of a network, read-out and biases included; `recurrent_weights` the number
    of entries of its matrices on h and x alone. `networks` and `history` are the arrays of `Record`. The learning rates
    are those of `choose_learning_rates`: one for each judged seed, and for each pilot seed, in their order.
    """

    outcomes: tuple[NetworkOutcome, ...]
    chosen_learning_rates: tuple[float, ...]
    pilot_learning_rates: tuple[float, ...]
    parameters: int
    recurrent_weights: int
    networks: dict[str, np.ndarray]
    history: dict[str, np.ndarray]
