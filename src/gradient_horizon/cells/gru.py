"""The gated recurrent unit (Cho et al. 2014), in the variant of cuDNN and PyTorch."""

import numpy as np
import torch

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.kernels import Buffer, block, kernel, sigmoid, tanh
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape


class GRU(Cell):
    """h_t = (1 - z) n + z h_{t-1}, n = tanh(U x + b + r (W h + b')), as `torch.nn.GRU`.

    Blocks in the order r (reset gate), z (update gate), W h + b', U x + b: the reset gate multiplies the recurrent
    product only, so the candidate n takes two blocks, one of which sees h only and the other x only.
    """

    blocks = 4
    x_blocks = 1
    forget_gate_block = 1

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The third block sees no x, the fourth no h."""
        layout = super().layout(hidden, inputs)
        free = np.ones(layout.shape, dtype=bool)
        free[layout.rows(2), hidden:-1] = False
        free[layout.rows(3), :hidden] = False
        return layout.restricted(free)

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next h."""
        r, z = torch.sigmoid(pre[0]), torch.sigmoid(pre[1])
        n = torch.tanh(pre[3] + r * pre[2])
        return (n + z * (previous[0] - n),)

    def forget_gate(self, tape: Tape, t: int) -> State:
        """The update gate z, which multiplies the previous state in this variant."""
        return tape.blocks[t][1]

    def forward(self, tape: Tape, t: int) -> None:
        """Gates and candidate replace their pre-activations; the recurrent product stays, for the adjoint."""
        _forward(tape.arrays.gates, tape.arrays.x_gates, tape.arrays.state, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """Through the candidate and both gates; the direct part of dL/dh_{t-1} passes through z."""
        arrays, back = tape.arrays, adjoint.arrays
        _backward(arrays.gates, arrays.x_gates, arrays.state, t, back.h, back.direct, back.pre, back.x_pre)


@kernel
def _forward(gates: Buffer, candidates: Buffer, state: Buffer, t: int) -> None:
    one = gates.dtype.type(1)
    _, networks, hidden, batch = candidates.shape
    size = hidden * batch
    for network in range(networks):
        r, z = block(gates[t, network], 0, size), block(gates[t, network], 1, size)
        recurrent, n = block(gates[t, network], 2, size), block(candidates[t, network], 0, size)
        before, after = block(state[t, network], 0, size), block(state[t + 1, network], 0, size)
        for j in range(size):
            reset, update = sigmoid(r[j], one), sigmoid(z[j], one)
            new = tanh(n[j] + reset * recurrent[j], one)
            r[j], z[j], n[j] = reset, update, new
            after[j] = new + update * (before[j] - new)


@kernel
def _backward(
    gates: Buffer,
    candidates: Buffer,
    state: Buffer,
    t: int,
    by_h: Buffer,
    direct: Buffer,
    by_pre: Buffer,
    by_candidate: Buffer,
) -> None:
    one = gates.dtype.type(1)
    _, networks, hidden, batch = candidates.shape
    size = hidden * batch
    for network in range(networks):
        r, z = block(gates[t, network], 0, size), block(gates[t, network], 1, size)
        recurrent, n = block(gates[t, network], 2, size), block(candidates[t, network], 0, size)
        before, h, past = (
            block(state[t, network], 0, size),
            block(by_h[network], 0, size),
            block(direct[network], 0, size),
        )
        by_r, by_z = block(by_pre[network], 0, size), block(by_pre[network], 1, size)
        by_recurrent, by_n = block(by_pre[network], 2, size), block(by_candidate[network], 0, size)
        for j in range(size):
            reset, update, new = r[j], z[j], n[j]
            through_z = h[j] * update
            through_n = (h[j] - through_z) * (one - new * new)
            past[j] = through_z
            by_n[j] = through_n
            by_recurrent[j] = through_n * reset
            by_r[j] = through_n * recurrent[j] * reset * (one - reset)
            by_z[j] = h[j] * (before[j] - new) * update * (one - update)
