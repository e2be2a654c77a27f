"""Buffers of passes over time: states and pre-activations of the forward pass, gradients of the backward pass."""

from dataclasses import dataclass, field
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State, States, Weights
from gradient_horizon.engine.kernels import Buffer


class TapeArrays(NamedTuple):
    """The buffers of a tape as NumPy arrays, for compiled kernels."""

    state: Buffer
    gates: Buffer
    x_gates: Buffer
    carried: tuple[Buffer, ...]
    stored: tuple[Buffer, ...]


@dataclass
class Tape:
    """States and pre-activations of a forward pass, for the backward pass; reused from update to update.

    Axis `instant` has one entry more than `time`: the states before the first step, then those after each step.
    `state[t]` holds [h_t; x_{t+1}; 1] and zeros for a cell's own columns. `gates[t]` holds the pre-activations of step
    t + 1 of the blocks that see h, `x_gates[t]` of those that see x only, until the cell replaces them by the gates'
    values. `carried` holds the further states (the LSTM's c), `stored` the further vectors that a cell stores for its
    adjoint. `own` are the weight's own columns, from the last forward pass.

    `h`, `step`, `gate`, `x_step`, `x_gate`, `carry` and `store` are views of single steps, `blocks` views of single
    blocks: slicing once saves the time of slicing at every step.
    """

    state: Float[Tensor, "instant network column batch"]
    gates: Float[Tensor, "time network row batch"]
    x_gates: Float[Tensor, "time network x_row batch"]
    hidden: int
    features: int
    carried: tuple[Float[Tensor, "instant network hidden batch"], ...]
    stored: tuple[Float[Tensor, "time network hidden batch"], ...]
    own: Weights | None = None
    h: list[State] = field(init=False)
    step: list[State] = field(init=False)
    gate: list[State] = field(init=False)
    x_step: list[State] = field(init=False)
    x_gate: list[State] = field(init=False)
    blocks: list[tuple[State, ...]] = field(init=False)
    carry: list[list[State]] = field(init=False)
    store: list[list[State]] = field(init=False)
    arrays: TapeArrays = field(init=False)

    def __post_init__(self) -> None:
        self.h = list(self.state[:, :, : self.hidden].unbind(0))
        self.step = list(self.state.unbind(0))
        self.gate = list(self.gates.unbind(0))
        self.x_step = list(self.state[:, :, self.hidden :].unbind(0))
        self.x_gate = list(self.x_gates.unbind(0))
        self.blocks = [
            (*split_blocks(gate, self.hidden), *split_blocks(x_gate, self.hidden))
            for gate, x_gate in zip(self.gate, self.x_gate, strict=True)
        ]
        self.carry = [list(states.unbind(0)) for states in self.carried]
        self.store = [list(states.unbind(0)) for states in self.stored]
        self.arrays = TapeArrays(
            self.state.numpy(),
            self.gates.numpy(),
            self.x_gates.numpy(),
            tuple(states.numpy() for states in self.carried),
            tuple(states.numpy() for states in self.stored),
        )

    @property
    def steps(self) -> int:
        """Length of the sequence."""
        return self.gates.shape[0]

    @property
    def inputs(self) -> States:
        """View of x, to be filled before a forward pass; entry t is x_{t+1}, the input beside h_t."""
        return self.state[:-1, :, self.hidden : self.hidden + self.features]


class AdjointArrays(NamedTuple):
    """The buffers of an adjoint as NumPy arrays, for compiled kernels."""

    h: Buffer
    pre: Buffer
    x_pre: Buffer
    carry: tuple[Buffer, ...]
    direct: Buffer


@dataclass
class Adjoint:
    """Gradients of one step of the backward pass, updated in place.

    When a cell's `backward` is called for step t, `h` is dL/dh_{t+1} and `carry` are dL/d(further states)_{t+1}. When
    it returns, `pre` and `x_pre` are dL/d(pre-activations) of the blocks that see h and of those that see x only,
    `carry` are dL/d(further states)_t, `direct` is the part of dL/dh_t that does not pass through the weights, and
    `own` is this step's gradient of the cell's own columns.
    """

    h: State
    pre: Float[Tensor, "network row batch"]
    x_pre: Float[Tensor, "network x_row batch"]
    carry: tuple[State, ...]
    direct: State
    own: Float[Tensor, "network all_rows own_column"]
    blocks: tuple[State, ...] = field(init=False)
    arrays: AdjointArrays = field(init=False)

    def __post_init__(self) -> None:
        hidden = self.h.shape[1]
        self.blocks = (*split_blocks(self.pre, hidden), *split_blocks(self.x_pre, hidden))
        self.arrays = AdjointArrays(
            self.h.numpy(),
            self.pre.numpy(),
            self.x_pre.numpy(),
            tuple(carry.numpy() for carry in self.carry),
            self.direct.numpy(),
        )


def split_blocks(rows: Float[Tensor, "network row batch"], hidden: int) -> tuple[State, ...]:
    """Views of the single blocks of rows."""
    networks, size, batch = rows.shape
    return tuple(rows.view(networks, size // hidden, hidden, batch).unbind(1))
