"""Buffers of a pass over time: states and pre-activations on the way forward, gradients on the way back."""

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

    state: Float[Tensor, "moment network column batch"]
    gates: Float[Tensor, "time network row batch"]
    input_gates: Float[Tensor, "time network input_row batch"]
    hidden: int
    features: int
    carried: tuple[Float[Tensor, "moment network hidden batch"], ...]
    kept: tuple[Float[Tensor, "time network hidden batch"], ...]
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
    pre: Float[Tensor, "network row batch"]
    input_pre: Float[Tensor, "network input_row batch"]
    carry: tuple[State, ...]
    direct: State
    own: Float[Tensor, "network all_rows own_column"]
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


def split_blocks(rows: Float[Tensor, "network row batch"], hidden: int) -> tuple[State, ...]:
    """Views of the blocks of rows."""
    networks, size, batch = rows.shape
    return tuple(rows.view(networks, size // hidden, hidden, batch).unbind(1))
