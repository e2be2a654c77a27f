"""The interface of a recurrence: one step of the network, and its adjoint.

At every step [h; x; 1] is multiplied by one weight matrix; a cell turns the product, its pre-activations, into the next
state. Products, the loop over time and truncation are in `passes`, the same for all cells.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape


class Cell(ABC):
    """One recurrence.

    A cell without gates needs `step` only; `forward` and `backward` may be written by hand to be faster. A cell with
    gates also states their blocks and returns their values, so that remedies can set and measures can read them. The
    derived `forward` leaves pre-activations in `tape.blocks`, so the gates of a cell that uses it are their sigmoids.

    `blocks`: number of blocks of pre-activations, each as long as h. `x_blocks`: how many of them, the last ones, see
    x only. `carries`: number of further states. `stores`: number of further vectors per step that the adjoint needs.
    `own_columns`: number of parameters per row that the cell applies itself. `forget_gate_block`, `input_gate_block`:
    see `Layout`. `skips_weights`: whether h_t also depends on h_{t-1} directly, not only through the weights.
    """

    blocks: int
    x_blocks: int = 0
    carries: int = 0
    stores: int = 0
    own_columns: int = 0
    forget_gate_block: int | None = None
    input_gate_block: int | None = None
    skips_weights: bool = True

    @abstractmethod
    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next (h, further states) from the blocks of pre-activations and the previous (h, further states)."""

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The arrangement of this cell's weight."""
        return Layout(hidden, inputs, self.blocks, self.forget_gate_block, self.input_gate_block)

    def forget_gate(self, tape: Tape, t: int) -> State | None:
        """The forget gate (LSTM) or update gate (GRU) of step t, in 0..1, after a forward pass; None: there is none."""
        return None

    def input_gate(self, tape: Tape, t: int) -> State | None:
        """The input gate of step t, in 0..1, after a forward pass; None: there is none."""
        return None

    def output_gate(self, tape: Tape, t: int) -> State | None:
        """The output gate o of step t, in 0..1: h = o tanh(m) for the last further state m; None: there is none."""
        return None

    def forward(self, tape: Tape, t: int) -> None:
        """Step t on the tape: from its pre-activations and the states before it to the states after it."""
        new = self.step(tape.blocks[t], (tape.h[t], *(carry[t] for carry in tape.carry)))
        tape.h[t + 1].copy_(new[0])
        for carry, value in zip(tape.carry, new[1:], strict=True):
            carry[t + 1].copy_(value)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The adjoint of step t (see `Adjoint`); by default derived from `step` by automatic differentiation."""
        previous = (tape.h[t], *(carry[t] for carry in tape.carry))
        pull_back = torch.func.vjp(self.step, tape.blocks[t], previous)[1]
        pre, states = pull_back((adjoint.h, *adjoint.carry))
        for target, value in zip(adjoint.blocks, pre, strict=True):
            target.copy_(value)
        adjoint.direct.copy_(states[0])
        for target, value in zip(adjoint.carry, states[1:], strict=True):
            target.copy_(value)


class SimpleCell(Cell):
    """A cell of the form h_t = phi(W h_{t-1} + U x_t + b), with an elementwise phi."""

    blocks = 1
    skips_weights = False

    @abstractmethod
    def activate(self, pre: Tensor) -> Tensor:
        """The function phi of the pre-activations."""

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next hidden state."""
        return (self.activate(pre[0]),)
