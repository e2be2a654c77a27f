"""How a gate responds to the steps that a task marks, and how much accuracy depends on that."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import forward, make_tape_like
from gradient_horizon.engine.tape import Adjoint, Tape
from gradient_horizon.engine.wrapped import WrappedCell
from gradient_horizon.measuring.networks import Networks

Marks = Bool[Tensor, "time network batch"]


def gate_opening(gates: States, marked: Marks) -> PerNetwork:
    """How much wider a gate is open at marked steps than at others: Cohen's (1988) d of its mean over units.

    Positive if wider at marked steps; in units of the pooled standard deviation over steps and sequences. NaN if no
    step is marked, or all are; infinite if the gate is constant within each of the two groups.
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


class ReplacedGate(WrappedCell):
    """A cell with one gate whose pre-activation is fixed at the given steps and sequences."""

    def __init__(self, inner: Cell, block: int, pre: Float[Tensor, "network hidden 1"], where: Marks):
        super().__init__(inner)
        self.block, self.pre, self.where = block, pre, where

    def forward(self, tape: Tape, t: int) -> None:
        """Replaces the gate's pre-activations, then runs the inner cell."""
        gate = tape.blocks[t][self.block]
        gate.copy_(torch.where(self.where[t].unsqueeze(1), self.pre, gate))
        self.inner.forward(tape, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The inner cell's adjoint; no gradient flows back through a replaced pre-activation."""
        self.inner.backward(tape, t, adjoint)
        adjoint.blocks[self.block].masked_fill_(self.where[t].unsqueeze(1), 0)


def accuracy_with_mean_gate(networks: Networks, *, block: int, gates: States, where: Marks) -> PerNetwork:
    """The accuracy when a gate is replaced at these steps by its mean over all steps and sequences, unit by unit.

    `gates` are the gate's values in 0..1 on the tape of the intact networks, `block` is its block of pre-activations.
    """
    again = make_tape_like(networks.cell, networks.tape)
    again.inputs.copy_(networks.tape.inputs)
    mean = gates.mean((0, 3)).unsqueeze(2)
    replaced = ReplacedGate(networks.cell, block, torch.logit(mean), where)
    return networks.judge(forward(replaced, networks.weight, again))[1]
