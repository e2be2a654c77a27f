"""Networks that are measured, and what they answer."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, State, Targets, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.measuring.losses import LOSSES
from gradient_horizon.measuring.recording import Recording
from gradient_horizon.tasks.base import Task

Readouts = Float[Tensor, "network output hidden_and_bias"]
Outputs = Float[Tensor, "network output batch"]


class Networks(NamedTuple):
    """Networks at one stage of their training, and the recording of a forward pass over fresh sequences.

    `target` holds the right answers after the last step.
    """

    cell: Cell
    weight: Weights
    readout: Readouts
    recording: Recording
    target: Targets
    task: Task

    def read_out(self, hidden: State) -> Outputs:
        """The outputs from these hidden states."""
        return torch.baddbmm(self.readout[:, :, -1:], self.readout[:, :, :-1], hidden)

    def judge(self, hidden: State) -> tuple[PerNetwork, PerNetwork, Outputs]:
        """The task's loss, the accuracy and dL/doutput, if these hidden states are read out as the last ones."""
        return LOSSES[self.task.loss](self.read_out(hidden), self.target)
