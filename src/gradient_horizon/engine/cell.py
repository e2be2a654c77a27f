"""The contract of a recurrence: one step of the network, and its adjoint.

A step sees [h; x; 1] and multiplies it by one weight; a cell is what happens pointwise to the product. Products,
the loop over time and truncation belong to `unroll`, which never asks what kind of cell it has.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gradient_horizon.engine.axes import State, States, Weights
from gradient_horizon.engine.kernels import Buffer


@dataclass(frozen=True)
class Layout:
    """Where things stand in the weight of a cell: rows [block 0; block 1; ...], columns [h; x; 1; own].

    The last column is the bias. `own` columns take no part in the product: they are parameters that the cell itself
    applies to its pre-activations. `free` says which entries exist (the others are zero and stay zero); `None`: all.
    """

    hidden: int
    inputs: int
    blocks: int
    keeping_block: int | None = None
    writing_block: int | None = None
    free: Bool[np.ndarray, "row column"] | None = None
    own: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the weight."""
        return self.blocks * self.hidden, self.hidden + self.inputs + 1 + self.own

    @property
    def parameters(self) -> int:
        """Number of entries that exist."""
        return int(np.prod(self.shape)) if self.free is None else int(self.free.sum())

    @property
    def product_weights(self) -> int:
        """Number of entries that exist in the columns of h and x: those of matrices, without biases."""
        columns = self.hidden + self.inputs
        return self.shape[0] * columns if self.free is None else int(self.free[:, :columns].sum())

    def rows(self, block: int | None) -> slice:
        """The rows of a block; raises ValueError where the cell has no such block."""
        if block is None:
            raise ValueError("this cell must have the gate that the remedy changes; it has none")
        return slice(block * self.hidden, (block + 1) * self.hidden)

    def recurrent_rows(self) -> Iterator[slice]:
        """The rows of each block that has a recurrent matrix."""
        for block in range(self.blocks):
            rows = self.rows(block)
            if self.free is None or self.free[rows, : self.hidden].all():
                yield rows

    def recurrent_blocks(self, weight: Float[np.ndarray, "row column"]) -> Iterator[Float[np.ndarray, "row row"]]:
        """Views of the recurrent matrices."""
        return (weight[rows, : self.hidden] for rows in self.recurrent_rows())

    def restricted(self, free: Bool[np.ndarray, "row column"]) -> "Layout":
        """This layout with these entries only."""
        return replace(self, free=free)

    def with_own_columns(self, count: int) -> "Layout":
        """This layout with columns that the cell applies itself, the last of them for the bias."""
        free = np.ones(self.shape, dtype=bool) if self.free is None else self.free
        product, bias = free[:, :-1], np.repeat(free[:, -1:], count, axis=1)
        without = np.zeros((len(free), 1), dtype=bool)
        return replace(self, free=np.concatenate([product, without, bias], axis=1), own=count)


class TapeArrays(NamedTuple):
    """The buffers of a tape as NumPy arrays, for compiled kernels."""

    state: Buffer
    gates: Buffer
    input_gates: Buffer
    carried: tuple[Buffer, ...]
    kept: tuple[Buffer, ...]


@dataclass
class Tape:
    """What a forward pass leaves for the adjoint; buffers are reused from update to update.

    Axis `moment` has one more entry than `time`: the states before the first step. `state[t]` holds [h_t; x_{t+1}; 1]
    and zeros for a cell's own columns, `gates[t]` and `input_gates[t]` the pre-activations of step t + 1 (of the blocks
    that see h, and of those that do not) or what the cell made of them, `carried` the further states (the LSTM's c),
    `kept` what else a cell wants to keep. `own` are the weight's own columns, from the last forward pass.
    """

    state: Float[Tensor, "moment seed column batch"]
    gates: Float[Tensor, "time seed row batch"]
    input_gates: Float[Tensor, "time seed input_row batch"]
    hidden: int
    features: int
    carried: tuple[Float[Tensor, "moment seed hidden batch"], ...]
    kept: tuple[Float[Tensor, "time seed hidden batch"], ...]
    own: Weights | None = None
    h: list[State] = field(init=False)
    step: list[State] = field(init=False)
    gate: list[State] = field(init=False)
    input_step: list[State] = field(init=False)
    input_gate: list[State] = field(init=False)
    blocks: list[tuple[State, ...]] = field(init=False)
    carry: list[list[State]] = field(init=False)
    keep: list[list[State]] = field(init=False)
    arrays: TapeArrays = field(init=False)

    def __post_init__(self) -> None:
        self.h = list(self.state[:, :, : self.hidden].unbind(0))
        self.step = list(self.state.unbind(0))
        self.gate = list(self.gates.unbind(0))
        self.input_step = list(self.state[:, :, self.hidden :].unbind(0))
        self.input_gate = list(self.input_gates.unbind(0))
        self.blocks = [
            (*split_blocks(gate, self.hidden), *split_blocks(input_gate, self.hidden))
            for gate, input_gate in zip(self.gate, self.input_gate, strict=True)
        ]
        self.carry = [list(states.unbind(0)) for states in self.carried]
        self.keep = [list(states.unbind(0)) for states in self.kept]
        self.arrays = TapeArrays(
            self.state.numpy(),
            self.gates.numpy(),
            self.input_gates.numpy(),
            tuple(states.numpy() for states in self.carried),
            tuple(states.numpy() for states in self.kept),
        )

    @property
    def steps(self) -> int:
        """Length of the sequence."""
        return self.gates.shape[0]

    @property
    def inputs(self) -> States:
        """View of x, to be filled before a forward pass; its step t stands beside h_t."""
        return self.state[:-1, :, self.hidden : self.hidden + self.features]


class AdjointArrays(NamedTuple):
    """The buffers of an adjoint as NumPy arrays, for compiled kernels."""

    h: Buffer
    pre: Buffer
    input_pre: Buffer
    carry: tuple[Buffer, ...]
    direct: Buffer


@dataclass
class Adjoint:
    """Gradients on their way back through time, in place.

    On entry of a cell's `backward` at step t: `h` is dL/dh_{t+1}, `carry` are dL/d(further states)_{t+1}. On exit:
    `pre` and `input_pre` are dL/d(pre-activations) of the blocks that see h and of those that do not, `carry` are
    those of step t, `direct` is what reaches h_t past the weights, `own` the step's gradient of the cell's own columns.
    """

    h: State
    pre: Float[Tensor, "seed row batch"]
    input_pre: Float[Tensor, "seed input_row batch"]
    carry: tuple[State, ...]
    direct: State
    own: Float[Tensor, "seed all_rows own_column"]
    blocks: tuple[State, ...] = field(init=False)
    arrays: AdjointArrays = field(init=False)

    def __post_init__(self) -> None:
        hidden = self.h.shape[1]
        self.blocks = (*split_blocks(self.pre, hidden), *split_blocks(self.input_pre, hidden))
        self.arrays = AdjointArrays(
            self.h.numpy(),
            self.pre.numpy(),
            self.input_pre.numpy(),
            tuple(carry.numpy() for carry in self.carry),
            self.direct.numpy(),
        )


def split_blocks(rows: Float[Tensor, "seed row batch"], hidden: int) -> tuple[State, ...]:
    """Views of the blocks of rows."""
    seeds, size, batch = rows.shape
    return tuple(rows.view(seeds, size // hidden, hidden, batch).unbind(1))


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
