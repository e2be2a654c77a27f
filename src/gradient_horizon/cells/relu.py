"""The recurrent network with rectified linear units."""

import torch
from torch import Tensor

from gradient_horizon.engine.cell import SimpleCell
from gradient_horizon.engine.kernels import Buffer, block, kernel
from gradient_horizon.engine.tape import Adjoint, Tape


class ReLU(SimpleCell):
    """h_t = max(0, W h_{t-1} + U x_t + b), as `torch.nn.RNN(nonlinearity="relu")`."""

    def activate(self, pre: Tensor) -> Tensor:
        """The positive part."""
        return torch.relu(pre)

    def forward(self, tape: Tape, t: int) -> None:
        """The next state from the product, in one pass over memory; NaN stays NaN."""
        _forward(tape.arrays.gates, tape.arrays.state, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dpre = dL/dh where h > 0, else 0."""
        _backward(tape.arrays.state, t, adjoint.arrays.h, adjoint.arrays.pre)


@kernel
def _forward(gates: Buffer, state: Buffer, t: int) -> None:
    zero = gates.dtype.type(0)
    _, networks, hidden, batch = gates.shape
    size = hidden * batch
    for network in range(networks):
        pre, h = block(gates[t, network], 0, size), block(state[t + 1, network], 0, size)
        for j in range(size):
            h[j] = zero if pre[j] < zero else pre[j]


@kernel
def _backward(state: Buffer, t: int, by_h: Buffer, by_pre: Buffer) -> None:
    zero = state.dtype.type(0)
    networks, hidden, batch = by_h.shape
    size = hidden * batch
    for network in range(networks):
        h, before, pre = (
            block(state[t + 1, network], 0, size),
            block(by_h[network], 0, size),
            block(by_pre[network], 0, size),
        )
        for j in range(size):
            pre[j] = before[j] if h[j] > zero else zero
