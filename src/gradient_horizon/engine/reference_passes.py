"""Passes of a cell that mixes units: those of `passes.Passes`, by automatic differentiation."""

from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np
import torch

from gradient_horizon.engine import reference
from gradient_horizon.engine.any_passes import AnyPasses, Gradients, Inputs, State, States, Weight
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.group import Hook
from gradient_horizon.engine.lanes import Lanes, aligned, spread
from gradient_horizon.engine.reference import Blocks


@dataclass
class ReferenceGroup:
    """Outputs of a group of sequences, and their adjoints [output unit lane]."""

    lanes: Lanes
    hidden: np.ndarray
    by_hidden: np.ndarray


class ReferencePasses(AnyPasses):
    """Passes on torch tensors; sequences are never cut into segments."""

    def __init__(self, cell: Cell, **sizes: Any):
        super().__init__(cell, **sizes)
        self.segment, self.dtype = self.steps, torch.float64 if self.precision == "float64" else torch.float32
        outputs = self.steps if self.every_step else 1

        def buffer(lanes: Lanes) -> np.ndarray:
            return aligned((outputs, self.layout.hidden, lanes.width), self.precision, spare=lanes.width**2)

        spreading = spread(self.batch, np.dtype(self.precision).itemsize)
        self.groups = [ReferenceGroup(lanes, buffer(lanes), buffer(lanes)) for lanes in spreading]

    @property
    def outputs(self) -> list[ReferenceGroup]:
        """The groups of sequences."""
        return self.groups

    def _load(self, inputs: Inputs) -> None:
        self.inputs = self._tensor(inputs).unsqueeze(1)

    def _forward(self, weight: Weight, start: tuple[State, ...] | None) -> State:
        free = self.layout.free
        self.weight = self._tensor(weight if free is None else np.where(free, weight, 0)).unsqueeze(0)
        zero = reference.zero_states(self.cell, 1, self.layout.hidden, self.batch, self.dtype)
        self.start = zero if start is None else tuple(self._tensor(state).unsqueeze(0) for state in start)
        self.gates: dict[str, list[np.ndarray]] = {}
        with torch.no_grad():
            after = reference.run(self.cell, repeat(self.weight), self.inputs, self.start, self._note_gates)
            seen = [self.start, *after]
        self.seen = tuple(torch.stack(states)[:, 0].numpy() for states in zip(*seen, strict=True))
        for group in self.groups:
            outputs = self.seen[0][1:] if self.every_step else self.seen[0][-1:]
            group.hidden[..., : group.lanes.used] = outputs[..., group.lanes.sequences]
        last: State = self.seen[0][-1]
        return last

    def _note_gates(self, t: int, blocks: Blocks) -> Blocks:
        for block in self.cell.blocks:
            if block.gate:
                self.gates.setdefault(block.gate, []).append(blocks[block.name][0].sigmoid().numpy())
        return blocks

    def _backward(
        self,
        gradient: State | States | None,
        further: tuple[State, ...],
        window: int | None,
        shares: bool,
        hook: Hook | None,
    ) -> Gradients:
        if hook is not None:
            raise ValueError("a remedy that adds to the backward pass must go with a cell that does not mix units")
        if gradient is None:
            parts = [group.by_hidden[..., : group.lanes.used] for group in self.groups]
            joined = np.concatenate(parts, axis=-1)
            gradient = joined if self.every_step else joined[0]
        found = reference.differentiate(
            self.cell,
            self.weight,
            self.inputs,
            self._tensor(gradient).unsqueeze(1 if self.every_step else 0),
            start=self.start,
            further=tuple(self._tensor(state).unsqueeze(0) for state in further),
            window=window,
        )
        self.by_start = tuple(state[0].numpy() for state in found.start)
        gradients = Gradients(found.weight[0].numpy(), found.state[0].numpy())
        if not shares:
            return gradients
        spread = None if found.share_spread is None else found.share_spread[0].numpy()
        return replace(
            gradients, shares=found.shares[0].numpy(), share_spread=spread, full_state=found.full_state[0].numpy()
        )

    def start_gradient(self) -> tuple[State, ...]:
        """After a backward pass over all steps: the gradients of the states before the first."""
        return self.by_start

    def states(self) -> tuple[States, ...]:
        """h and the further states before the first step and after each."""
        return self.seen

    def gate(self, role: Gate) -> np.ndarray | None:
        """The values of the gate with this role at every step; None: there is no such gate."""
        return np.stack(self.gates[role]) if role in self.gates else None

    def _tensor(self, values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=self.precision))
