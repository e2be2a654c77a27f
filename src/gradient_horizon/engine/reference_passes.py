"""Passes of a cell that mixes units: those of `passes.Passes`, by automatic differentiation."""

from itertools import repeat
from typing import NamedTuple

import numpy as np
import torch

from gradient_horizon.engine import reference
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.group import Hook
from gradient_horizon.engine.lanes import Lanes, aligned, spread
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import (
    Gradients,
    Inputs,
    State,
    States,
    Weight,
    require_shape,
    require_sizes,
    require_window,
)
from gradient_horizon.engine.reference import Blocks


class ReferenceGroup(NamedTuple):
    """Outputs of a group of sequences, and their adjoints [output unit lane]."""

    lanes: Lanes
    hidden: np.ndarray
    by_hidden: np.ndarray


class ReferencePasses:
    """Forward and backward passes of one network after another, on torch tensors."""

    def __init__(
        self,
        cell: Cell,
        *,
        steps: int,
        hidden: int,
        inputs: int,
        batch: int,
        precision: str = "float32",
        every_step: bool = False,
    ):
        require_sizes({"time": steps, "hidden": hidden, "input": inputs, "batch": batch})
        self.cell, self.layout = cell, Layout(cell, hidden, inputs)
        self.steps, self.batch, self.precision, self.every_step = steps, batch, precision, every_step
        self.dtype = torch.float64 if precision == "float64" else torch.float32
        outputs = steps if every_step else 1
        self.groups = [
            ReferenceGroup(
                lanes, *(aligned((outputs, hidden, lanes.width), precision, spare=lanes.width**2) for _ in range(2))
            )
            for lanes in spread(batch, np.dtype(precision).itemsize)
        ]

    def load(self, inputs: Inputs) -> None:
        """The sequences that the next passes run over; raises ShapeError where they do not fit."""
        expected = {"time": self.steps, "feature": self.layout.inputs, "batch": self.batch}
        require_shape("inputs", inputs, expected)
        self.inputs = self._tensor(inputs).unsqueeze(1)

    def forward(self, weight: Weight, start: tuple[State, ...] | None = None) -> State:
        """Runs a network over the sequences, from these states or from zero; returns the last hidden state."""
        rows, columns = self.layout.shape
        require_shape("weight", weight, {"row": rows, "column": columns})
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

    def backward(
        self,
        gradient: State | States | None = None,
        *,
        further: tuple[State, ...] = (),
        window: int | None = None,
        shares: bool = False,
        hook: Hook | None = None,
    ) -> Gradients:
        """As `Passes.backward`; raises ValueError for a hook, which needs the compiled path."""
        require_window(window)
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
        norms = found.shares[0].numpy() if shares else None
        return Gradients(found.weight[0].numpy(), found.state[0].numpy(), norms)

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
