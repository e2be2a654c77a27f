"""The plain recurrent network (Elman 1990)."""

import torch
from torch import Tensor

from gradient_horizon.engine.cell import SimpleCell
from gradient_horizon.engine.kernels import Buffer, block, kernel, tanh
from gradient_horizon.engine.tape import Adjoint, Tape


class Tanh(SimpleCell):
    """h_t = tanh(W h_{t-1} + U x_t + b), as `torch.nn.RNN`."""

    def activate(self, pre: Tensor) -> Tensor:
        """The hyperbolic tangent."""
        return torch.tanh(pre)

    def forward(self, tape: Tape, t: int) -> None:
        """The next state from the product, in one pass over memory."""
        _forward(tape.arrays.gates, tape.arrays.state, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dpre = dL/dh (1 - h^2)."""
        _backward(tape.arrays.state, t, adjoint.arrays.h, adjoint.arrays.pre)


@kernel
def _forward(gates: Buffer, state: Buffer, t: int) -> None:
    one = gates.dtype.type(1)
    _, networks, hidden, batch = gates.shape
    size = hidden * batch
    for network in range(networks):
        pre, h = block(gates[t, network], 0, size), block(state[t + 1, network], 0, size)
        for j in range(size):
            h[j] = tanh(pre[j], one)


@kernel
def _backward(state: Buffer, t: int, by_h: Buffer, by_pre: Buffer) -> None:
    one = state.dtype.type(1)
    networks, hidden, batch = by_h.shape
    size = hidden * batch
    for network in range(networks):
        h, before, pre = (
            block(state[t + 1, network], 0, size),
            block(by_h[network], 0, size),
            block(by_pre[network], 0, size),
        )
        for j in range(size):
            pre[j] = before[j] * (one - h[j] * h[j])
