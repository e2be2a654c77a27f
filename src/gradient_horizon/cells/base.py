"""The contract of a recurrence: one step of the network, and its adjoint.

A step sees [h; x; 1] and multiplies it by one weight; a cell is what happens pointwise to the product. Products,
the loop over time and truncation belong to `unroll`, which never asks what kind of cell it has.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gradient_horizon.axes import State, States


@dataclass(frozen=True)
class Layout:
    """Where things stand in the weight of a cell: rows [block 0; block 1; ...], columns [h; x; 1].

    `free` says which entries exist (the others are zero and stay zero); `None`: all.
    """

    hidden: int
    inputs: int
    blocks: int
    keeping_block: int | None = None
    writing_block: int | None = None
    free: Bool[np.ndarray, "row column"] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the weight."""
        return self.blocks * self.hidden, self.hidden + self.inputs + 1

    @property
    def parameters(self) -> int:
        """Number of entries that exist."""
        return int(np.prod(self.shape)) if self.free is None else int(self.free.sum())

    def rows(self, block: int | None) -> slice:
        """The rows of a block; raises ValueError where the cell has no such block."""
        if block is None:
            raise ValueError("this cell must have the gate that the remedy changes; it has none")
        return slice(block * self.hidden, (block + 1) * self.hidden)

    def recurrent_blocks(self, weight: Float[np.ndarray, "row column"]) -> Iterator[Float[np.ndarray, "row row"]]:
        """Views of the recurrent matrices, one per block that has one."""
        for block in range(self.blocks):
            view = weight[self.rows(block), : self.hidden]
            if self.free is None or self.free[self.rows(block), : self.hidden].all():
                yield view


@dataclass
class Tape:
    """What a forward pass leaves for the adjoint; buffers are reused from update to update.

    Axis `moment` has one more entry than `time`: the states before the first step. `state[t]` holds [h_t; x_{t+1}; 1],
    `gates[t]` the pre-activations of step t + 1 or what the cell made of them,
    `carried` the further states (the LSTM's c), `kept` what else a cell wants to keep.
    """

    state: Float[Tensor, "moment seed column batch"]
    gates: Float[Tensor, "time seed row batch"]
    hidden: int
    carried: tuple[Float[Tensor, "moment seed hidden batch"], ...]
    kept: tuple[Float[Tensor, "time seed hidden batch"], ...]
    h: list[State] = field(init=False)
    step: list[State] = field(init=False)
    gate: list[State] = field(init=False)
    blocks: list[tuple[State, ...]] = field(init=False)
    carry: list[list[State]] = field(init=False)
    keep: list[list[State]] = field(init=False)

    def __post_init__(self) -> None:
        time, seed, row, batch = self.gates.shape
        self.h = list(self.state[:, :, : self.hidden].unbind(0))
        self.step = list(self.state.unbind(0))
        self.gate = list(self.gates.unbind(0))
        split = self.gates.view(time, seed, row // self.hidden, self.hidden, batch)
        self.blocks = [tuple(at.unbind(1)) for at in split.unbind(0)]
        self.carry = [list(states.unbind(0)) for states in self.carried]
        self.keep = [list(states.unbind(0)) for states in self.kept]

    @property
    def steps(self) -> int:
        """Length of the sequence."""
        return self.gates.shape[0]

    @property
    def inputs(self) -> States:
        """View of x, to be filled before a forward pass; its step t stands beside h_t."""
        return self.state[:-1, :, self.hidden : -1]


@dataclass
class Adjoint:
    """Gradients on their way back through time, in place.

    On entry of a cell's `backward` at step t: `h` is dL/dh_{t+1}, `carry` are dL/d(further states)_{t+1}. On exit:
    `pre` is dL/d(pre-activations), `carry` are those of step t, `direct` is what reaches h_t past the weights.
    """

    h: State
    pre: Float[Tensor, "seed row batch"]
    pre_blocks: tuple[State, ...]
    carry: tuple[State, ...]
    direct: State
    scratch: State


class Cell(ABC):
    """One recurrence. A new cell needs `step` only; `forward` and `backward` may be written by hand to be faster."""

    blocks: ClassVar[int]
    carries: ClassVar[int] = 0
    keeps: ClassVar[int] = 0
    keeping_block: ClassVar[int | None] = None
    writing_block: ClassVar[int | None] = None
    skips_weights: ClassVar[bool] = True

    @abstractmethod
    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The next (h, further states) from the blocks of pre-activations and the previous (h, further states)."""

    def layout(self, hidden: int, inputs: int) -> Layout:
        """Where this cell's weights stand."""
        return Layout(hidden, inputs, self.blocks, self.keeping_block, self.writing_block)

    def keeping(self, tape: Tape, t: int) -> State | None:
        """The share of the state that step t keeps (forget gate, update gate), after a forward pass; None: no gate."""
        return None

    def forward(self, tape: Tape, t: int) -> None:
        """Step t on the tape: from `gate[t]` and the states at t to the states at t + 1."""
        new = self.step(tape.blocks[t], (tape.h[t], *(carry[t] for carry in tape.carry)))
        tape.h[t + 1].copy_(new[0])
        for carry, value in zip(tape.carry, new[1:], strict=True):
            carry[t + 1].copy_(value)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The adjoint of step t; derived from `step` where a cell does not write its own."""
        previous = (tape.h[t], *(carry[t] for carry in tape.carry))
        pull_back = torch.func.vjp(self.step, tape.blocks[t], previous)[1]
        pre, states = pull_back((adjoint.h, *adjoint.carry))
        for target, value in zip(adjoint.pre_blocks, pre, strict=True):
            target.copy_(value)
        adjoint.direct.copy_(states[0])
        for target, value in zip(adjoint.carry, states[1:], strict=True):
            target.copy_(value)


tanh_backward_into = torch.ops.aten.tanh_backward.grad_input
sigmoid_backward_into = torch.ops.aten.sigmoid_backward.grad_input


def tanh_into(values: State, out: State) -> None:
    """tanh(x) = 2 sigmoid(2 x) - 1: the same to an absolute 1e-7 (float32), and twice as fast as torch.tanh."""
    torch.mul(values, 2, out=out)
    out.sigmoid_().mul_(2).sub_(1)


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
