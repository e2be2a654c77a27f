"""How a gate responds to the steps that a task marks, and how much accuracy depends on that."""

from collections import deque
from collections.abc import Iterable
from itertools import repeat

import torch
from jaxtyping import Bool
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States
from gradient_horizon.engine.cell import Gate
from gradient_horizon.engine.reference import Blocks, run
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


def accuracy_with_mean_gates(networks: Networks, *, roles: Iterable[Gate], where: Marks) -> PerNetwork:
    """The accuracy when gates are replaced at these steps by their means over all steps and sequences, unit by unit.

    Raises ValueError for a role that no gate of the cell has.
    """
    cell, recording = networks.cell, networks.recording
    means = {}
    for role in roles:
        block = cell.gate(role)
        if block is None:
            raise ValueError(f"role must be that of a gate of the cell, got {role!r}")
        means[block.name] = torch.logit(recording.gates[role].mean((0, 3))).unsqueeze(2)

    def replace(t: int, blocks: Blocks) -> Blocks:
        there = where[t].unsqueeze(1)
        return blocks | {name: torch.where(there, mean, blocks[name]) for name, mean in means.items()}

    start = tuple(state[0] for state in recording.states)
    after = run(cell, repeat(networks.weight), recording.inputs, start, replace)
    return networks.judge(deque(after, maxlen=1).pop()[0])[1]
