"""Forward and backward pass over time of many networks at once, for all cells.

Backpropagation through time is written out, so that the gradient of every hidden state is available directly.
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
    rows, x_rows = (cell.blocks - cell.x_blocks) * hidden, cell.x_blocks * hidden
    return Tape(
        state=state,
        gates=torch.empty(steps, networks, rows, batch, dtype=dtype),
        x_gates=torch.empty(steps, networks, x_rows, batch, dtype=dtype),
        hidden=hidden,
        features=inputs,
        carried=tuple(torch.zeros(steps + 1, networks, hidden, batch, dtype=dtype) for _ in range(cell.carries)),
        stored=tuple(torch.empty(steps, networks, hidden, batch, dtype=dtype) for _ in range(cell.stores)),
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
    """Numbers that a tape stores for a step: state, pre-activations, further states, and vectors for the adjoint."""
    columns = hidden + inputs + 1 + cell.own_columns
    return networks * batch * (columns + hidden * (cell.blocks + cell.carries + cell.stores))


def forward(cell: Cell, weight: Weights, tape: Tape) -> State:
    """Runs all networks over the inputs on the tape, from the tape's first states; returns the last hidden state.

    A new tape starts from zero states. Raises ShapeError where the weight does not fit the tape.
    """
    recurrent, from_inputs = _split(cell, weight, tape)
    for t in range(tape.steps):
        torch.bmm(recurrent, tape.step[t], out=tape.gate[t])
        if from_inputs is not None:
            torch.bmm(from_inputs, tape.x_step[t], out=tape.x_gate[t])
        cell.forward(tape, t)
    return tape.h[-1]


def _split(
    cell: Cell, weight: Weights, tape: Tape
) -> tuple[Float[Tensor, "network h_row column"], Float[Tensor, "network x_row x_column"] | None]:
    """The weights of the blocks that see h, and of those that see x only, if there are any."""
    rows, x_rows = tape.gates.shape[2], tape.x_gates.shape[2]
    expected = (tape.state.shape[1], rows + x_rows, tape.state.shape[2])
    for axis, given, wanted in zip(("network", "row", "column"), weight.shape, expected, strict=True):
        if given != wanted:
            raise ShapeError(f"axis {axis!r} of the weight must have size {wanted}, got {given}")
    if cell.own_columns:
        tape.own = weight[:, :, -cell.own_columns :]
    if not x_rows:
        return weight, None
    return weight[:, :rows].contiguous(), weight[:, rows:, tape.hidden :].contiguous()


@dataclass(frozen=True)
class Gradients:
    """The results of a backward pass.

    `hidden[t]` is the batch mean of the norm of dL_b/dh_{t+1}, L_b being the loss of one sequence; 0 for steps beyond
    the window. On request: `shares[t]` is the norm of the part of the weight's gradient that step t contributes, and
    `carried[t]` the same as `hidden[t]` for the further states (the LSTM's c), without their effect through h_{t+1}.
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
    """Backpropagation through time: from the gradient of the (batch mean) loss to those of weights and hidden states.

    `output_gradient` is dL/dh of the last step [network feature batch], or of every step [time network feature batch].
    Backpropagation is cut every `window` steps, counted back from the last; None: nowhere. `free` is the layout's mask
    of trained entries. `shares` and `full_state` request more norms (see `Gradients`). `flow_penalty` is the
    coefficient of Pascanu's regulariser, whose gradient is added. Norms are roots of sums of squares, so in float32
    those below 1e-19 come out as 0. Raises ValueError for a window below 1, ShapeError where `output_gradient` does
    not fit the tape.
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
    """The backward pass over a sequence of `steps` steps, tape by tape from its end to its beginning."""

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
        self.pre, self.x_pre = (pre.transpose(1, 2) for pre in (self.adjoint.pre, self.adjoint.x_pre))
        self.rows = tape.gates.shape[2]
        self.recurrent_back = weight[:, : self.rows, :hidden].transpose(1, 2).contiguous()
        self.transposed = weight.new_zeros(networks, weight.shape[2], self.rows)
        self.x_transposed = weight.new_zeros(networks, weight.shape[2] - hidden, weight.shape[1] - self.rows)
        self.own = weight.new_zeros(self.adjoint.own.shape)
        self.share_norms = weight.new_zeros(steps, networks) if shares else None
        self.squares = weight.new_zeros(steps, networks, batch)
        self.square_array = self.squares.numpy()
        self.carried_squares = weight.new_zeros(steps, networks, batch) if full_state else None

    def through(self, tape: Tape, output_gradient: State | States | None) -> None:
        """Goes back over the steps on this tape, whose last step comes just before the first step of the previous call.

        `output_gradient` is dL/dh by the outputs after each of these steps, or after the last of them alone; None: no
        output is read from these steps.
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
        """The gradients of all steps that the pass went over."""
        weight = self._whole(self.transposed, self.x_transposed, self.own)
        carried = None if self.carried_squares is None else _mean_norm(self.carried_squares)
        return Gradients(weight, _mean_norm(self.squares), self.share_norms, carried)

    def _is_cut_off(self, output_gradient: State | States | None, lag: int) -> bool:
        """Whether no gradient reaches this step."""
        every_step = output_gradient is not None and output_gradient.ndim == 4
        return not every_step and self.window is not None and lag >= self.window

    def _collect(self, tape: Tape, t: int) -> None:
        """Adds what step t contributes to the weight's gradient; transposed, since that product is faster."""
        adjoint, has_inputs = self.adjoint, self.x_transposed.numel() > 0
        if self.share_norms is None:
            self.transposed.baddbmm_(tape.step[t], self.pre)
            if has_inputs:
                self.x_transposed.baddbmm_(tape.x_step[t], self.x_pre)
        else:
            share = torch.bmm(tape.step[t], self.pre)
            x_share = torch.bmm(tape.x_step[t], self.x_pre)
            whole = self._whole(share, x_share, adjoint.own)
            self.share_norms[self.left] = torch.linalg.vector_norm(whole, dim=(1, 2))
            self.transposed += share
            self.x_transposed += x_share
        if self.cell.own_columns:
            self.own += adjoint.own

    def _whole(self, transposed: Tensor, x_transposed: Tensor, own: Tensor) -> Weights:
        """The gradient in the shape of the weight, 0 for entries that are not trained."""
        weight = transposed.transpose(1, 2)
        if x_transposed.numel():
            below = torch.zeros(len(weight), x_transposed.shape[2], weight.shape[2], dtype=weight.dtype)
            below[:, :, self.adjoint.h.shape[1] :] = x_transposed.transpose(1, 2)
            weight = torch.cat([weight, below], dim=1)
        weight = weight.contiguous()
        if own.numel():
            weight[:, :, -own.shape[2] :] = own
        return weight if self.free is None else weight.mul_(self.free)

    def _penalise(self) -> None:
        """Adds the gradient of (|dL/dh_t| / |dL/dh_{t+1}| - 1)^2, batch mean (Pascanu, Mikolov & Bengio 2013, eq. 9).

        Only the immediate part: in dL/dh_t = W^T pre, pre is taken as constant, so that the derivative of |dL/dh_t|
        with respect to W is pre times dL/dh_t over its norm.
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
    """Batch mean of the norms; times the batch's size, since each gradient is of the batch mean, not of one loss."""
    return squares.sqrt_().mean(2).mul_(squares.shape[2])


@kernel
def _square(values: Buffer, squares: Buffer, t: int) -> None:
    """Sums of squares over the hidden axis, for each network and sequence, as entry t of `squares`."""
    networks, hidden, batch = values.shape
    for network in range(networks):
        into = squares[t, network]
        into[:] = 0
        for h in range(hidden):
            row = values[network, h]
            for b in range(batch):
                into[b] += row[b] * row[b]


def _make_adjoint(cell: Cell, tape: Tape) -> Adjoint:
    like, pre, x_pre = tape.h[0], tape.gate[0], tape.x_gate[0]
    return Adjoint(
        h=torch.zeros(like.shape, dtype=like.dtype),
        pre=torch.empty_like(pre),
        x_pre=torch.empty_like(x_pre),
        carry=tuple(torch.zeros(like.shape, dtype=like.dtype) for _ in range(cell.carries)),
        direct=torch.zeros(like.shape, dtype=like.dtype),
        own=torch.zeros(len(like), pre.shape[1] + x_pre.shape[1], cell.own_columns, dtype=like.dtype),
    )
