"""The plain recurrent network (Elman 1990)."""

import torch
from torch import Tensor

from gradient_horizon.cells.base import Adjoint, SimpleCell, Tape, tanh_backward_into, tanh_into


class Tanh(SimpleCell):
    """h_t = tanh(W h_{t-1} + U x_t + b), as `torch.nn.RNN`."""

    def activate(self, pre: Tensor) -> Tensor:
        """The hyperbolic tangent."""
        return torch.tanh(pre)

    def forward(self, tape: Tape, t: int) -> None:
        """In place, then into the next state."""
        gate = tape.gate[t]
        tanh_into(gate, out=gate)
        tape.h[t + 1].copy_(gate)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dpre = dL/dh (1 - h^2)."""
        tanh_backward_into(adjoint.h, tape.h[t + 1], grad_input=adjoint.pre)
