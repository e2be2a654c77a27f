"""The long short-term memory (Hochreiter & Schmidhuber 1997; with forget gate: Gers, Schmidhuber & Cummins 2000)."""

import torch

from gradient_horizon.axes import State
from gradient_horizon.cells.base import Adjoint, Cell, Tape, sigmoid_backward_into, tanh_backward_into, tanh_into


class LSTM(Cell):
    """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), as `torch.nn.LSTM`; blocks in the order i, f, o, g."""

    blocks = 4
    carries = 1
    keeps = 1  # tanh(c)
    writing_block = 0
    keeping_block = 1
    skips_weights = False

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next (h, c)."""
        i, f, o = (torch.sigmoid(gate) for gate in pre[:3])
        cell = f * previous[1] + i * torch.tanh(pre[3])
        return o * torch.tanh(cell), cell

    def keeping(self, tape: Tape, t: int) -> State:
        """The forget gate."""
        return tape.blocks[t][1]

    def forward(self, tape: Tape, t: int) -> None:
        """Gates in place; tanh(c) is kept for the adjoint."""
        i, f, o, g = tape.blocks[t]
        cell, squashed = tape.carry[0][t + 1], tape.keep[0][t]
        tape.gate[t][:, : 3 * tape.hidden].sigmoid_()
        tanh_into(g, out=g)
        torch.mul(f, tape.carry[0][t], out=cell)
        cell.addcmul_(i, g)
        tanh_into(cell, out=squashed)
        torch.mul(o, squashed, out=tape.h[t + 1])

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The hidden gradient joins that of c; both go on through the gates."""
        i, f, o, g = tape.blocks[t]
        squashed, previous = tape.keep[0][t], tape.carry[0][t]
        pre_i, pre_f, pre_o, pre_g = adjoint.pre_blocks
        (cell,) = adjoint.carry
        torch.mul(adjoint.h, o, out=adjoint.scratch)
        tanh_backward_into(adjoint.scratch, squashed, grad_input=adjoint.scratch)
        cell.add_(adjoint.scratch)
        torch.mul(cell, g, out=pre_i)
        torch.mul(cell, previous, out=pre_f)
        torch.mul(adjoint.h, squashed, out=pre_o)
        torch.mul(cell, i, out=pre_g)
        gates = adjoint.pre[:, : 3 * tape.hidden]
        sigmoid_backward_into(gates, tape.gate[t][:, : 3 * tape.hidden], grad_input=gates)
        tanh_backward_into(pre_g, g, grad_input=pre_g)
        cell.mul_(f)
