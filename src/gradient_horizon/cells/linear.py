"""The linear recurrence, whose gradients are exact powers of W."""

from torch import Tensor

from gradient_horizon.engine.cell import SimpleCell
from gradient_horizon.engine.tape import Adjoint, Tape


class Linear(SimpleCell):
    """h_t = W h_{t-1} + U x_t + b."""

    def activate(self, pre: Tensor) -> Tensor:
        """The identity."""
        return pre.clone()

    def forward(self, tape: Tape, t: int) -> None:
        """The product is the next state."""
        tape.h[t + 1].copy_(tape.gate[t])

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dpre = dL/dh."""
        adjoint.pre.copy_(adjoint.h)
