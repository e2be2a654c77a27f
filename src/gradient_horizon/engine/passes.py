"""Forward and backward passes over time, one network after another on one tape.

Backpropagation through time is written out, so that the gradient of every state is available directly. Of a sequence
that is longer than a segment only the states between segments are stored, the rest is computed again, in the same
order and so with the same bits; Chen, Xu, Zhang & Guestrin (2016) call the method checkpointing.
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.any_passes import AnyPasses, Gradients, Inputs, PerStep, State, States, Weight
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.group import Group, Hook
from gradient_horizon.engine.kernels_of import Kernels, kernels_of
from gradient_horizon.engine.lanes import Lanes, spread
from gradient_horizon.engine.packed_weight import PackedWeight
from gradient_horizon.engine.segments import segment_length, whole_chunks
from gradient_horizon.engine.share_terms import ShareTerms, spread_of_terms
from gradient_horizon.engine.tape import Tape, numbers_per_step
from gradient_horizon.errors import EquationError


class Passes(AnyPasses):
    """The compiled passes of a cell, in segments of `segment` steps, by default of as many as memory has room for.

    Raises EquationError, beside what `AnyPasses` raises, for a cell that cannot be compiled.
    """

    def __init__(self, cell: Cell, *, segment: int | None = None, **sizes: Any):
        super().__init__(cell, segment=segment, **sizes)
        if cell.mixes_units:
            raise EquationError(f"cell {type(cell).__name__!r} mixes units, so it runs by `make_passes`, not compiled")
        lanes = spread(self.batch, np.dtype(self.precision).itemsize)
        kernels = {width: kernels_of(cell, self.precision, width) for width in {group.width for group in lanes}}
        self.segment = min(self.steps, whole_chunks(segment or self._fitting_segment(lanes, kernels)))
        self.weights = PackedWeight(self.layout, self.precision)
        self.groups = [self._group(kernels[group.width], group) for group in lanes]

    def _fitting_segment(self, lanes: tuple[Lanes, ...], kernels: dict[int, Kernels]) -> int:
        """Steps that the tape of all groups has room for."""
        states, itemsize = len(self.cell.state), np.dtype(self.precision).itemsize
        per_step = sum(numbers_per_step(self.layout, kernels[group.width], group.width, states) for group in lanes)
        return segment_length(self.steps, per_step * itemsize, self.batch * self.layout.hidden * states * itemsize)

    def _group(self, kernels: Kernels, lanes: Lanes) -> Group:
        sizes = {"states": len(self.cell.state), "steps": self.steps, "segment": self.segment}
        tape = Tape(kernels, self.weights, lanes, every_step=self.every_step, **sizes)
        return Group(kernels, self.weights, lanes, tape, steps=self.steps, every_step=self.every_step)

    @property
    def outputs(self) -> list[Group]:
        """The groups of sequences."""
        return self.groups

    def _load(self, inputs: Inputs) -> None:
        for group in self.groups:
            group.load(inputs)

    def _forward(self, weight: Weight, start: tuple[State, ...] | None) -> State:
        self.weights.set(weight)
        self.groups[0].kernels.pack(self.groups[0].address)
        for group in self.groups:
            group.forward(start)
        last = [group.hidden[-1, :, : group.lanes.used] for group in self.groups]
        return last[0].copy() if len(last) == 1 else np.concatenate(last, axis=-1)

    def _backward(
        self,
        gradient: State | States | None,
        further: tuple[State, ...],
        window: int | None,
        shares: bool,
        hook: Hook | None,
    ) -> Gradients:
        for group in self.groups:
            group.begin_back(gradient, further, window)
        self.weights.clear()
        if shares:
            return self._back_step_by_step(hook)
        for group in self.groups:
            for first, last in group.stretches_back():
                group.backward(first, last, hook, self.batch)
        return Gradients(self.weights.gradient(), self._state_norms())

    def start_gradient(self) -> tuple[State, ...]:
        """After a backward pass over all steps: the gradients of the states before the first."""
        parts = [group.start_gradient() for group in self.groups]
        return tuple(np.concatenate(states, axis=-1) for states in zip(*parts, strict=True))

    def states(self) -> tuple[States, ...]:
        """h and the further states before the first step and after each; raises ValueError for a tape of segments."""
        self._require_whole()
        parts = [group.states() for group in self.groups]
        return tuple(np.concatenate(states, axis=-1) for states in zip(*parts, strict=True))

    def gate(self, role: Gate) -> Float[np.ndarray, "time feature batch"] | None:
        """The values of the gate with this role at every step; None: there is no such gate."""
        self._require_whole()
        if self.cell.gate(role) is None:
            return None
        return np.concatenate([group.gate(role) for group in self.groups], axis=-1)

    def _require_whole(self) -> None:
        if self.segment < self.steps:
            raise ValueError(f"states of all steps must fit on the tape, got segments of {self.segment} steps")

    def _back_step_by_step(self, hook: Hook | None) -> Gradients:
        """Goes back over single steps of all groups, and takes the norm of what each adds to the gradient."""
        norms, squares = np.zeros((2, self.steps), self.precision)
        terms = [ShareTerms(group) for group in self.groups]
        total = np.zeros(self.layout.shape, self.precision)
        for first, last in self.groups[0].stretches_back():
            for step in reversed(range(first, last)):
                self.weights.clear()
                for group, of_group in zip(self.groups, terms, strict=True):
                    group.backward(step, step + 1, hook, self.batch)
                    of_group.note(step)
                share = self.weights.gradient()
                norms[step] = np.sqrt(np.square(share).sum())
                total += share
            for of_group in terms:
                squares[first:last] += of_group.sums_of_squares(first, last)
        spread = None if self.cell.normalised else spread_of_terms(squares, norms, self.batch)
        return Gradients(total, self._state_norms(), norms, spread, self._full_state_norms())

    def _state_norms(self) -> Float[np.ndarray, "state time"]:
        """Sums over sequences; not means, since each gradient is that of the batch mean, not that of one loss."""
        first, *others = self.groups
        total = first.tape.norms.T.copy()
        for group in others:
            total += group.tape.norms.T
        return total

    def _full_state_norms(self) -> PerStep:
        """As `_state_norms`, of all states together."""
        if len(self.cell.state) == 1:
            norms: PerStep = self._state_norms()[0]
            return norms
        squares = (group.tape.squares[..., : group.lanes.used].sum(1) for group in self.groups)
        total: PerStep = np.sum([np.sqrt(of_group).sum(1) for of_group in squares], axis=0)
        return total
