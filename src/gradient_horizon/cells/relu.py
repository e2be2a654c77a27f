"""The recurrent network with rectified linear units."""

import torch
from torch import Tensor

from gradient_horizon.cells.base import Adjoint, SimpleCell, Tape

threshold_backward_into = torch.ops.aten.threshold_backward.grad_input


class ReLU(SimpleCell):
    """h_t = max(0, W h_{t-1} + U x_t + b), as `torch.nn.RNN(nonlinearity="relu")`."""

    def activate(self, pre: Tensor) -> Tensor:
        """The positive part."""
        return torch.relu(pre)

    def forward(self, tape: Tape, t: int) -> None:
        """One kernel, straight into the next state."""
        torch.clamp(tape.gate[t], min=0, out=tape.h[t + 1])

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dpre = dL/dh where h > 0, else 0."""
        threshold_backward_into(adjoint.h, tape.h[t + 1], 0, grad_input=adjoint.pre)
