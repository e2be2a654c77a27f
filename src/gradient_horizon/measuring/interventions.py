"""What a gate does at the steps that a task marks, and what is lost when it may not choose there."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States, Targets, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import forward, make_tape
from gradient_horizon.engine.tape import Adjoint, Tape
from gradient_horizon.measuring.gradients import Readouts
from gradient_horizon.training.losses import LOSSES

Marks = Bool[Tensor, "time seed batch"]


def gate_opening(gates: States, marked: Marks) -> PerNetwork:
    """How much wider a gate is open at marked steps than at others: Cohen's (1988) d of its mean over units.

    Positive: wider at marked steps; in units of the pooled standard deviation over steps and sequences. NaN where no
    step is marked, or all are; infinite where the gate does nothing but tell the two apart.
    """
    openness = gates.mean(2)
    groups = []
    for where in (marked, ~marked):
        count = where.sum((0, 2))
        centre = torch.where(where, openness, 0).sum((0, 2)) / count
        spread = torch.where(where, openness - centre[:, None], 0).square().sum((0, 2))
        groups.append((count, centre, spread))
    (n, inside, spread), (others, outside, other_spread) = groups
    pooled = ((spread + other_spread) / (n + others - 2)).sqrt()
    return (inside - outside) / pooled


class ReplacedGate(Cell):
    """A cell whose gate has a fixed pre-activation at the steps and sequences given, and its own elsewhere."""

    def __init__(self, inner: Cell, block: int, pre: Float[Tensor, "seed hidden 1"], where: Marks):
        self.inner, self.block, self.pre, self.where = inner, block, pre, where
        self.blocks, self.input_blocks, self.carries = inner.blocks, inner.input_blocks, inner.carries
        self.keeps, self.skips_weights = inner.keeps, inner.skips_weights

    def step(self, pre: tuple[Tensor, ...], previous: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """The inner cell's step, from pre-activations that are already replaced."""
        return self.inner.step(pre, previous)

    def forward(self, tape: Tape, t: int) -> None:
        """Replaces, then the inner cell."""
        gate = tape.blocks[t][self.block]
        gate.copy_(torch.where(self.where[t].unsqueeze(1), self.pre, gate))
        self.inner.forward(tape, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The inner cell's adjoint; nothing flows back through a gate that was replaced."""
        self.inner.backward(tape, t, adjoint)
        adjoint.blocks[self.block].masked_fill_(self.where[t].unsqueeze(1), 0)


def accuracy_with_mean_gate(
    cell: Cell,
    weight: Weights,
    readout: Readouts,
    tape: Tape,
    target: Targets,
    *,
    block: int,
    gates: States,
    where: Marks,
) -> PerNetwork:
    """Share of right answers when a gate takes its mean over all steps and sequences, unit by unit, at these steps.

    `gates` is the gate in 0..1 on the tape of an intact forward pass, `block` its block of pre-activations.
    """
    seeds, hidden, batch = tape.h[0].shape
    again = make_tape(
        cell,
        steps=tape.steps,
        seeds=seeds,
        hidden=hidden,
        inputs=tape.features,
        batch=batch,
        dtype=tape.state.dtype,
    )
    again.inputs.copy_(tape.inputs)
    mean = gates.mean((0, 3)).unsqueeze(2)
    last = forward(ReplacedGate(cell, block, torch.logit(mean), where), weight, again)
    answer = torch.baddbmm(readout[:, :, -1:], readout[:, :, :-1], last)
    return LOSSES["cross-entropy"](answer, target)[1]
