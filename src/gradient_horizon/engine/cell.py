"""The interface of a recurrence: one step of the network, and its adjoint.

A step multiplies [h; x; 1] by one weight; a cell is what happens to the product, elementwise. Products, the loop over
time and truncation belong to `passes`, which never asks what kind of cell it has.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape


class Cell(ABC):
    """One recurrence. A new cell needs `step` only; `forward` and `backward` may be written by hand to be faster.

    `blocks` of rows, the last `input_blocks` of which see no h; `carries` further states; `keeps` buffers of its own;
    `own_columns` parameters per row that it applies itself. `skips_weights`: h_{t-1} reaches h_t past the weights too.
    """

    blocks: int
    input_blocks: int = 0
    carries: int = 0
    keeps: int = 0
    own_columns: int = 0
    keeping_block: int | None = None
    writing_block: int | None = None
    skips_weights: bool = True

    @abstractmethod
    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next (h, further states) from the blocks of pre-activations and the previous (h, further states)."""

    def layout(self, hidden: int, inputs: int) -> Layout:
        """Where this cell's weights stand."""
        return Layout(hidden, inputs, self.blocks, self.keeping_block, self.writing_block)

    def keeping(self, tape: Tape, t: int) -> State | None:
        """The share of the state that step t keeps (forget gate, update gate), after a forward pass; None: no gate."""
        return None

    def writing(self, tape: Tape, t: int) -> State | None:
        """The share of its candidate that step t writes (input gate), after a forward pass; None: no such gate."""
        return None

    def showing(self, tape: Tape, t: int) -> State | None:
        """The share of tanh(m) that step t shows as h (output gate), m being the last further state; None: no gate."""
        return None

    def forward(self, tape: Tape, t: int) -> None:
        """Step t on the tape: from the pre-activations and the states at t to the states at t + 1."""
        new = self.step(tape.blocks[t], (tape.h[t], *(carry[t] for carry in tape.carry)))
        tape.h[t + 1].copy_(new[0])
        for carry, value in zip(tape.carry, new[1:], strict=True):
            carry[t + 1].copy_(value)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The adjoint of step t; derived from `step` where a cell does not write its own."""
        previous = (tape.h[t], *(carry[t] for carry in tape.carry))
        pull_back = torch.func.vjp(self.step, tape.blocks[t], previous)[1]
        pre, states = pull_back((adjoint.h, *adjoint.carry))
        for target, value in zip(adjoint.blocks, pre, strict=True):
            target.copy_(value)
        adjoint.direct.copy_(states[0])
        for target, value in zip(adjoint.carry, states[1:], strict=True):
            target.copy_(value)


class SimpleCell(Cell):
    """h = phi(W h + U x + b): one block, no further state, nothing past the weights."""

    blocks = 1
    skips_weights = False

    @abstractmethod
    def activate(self, pre: Tensor) -> Tensor:
        """phi, elementwise."""

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next hidden state."""
        return (self.activate(pre[0]),)
