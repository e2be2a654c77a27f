"""The long short-term memory (Hochreiter & Schmidhuber 1997; with forget gate: Gers, Schmidhuber & Cummins 2000)."""

import numpy as np
import torch

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.kernels import Buffer, block, kernel, sigmoid, tanh
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape

OPEN = 100.0
"""A pre-activation at which a sigmoid is exactly 1, and its slope exactly 0."""


class LSTM(Cell):
    """c_t = f c_{t-1} + i g, h_t = o tanh(c_t), as `torch.nn.LSTM`.

    Blocks in the order i (input gate), f (forget gate), o (output gate), g (candidate).
    """

    blocks = 4
    carries = 1
    stores = 1  # tanh(c)
    input_gate_block: int | None = 0
    forget_gate_block: int | None = 1
    skips_weights = False
    open_gate: int | None = None  # the block of a gate that is always 1

    def layout(self, hidden: int, inputs: int) -> Layout:
        """A gate that is always open has no weights."""
        layout = super().layout(hidden, inputs)
        if self.open_gate is None:
            return layout
        free = np.ones(layout.shape, dtype=bool)
        free[layout.rows(self.open_gate)] = False
        return layout.restricted(free)

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next (h, c)."""
        i, f, o = (
            torch.ones_like(gate) if index == self.open_gate else torch.sigmoid(gate)
            for index, gate in enumerate(pre[:3])
        )
        cell = f * previous[1] + i * torch.tanh(pre[3])
        return o * torch.tanh(cell), cell

    def forget_gate(self, tape: Tape, t: int) -> State:
        """The forget gate."""
        return tape.blocks[t][1]

    def input_gate(self, tape: Tape, t: int) -> State:
        """The input gate."""
        return tape.blocks[t][0]

    def output_gate(self, tape: Tape, t: int) -> State:
        """The output gate."""
        return tape.blocks[t][2]

    def forward(self, tape: Tape, t: int) -> None:
        """Gates and candidate replace their pre-activations; tanh(c) is stored for the adjoint."""
        if self.open_gate is not None:
            tape.blocks[t][self.open_gate].fill_(OPEN)
        arrays = tape.arrays
        _forward(arrays.gates, arrays.state, arrays.carried[0], arrays.stored[0], t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """dL/dh joins dL/dc through tanh(c); both go on through the gates."""
        arrays, back = tape.arrays, adjoint.arrays
        _backward(arrays.gates, arrays.carried[0], arrays.stored[0], t, back.h, back.carry[0], back.pre)


class InputOpenLSTM(LSTM):
    """An LSTM with i = 1: the whole candidate is added to c."""

    open_gate = 0
    input_gate_block = None


class ForgetOpenLSTM(LSTM):
    """An LSTM with f = 1: nothing is forgotten, as in Hochreiter & Schmidhuber (1997)."""

    open_gate = 1
    forget_gate_block = None


class OutputOpenLSTM(LSTM):
    """An LSTM with o = 1: h = tanh(c)."""

    open_gate = 2


@kernel
def _forward(gates: Buffer, state: Buffer, cells: Buffer, squashed: Buffer, t: int) -> None:
    one = gates.dtype.type(1)
    _, networks, hidden, batch = squashed.shape
    size = hidden * batch
    for network in range(networks):
        i, f = block(gates[t, network], 0, size), block(gates[t, network], 1, size)
        o, g = block(gates[t, network], 2, size), block(gates[t, network], 3, size)
        before, after = block(cells[t, network], 0, size), block(cells[t + 1, network], 0, size)
        shown, h = block(squashed[t, network], 0, size), block(state[t + 1, network], 0, size)
        for j in range(size):
            write, forget, show, new = sigmoid(i[j], one), sigmoid(f[j], one), sigmoid(o[j], one), tanh(g[j], one)
            cell = forget * before[j] + write * new
            visible = tanh(cell, one)
            i[j], f[j], o[j], g[j] = write, forget, show, new
            after[j], shown[j], h[j] = cell, visible, show * visible


@kernel
def _backward(
    gates: Buffer, cells: Buffer, squashed: Buffer, t: int, by_h: Buffer, by_cell: Buffer, by_pre: Buffer
) -> None:
    one = gates.dtype.type(1)
    _, networks, hidden, batch = squashed.shape
    size = hidden * batch
    for network in range(networks):
        i, f = block(gates[t, network], 0, size), block(gates[t, network], 1, size)
        o, g = block(gates[t, network], 2, size), block(gates[t, network], 3, size)
        before, shown = block(cells[t, network], 0, size), block(squashed[t, network], 0, size)
        by_i, by_f = block(by_pre[network], 0, size), block(by_pre[network], 1, size)
        by_o, by_g = block(by_pre[network], 2, size), block(by_pre[network], 3, size)
        h, cell = block(by_h[network], 0, size), block(by_cell[network], 0, size)
        for j in range(size):
            write, forget, show, new, visible = i[j], f[j], o[j], g[j], shown[j]
            c = cell[j] + h[j] * show * (one - visible * visible)
            by_i[j] = c * new * write * (one - write)
            by_f[j] = c * before[j] * forget * (one - forget)
            by_o[j] = h[j] * visible * show * (one - show)
            by_g[j] = c * write * (one - new * new)
            cell[j] = c * forget
