"""The gated recurrent unit (Cho et al. 2014), in the variant of cuDNN and PyTorch."""

import numpy as np
import torch

from gradient_horizon.axes import State
from gradient_horizon.cells.base import (
    Adjoint,
    Cell,
    Layout,
    Tape,
    sigmoid_backward_into,
    tanh_backward_into,
    tanh_into,
)


class GRU(Cell):
    """h_t = (1 - z) n + z h_{t-1}, n = tanh(U x + b + r (W h + b')), as `torch.nn.GRU`.

    Blocks in the order r, z, W h + b', U x + b: the reset gate multiplies the recurrent product only, so the
    candidate takes two blocks, each without the other's columns.
    """

    blocks = 4
    keeping_block = 1

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The third block sees no x, the fourth no h."""
        free = np.ones((4 * hidden, hidden + inputs + 1), dtype=bool)
        free[2 * hidden : 3 * hidden, hidden:-1] = False
        free[3 * hidden :, :hidden] = False
        return Layout(hidden, inputs, self.blocks, self.keeping_block, self.writing_block, free)

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next h."""
        r, z = torch.sigmoid(pre[0]), torch.sigmoid(pre[1])
        n = torch.tanh(pre[3] + r * pre[2])
        return (n + z * (previous[0] - n),)

    def keeping(self, tape: Tape, t: int) -> State:
        """The update gate, which keeps in this variant."""
        return tape.blocks[t][1]

    def forward(self, tape: Tape, t: int) -> None:
        """Gates and candidate in place; the recurrent product is left for the adjoint."""
        r, z, recurrent, n = tape.blocks[t]
        tape.gate[t][:, : 2 * tape.hidden].sigmoid_()
        n.addcmul_(r, recurrent)
        tanh_into(n, out=n)
        torch.lerp(n, tape.h[t], z, out=tape.h[t + 1])

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """Through the candidate, both gates, and past the weights along z."""
        r, z, recurrent, n = tape.blocks[t]
        pre_r, pre_z, pre_recurrent, pre_n = adjoint.pre_blocks
        torch.mul(adjoint.h, z, out=adjoint.direct)
        torch.sub(tape.h[t], n, out=pre_z)
        pre_z.mul_(adjoint.h)
        torch.sub(adjoint.h, adjoint.direct, out=adjoint.scratch)
        tanh_backward_into(adjoint.scratch, n, grad_input=pre_n)
        torch.mul(pre_n, r, out=pre_recurrent)
        torch.mul(pre_n, recurrent, out=pre_r)
        gates = adjoint.pre[:, : 2 * tape.hidden]
        sigmoid_backward_into(gates, tape.gate[t][:, : 2 * tape.hidden], grad_input=gates)
