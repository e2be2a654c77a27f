"""The engine: forward over time and adjoint over time of an ensemble of networks, shared by all cells.

Backpropagation through time is written out, so that the gradient of every hidden state passes through our hands.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerStep, State, States, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.kernels import Buffer, kernel
from gradient_horizon.engine.precision import DTYPES
from gradient_horizon.engine.tape import Adjoint, Tape
from gradient_horizon.errors import ShapeError


def make_tape(
    cell: Cell, *, steps: int, networks: int, hidden: int, inputs: int, batch: int, dtype: torch.dtype = torch.float32
) -> Tape:
    """Buffers for forward passes of `steps` steps; fill `tape.inputs`, then call `forward`.

    Raises ShapeError for an axis without elements, ValueError for a dtype that is neither float32 nor float64.
    """
    if dtype not in DTYPES.values():
        raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype}")
    sizes = {"time": steps, "network": networks, "hidden": hidden, "input": inputs, "batch": batch}
    for axis, size in sizes.items():
        if size < (0 if axis == "network" else 1):
            raise ShapeError(f"axis {axis!r} of the tape must have at least 1 element, got {size}")
    columns = hidden + inputs + 1 + cell.own_columns
    state = torch.zeros(steps + 1, networks, columns, batch, dtype=dtype)
    state[:, :, hidden + inputs] = 1
    rows, input_rows = (cell.blocks - cell.input_blocks) * hidden, cell.input_blocks * hidden
    return Tape(
        state=state,
        gates=torch.empty(steps, networks, rows, batch, dtype=dtype),
        input_gates=torch.empty(steps, networks, input_rows, batch, dtype=dtype),
        hidden=hidden,
        features=inputs,
        carried=tuple(torch.zeros(steps + 1, networks, hidden, batch, dtype=dtype) for _ in range(cell.carries)),
        kept=tuple(torch.empty(steps, networks, hidden, batch, dtype=dtype) for _ in range(cell.keeps)),
    )


def make_tape_like(cell: Cell, tape: Tape, *, steps: int | None = None, batch: int | None = None) -> Tape:
    """Buffers for the networks and inputs of another tape, in its precision; as many steps and sequences if not given.

    Raises ShapeError for an axis without elements.
    """
    networks, hidden, sequences = tape.h[0].shape
    return make_tape(
        cell,
        steps=tape.steps if steps is None else steps,
        networks=networks,
        hidden=hidden,
        inputs=tape.features,
        batch=sequences if batch is None else batch,
        dtype=tape.state.dtype,
    )


def numbers_per_step(cell: Cell, *, networks: int, hidden: int, inputs: int, batch: int) -> int:
    """Numbers that a tape stores for a step: state, pre-activations, further states, and what the cell keeps."""
    columns = hidden + inputs + 1 + cell.own_columns
    return networks * batch * (columns + hidden * (cell.blocks + cell.carries + cell.keeps))


def forward(cell: Cell, weight: Weights, tape: Tape) -> State:
    """Runs all networks over the inputs on the tape, from the states at moment 0; returns the last hidden state.

    A new tape starts from zero states. Raises ShapeError where the weight does not fit the tape.
    """
    recurrent, from_inputs = _split(cell, weight, tape)
    for t in range(tape.steps):
        torch.bmm(recurrent, tape.step[t], out=tape.gate[t])
        if from_inputs is not None:
            torch.bmm(from_inputs, tape.input_step[t], out=tape.input_gate[t])
        cell.forward(tape, t)
    return tape.h[-1]


def _split(
    cell: Cell, weight: Weights, tape: Tape
) -> tuple[Float[Tensor, "network h_row column"], Float[Tensor, "network x_row x_column"] | None]:
    """The weights of the blocks that see h, and of those that do not, where there are any."""
    rows, input_rows = tape.gates.shape[2], tape.input_gates.shape[2]
    expected = (tape.state.shape[1], rows + input_rows, tape.state.shape[2])
    for axis, given, wanted in zip(("network", "row", "column"), weight.shape, expected, strict=True):
        if given != wanted:
            raise ShapeError(f"axis {axis!r} of the weight must have size {wanted}, got {given}")
    if cell.own_columns:
        tape.own = weight[:, :, -cell.own_columns :]
    if not input_rows:
        return weight, None
    return weight[:, :rows].contiguous(), weight[:, rows:, tape.hidden :].contiguous()


@dataclass(frozen=True)
class Gradients:
    """What comes back through time.

    `hidden[t]` is the batch mean of the norm of dL_b/dh_{t+1}, L_b being the loss of one sequence (steps that the
    window cuts off have 0). Where asked for: `shares[t]`, the norm of step t's own share of the weight's gradient, and
    `carried[t]`, as `hidden` for the further states (the LSTM's c), without what passes through h_{t+1}.
    """

    weight: Weights
    hidden: PerStep
    shares: PerStep | None
    carried: PerStep | None


def backward(
    cell: Cell,
    weight: Weights,
    tape: Tape,
    output_gradient: State | States,
    *,
    window: int | None = None,
    free: Tensor | None = None,
    shares: bool = False,
    full_state: bool = False,
    flow_penalty: float = 0.0,
) -> Gradients:
    """The adjoint of `forward`, from the gradient of the (batch mean) loss to those of weights and hidden states.

    `output_gradient` is dL/dh of the last step [network feature batch], or of every step [time network feature batch].
    Backpropagation is cut every `window` steps, counted back from the last. `free` marks the weight's entries that
    exist, `shares` and `full_state` ask for more norms (see `Gradients`), `flow_penalty` adds the gradient of that many
    times Pascanu's regulariser. Norms are sums of squares, so in float32 those below 1e-19 come out as 0. Raises
    ValueError for a window below 1, ShapeError where the output's gradient does not fit the tape.
    """
    passing = BackwardPass(
        cell,
        weight,
        tape,
        tape.steps,
        window=window,
        free=free,
        shares=shares,
        full_state=full_state,
        flow_penalty=flow_penalty,
    )
    passing.through(tape, output_gradient)
    return passing.result()


class BackwardPass:
    """The adjoint of a sequence of `steps` steps, taken tape by tape from its end to its beginning."""

    def __init__(
        self,
        cell: Cell,
        weight: Weights,
        tape: Tape,
        steps: int,
        *,
        window: int | None = None,
        free: Tensor | None = None,
        shares: bool = False,
        full_state: bool = False,
        flow_penalty: float = 0.0,
    ):
        if window is not None and window < 1:
            raise ValueError(f"window must be at least 1 step, got {window}")
        networks, hidden, batch = tape.h[0].shape
        self.cell, self.free, self.window, self.flow_penalty = cell, free, window, flow_penalty
        self.left = steps
        self.steps = steps
        self.adjoint = _make_adjoint(cell, tape)
        self.pre, self.input_pre = (pre.transpose(1, 2) for pre in (self.adjoint.pre, self.adjoint.input_pre))
        self.rows = tape.gates.shape[2]
        self.recurrent_back = weight[:, : self.rows, :hidden].transpose(1, 2).contiguous()
        self.transposed = weight.new_zeros(networks, weight.shape[2], self.rows)
        self.input_transposed = weight.new_zeros(networks, weight.shape[2] - hidden, weight.shape[1] - self.rows)
        self.own = weight.new_zeros(self.adjoint.own.shape)
        self.share_norms = weight.new_zeros(steps, networks) if shares else None
        self.squares = weight.new_zeros(steps, networks, batch)
        self.square_array = self.squares.numpy()
        self.carried_squares = weight.new_zeros(steps, networks, batch) if full_state else None

    def through(self, tape: Tape, output_gradient: State | States | None) -> None:
        """The steps on this tape, which end where those of the tape before began.

        `output_gradient` is that of these steps, or of the last step alone; None: they have none of their own.
        """
        adjoint, cell, steps = self.adjoint, self.cell, tape.steps
        if output_gradient is not None:
            _check_fits(output_gradient, tape)
        for t in reversed(range(steps)):
            self.left -= 1
            lag = self.steps - 1 - self.left
            if self.window is not None and lag > 0 and lag % self.window == 0:
                for gradient in (adjoint.h, *adjoint.carry):
                    gradient.zero_()
            if output_gradient is not None:
                if output_gradient.ndim == 4:
                    adjoint.h.add_(output_gradient[t])
                elif t == steps - 1:
                    adjoint.h.add_(output_gradient)
            if self._is_cut_off(output_gradient, lag):
                continue
            _square(adjoint.arrays.h, self.square_array, self.left)
            if self.carried_squares is not None:
                for carry in adjoint.carry:
                    self.carried_squares[self.left] += carry.square().sum(1)
            cell.backward(tape, t, adjoint)
            self._collect(tape, t)
            if cell.skips_weights:
                torch.baddbmm(adjoint.direct, self.recurrent_back, adjoint.pre, out=adjoint.h)
            else:
                torch.bmm(self.recurrent_back, adjoint.pre, out=adjoint.h)
            if self.flow_penalty:
                self._penalise()

    def result(self) -> Gradients:
        """The gradients of all steps passed through."""
        weight = self._whole(self.transposed, self.input_transposed, self.own)
        carried = None if self.carried_squares is None else _mean_norm(self.carried_squares)
        return Gradients(weight, _mean_norm(self.squares), self.share_norms, carried)

    def _is_cut_off(self, output_gradient: State | States | None, lag: int) -> bool:
        """Whether no gradient reaches this step."""
        every_step = output_gradient is not None and output_gradient.ndim == 4
        return not every_step and self.window is not None and lag >= self.window

    def _collect(self, tape: Tape, t: int) -> None:
        """Adds step t's share of the weight's gradient, transposed: the faster of the two products."""
        adjoint, has_inputs = self.adjoint, self.input_transposed.numel() > 0
        if self.share_norms is None:
            self.transposed.baddbmm_(tape.step[t], self.pre)
            if has_inputs:
                self.input_transposed.baddbmm_(tape.input_step[t], self.input_pre)
        else:
            share = torch.bmm(tape.step[t], self.pre)
            input_share = torch.bmm(tape.input_step[t], self.input_pre)
            whole = self._whole(share, input_share, adjoint.own)
            self.share_norms[self.left] = torch.linalg.vector_norm(whole, dim=(1, 2))
            self.transposed += share
            self.input_transposed += input_share
        if self.cell.own_columns:
            self.own += adjoint.own

    def _whole(self, transposed: Tensor, input_transposed: Tensor, own: Tensor) -> Weights:
        """The gradient in the weight's own shape, where the weight has entries."""
        weight = transposed.transpose(1, 2)
        if input_transposed.numel():
            below = torch.zeros(len(weight), input_transposed.shape[2], weight.shape[2], dtype=weight.dtype)
            below[:, :, self.adjoint.h.shape[1] :] = input_transposed.transpose(1, 2)
            weight = torch.cat([weight, below], dim=1)
        weight = weight.contiguous()
        if own.numel():
            weight[:, :, -own.shape[2] :] = own
        return weight if self.free is None else weight.mul_(self.free)

    def _penalise(self) -> None:
        """Pascanu, Mikolov & Bengio (2013), eq. 9: (|dL/dh_t| / |dL/dh_{t+1}| - 1)^2, immediate part, batch mean.

        dL/dh_t = W^T pre, so its derivative with respect to W alone is pre times dL/dh_t.
        """
        pre, h, hidden = self.adjoint.pre, self.adjoint.h, self.adjoint.h.shape[1]
        after = self.squares[self.left].sqrt()
        before = torch.linalg.vector_norm(h, dim=1)
        slope = 2 * (before / after - 1) / (after * before)
        slope = torch.where(torch.isfinite(slope), slope, 0).mul_(self.flow_penalty / h.shape[2])
        self.transposed[:, :hidden].baddbmm_(h, (pre * slope.unsqueeze(1)).transpose(1, 2))


def _check_fits(output_gradient: Tensor, tape: Tape) -> None:
    """Raises ShapeError where the gradient of the last step, or of every step, does not fit."""
    expected = {"time": tape.steps, **dict(zip(("network", "feature", "batch"), tape.h[0].shape, strict=True))}
    axes = list(expected)[-output_gradient.ndim :]
    for axis, given in zip(axes, output_gradient.shape, strict=True):
        if given != expected[axis]:
            raise ShapeError(f"axis {axis!r} of the output's gradient must have size {expected[axis]}, got {given}")


def _mean_norm(squares: Float[Tensor, "time network batch"]) -> PerStep:
    """Batch mean of norms, of the loss of one sequence where that of the batch is their mean."""
    return squares.sqrt_().mean(2).mul_(squares.shape[2])


@kernel
def _square(values: Buffer, squares: Buffer, t: int) -> None:
    """The sum of squares over the hidden axis, for each network and sequence."""
    networks, hidden, batch = values.shape
    for network in range(networks):
        into = squares[t, network]
        into[:] = 0
        for h in range(hidden):
            row = values[network, h]
            for b in range(batch):
                into[b] += row[b] * row[b]


def _make_adjoint(cell: Cell, tape: Tape) -> Adjoint:
    like, pre, input_pre = tape.h[0], tape.gate[0], tape.input_gate[0]
    return Adjoint(
        h=torch.zeros(like.shape, dtype=like.dtype),
        pre=torch.empty_like(pre),
        input_pre=torch.empty_like(input_pre),
        carry=tuple(torch.zeros(like.shape, dtype=like.dtype) for _ in range(cell.carries)),
        direct=torch.zeros(like.shape, dtype=like.dtype),
        own=torch.zeros(len(like), pre.shape[1] + input_pre.shape[1], cell.own_columns, dtype=like.dtype),
    )
