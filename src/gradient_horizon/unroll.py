"""The engine: forward over time and adjoint over time of an ensemble of networks, shared by all cells.

Backpropagation through time is written out, so that the gradient of every hidden state passes through our hands.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gradient_horizon.axes import PerStep, State, States, Weights
from gradient_horizon.cells.base import Adjoint, Cell, Tape
from gradient_horizon.errors import ShapeError


def make_tape(
    cell: Cell, *, steps: int, seeds: int, hidden: int, inputs: int, batch: int, dtype: torch.dtype = torch.float32
) -> Tape:
    """Buffers for forward passes of `steps` steps; fill `tape.inputs`, then call `forward`."""
    state = torch.zeros(steps + 1, seeds, hidden + inputs + 1, batch, dtype=dtype)
    state[:, :, -1] = 1
    return Tape(
        state=state,
        gates=torch.empty(steps, seeds, cell.blocks * hidden, batch, dtype=dtype),
        hidden=hidden,
        carried=tuple(torch.zeros(steps + 1, seeds, hidden, batch, dtype=dtype) for _ in range(cell.carries)),
        kept=tuple(torch.empty(steps, seeds, hidden, batch, dtype=dtype) for _ in range(cell.keeps)),
    )


def forward(cell: Cell, weight: Weights, tape: Tape) -> State:
    """Runs all networks over the inputs on the tape from a zero state; returns the last hidden state.

    Raises ShapeError where the weight does not fit the tape.
    """
    seeds, columns = tape.state.shape[1:3]
    expected = (seeds, tape.gates.shape[2], columns)
    for axis, given, wanted in zip(("seed", "row", "column"), weight.shape, expected, strict=True):
        if given != wanted:
            raise ShapeError(f"axis {axis!r} of the weight must have size {wanted}, got {given}")
    for t in range(tape.steps):
        torch.bmm(weight, tape.step[t], out=tape.gate[t])
        cell.forward(tape, t)
    return tape.h[-1]


@dataclass(frozen=True)
class Gradients:
    """What comes back through time.

    `hidden[t]` is the batch mean of the norm of dL_b/dh_{t+1}, L_b being the loss of one sequence (steps that the
    window cuts off have 0); `shares[t]`, where asked for, the norm of step t's own share of the weight's gradient.
    """

    weight: Weights
    hidden: PerStep
    shares: PerStep | None


def backward(
    cell: Cell,
    weight: Weights,
    tape: Tape,
    output_gradient: State | States,
    *,
    window: int | None = None,
    free: Tensor | None = None,
    shares: bool = False,
) -> Gradients:
    """The adjoint of `forward`, from the gradient of the (batch mean) loss to those of weights and hidden states.

    `output_gradient` is dL/dh of the last step (seed feature batch), or of every step (time seed feature batch).
    Backpropagation is cut every `window` steps, counted back from the last. `free` marks the weight's entries that
    exist. Norms are sums of squares, so in float32 those below 1e-19 come out as 0.
    """
    seeds, _, batch = tape.h[0].shape
    every_step = output_gradient.ndim == 4
    adjoint = _make_adjoint(cell, tape)
    recurrent_back = weight[:, :, : tape.hidden].transpose(1, 2).contiguous()
    weight_gradient = torch.zeros_like(weight)
    share = torch.empty_like(weight) if shares else None
    share_norms = weight.new_zeros(tape.steps, seeds) if shares else None
    squares = weight.new_zeros(tape.steps, seeds, batch)
    square_at = squares.unbind(0)
    for t in reversed(range(tape.steps)):
        lag = tape.steps - 1 - t
        if window is not None and lag > 0 and lag % window == 0:
            if not every_step:
                break
            for gradient in (adjoint.h, *adjoint.carry):
                gradient.zero_()
        if every_step:
            adjoint.h.add_(output_gradient[t])
        elif lag == 0:
            adjoint.h.copy_(output_gradient)
        torch.mul(adjoint.h, adjoint.h, out=adjoint.scratch)
        torch.sum(adjoint.scratch, dim=1, out=square_at[t])
        cell.backward(tape, t, adjoint)
        if share is None or share_norms is None:
            weight_gradient.baddbmm_(adjoint.pre, tape.step[t].transpose(1, 2))
        else:
            torch.bmm(adjoint.pre, tape.step[t].transpose(1, 2), out=share)
            if free is not None:
                share.mul_(free)
            torch.linalg.vector_norm(share, dim=(1, 2), out=share_norms[t])
            weight_gradient.add_(share)
        if cell.skips_weights:
            torch.baddbmm(adjoint.direct, recurrent_back, adjoint.pre, out=adjoint.h)
        else:
            torch.bmm(recurrent_back, adjoint.pre, out=adjoint.h)
    if free is not None:
        weight_gradient.mul_(free)
    return Gradients(weight_gradient, squares.sqrt_().mean(2).mul_(batch), share_norms)


def _make_adjoint(cell: Cell, tape: Tape) -> Adjoint:
    like = tape.h[0]
    pre = torch.empty_like(tape.gate[0])
    seeds, rows, batch = pre.shape
    return Adjoint(
        h=torch.zeros(like.shape, dtype=like.dtype),
        pre=pre,
        pre_blocks=tuple(pre.view(seeds, rows // tape.hidden, tape.hidden, batch).unbind(1)),
        carry=tuple(torch.zeros(like.shape, dtype=like.dtype) for _ in range(cell.carries)),
        direct=torch.zeros(like.shape, dtype=like.dtype),
        scratch=torch.empty(like.shape, dtype=like.dtype),
    )
