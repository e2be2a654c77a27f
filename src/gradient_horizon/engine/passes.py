"""Forward and backward passes over time, one network after another on one tape.

Backpropagation through time is written out, so that the gradient of every state is available directly. Of a sequence
that is longer than a segment only the states between segments are stored, the rest is computed again, in the same
order and so with the same bits; Chen, Xu, Zhang & Guestrin (2016) call the method checkpointing.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.group import Group, Hook
from gradient_horizon.engine.kernels_of import Kernels, kernels_of
from gradient_horizon.engine.lanes import Lanes, spread
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.packed_weight import PackedWeight
from gradient_horizon.engine.segments import segment_length, whole_chunks
from gradient_horizon.engine.tape import Tape, numbers_per_step
from gradient_horizon.errors import EquationError, ShapeError

PRECISIONS = ("float32", "float64")

Weight = Float[np.ndarray, "row column"]
Inputs = Float[np.ndarray, "time feature batch"]
State = Float[np.ndarray, "feature batch"]
States = Float[np.ndarray, "instant feature batch"]
PerStep = Float[np.ndarray, " time"]


@dataclass(frozen=True)
class Gradients:
    """The results of a backward pass of one network.

    `state[n, t]` is the batch mean of the norm of dL_b/ds_{t+1}, s being h for n = 0 and the n-th further state
    otherwise, and L_b the loss of one sequence; 0 for steps beyond the window. `shares[t]` is the norm of the part of
    the weight's gradient that step t contributes, if requested.
    """

    weight: Weight
    state: Float[np.ndarray, "state time"]
    shares: PerStep | None

    @property
    def hidden(self) -> PerStep:
        """The norms of dL_b/dh at every step."""
        norms: PerStep = self.state[0]
        return norms


def require_sizes(sizes: dict[str, int]) -> None:
    """Raises ShapeError for an axis without elements, or of a size that is no whole number."""
    for axis, size in sizes.items():
        if not isinstance(size, int | np.integer) or size < 1:
            raise ShapeError(f"axis {axis!r} of a pass must have at least 1 element, got {size!r}")


def require_window(window: int | None) -> None:
    """Raises ValueError for a window that is no whole number of steps from 1 on."""
    if window is not None and (isinstance(window, bool) or not isinstance(window, int | np.integer) or window < 1):
        raise ValueError(f"window must be at least 1 step, a whole number, got {window!r}")


def require_states(name: str, states: tuple[State, ...], count: int, expected: dict[str, int]) -> None:
    """Raises ShapeError for states of another number or shape."""
    if not isinstance(states, tuple) or len(states) != count:
        given = f"{len(states)}" if isinstance(states, tuple) else type(states).__name__
        raise ShapeError(f"{name} must be a tuple of {count} states, got {given}")
    for state in states:
        require_shape(f"{name} state", state, expected)


def require_shape(name: str, array: np.ndarray, expected: dict[str, int]) -> None:
    """Raises ShapeError, by the name of the axis, for what is no array of real numbers of this shape."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise ShapeError(
            f"{name} must be a NumPy array of real numbers, got {getattr(array, 'dtype', type(array).__name__)}"
        )
    if array.ndim != len(expected):
        raise ShapeError(f"{name} must have axes {', '.join(expected)}, got {array.ndim} axes")
    for (axis, wanted), given in zip(expected.items(), array.shape, strict=True):
        if given != wanted:
            raise ShapeError(f"axis {axis!r} of the {name} must have size {wanted}, got {given}")


def require_compilable(cell: Cell) -> None:
    """Raises EquationError for what is no cell, or a cell that mixes units."""
    if not isinstance(cell, Cell):
        raise EquationError(f"a cell must be an instance of a class made from Cell, got {cell!r}")
    if cell.mixes_units:
        raise EquationError(f"cell {type(cell).__name__!r} mixes units, so it runs by `make_passes`, not compiled")


class Passes:
    """The compiled passes of a cell: `load` sequences, then go `forward` and `backward` with one network's weight.

    One thread at a time may use it. Entries of a weight that the layout does not train count as 0. `every_step` says
    that outputs are read after every step, not after the last alone. Raises ShapeError for an axis without elements,
    ValueError for a precision that is neither float32 nor float64, EquationError for a cell that cannot be compiled.
    """

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
        segment: int | None = None,
    ):
        require_compilable(cell)
        require_sizes({"time": steps, "hidden": hidden, "input": inputs, "batch": batch, "segment": segment or 1})
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be {' or '.join(PRECISIONS)}, got {precision!r}")
        self.cell, self.layout = cell, Layout(cell, hidden, inputs)
        self.steps, self.batch, self.precision, self.every_step = steps, batch, precision, every_step
        lanes = spread(batch, np.dtype(precision).itemsize)
        kernels = {width: kernels_of(cell, precision, width) for width in {group.width for group in lanes}}
        self.segment = segment or self._segment(lanes, kernels)
        self.segment = min(steps, whole_chunks(self.segment))
        self.weights = PackedWeight(self.layout, precision)
        self.is_loaded = self.is_run = False
        self.groups = [self._group(kernels[group.width], group) for group in lanes]

    def _segment(self, lanes: tuple[Lanes, ...], kernels: dict[int, Kernels]) -> int:
        """Steps that the tape of all groups has room for."""
        states, itemsize = len(self.cell.state), np.dtype(self.precision).itemsize
        per_step = sum(numbers_per_step(self.layout, kernels[group.width], group.width, states) for group in lanes)
        return segment_length(self.steps, per_step * itemsize, self.batch * self.layout.hidden * states * itemsize)

    def _group(self, kernels: Kernels, lanes: Lanes) -> Group:
        sizes = {"states": len(self.cell.state), "steps": self.steps, "segment": self.segment}
        tape = Tape(kernels, self.weights, lanes, every_step=self.every_step, **sizes)
        return Group(kernels, self.weights, lanes, tape, steps=self.steps, every_step=self.every_step)

    def load(self, inputs: Inputs) -> None:
        """The sequences that the next passes run over; raises ShapeError where they do not fit."""
        expected = {"time": self.steps, "feature": self.layout.inputs, "batch": self.batch}
        require_shape("inputs", inputs, expected)
        self.is_loaded, self.is_run = True, False
        for group in self.groups:
            group.load(inputs)

    def forward(self, weight: Weight, start: tuple[State, ...] | None = None) -> State:
        """Runs a network over the sequences, from these states or from zero; returns the last hidden state."""
        rows, columns = self.layout.shape
        require_shape("weight", weight, {"row": rows, "column": columns})
        if not self.is_loaded:
            raise ValueError("sequences must be loaded before a forward pass")
        if start is not None:
            of_state = {"feature": self.layout.hidden, "batch": self.batch}
            require_states("start", start, len(self.cell.state), of_state)
        self.is_run = True
        self.weights.set(weight)
        self.groups[0].kernels.pack(self.groups[0].address)
        for group in self.groups:
            group.forward(start)
        last = [group.hidden[-1, :, : group.lanes.used] for group in self.groups]
        return last[0].copy() if len(last) == 1 else np.concatenate(last, axis=-1)

    def backward(
        self,
        gradient: State | States | None = None,
        *,
        further: tuple[State, ...] = (),
        window: int | None = None,
        shares: bool = False,
        hook: Hook | None = None,
    ) -> Gradients:
        """Backpropagation through time: from dL/dh, L being a batch mean, to the gradients of weight and states.

        `gradient` is dL/dh of the last step, or of every step; None: it already stands in the groups' `by_hidden`.
        `further` are the gradients of the last further states. Backpropagation is cut every `window` steps, counted
        back from the last; None: nowhere. `hook` may add to the gradient of the recurrent columns. Norms are roots of
        sums of squares, so in float32 those below 1e-19 come out as 0. Raises ValueError for a window below 1,
        ShapeError where `gradient` does not fit.
        """
        require_window(window)
        if not self.is_run:
            raise ValueError("a backward pass must follow a forward pass over the same sequences")
        expected = {"feature": self.layout.hidden, "batch": self.batch}
        if further:
            require_states("further", further, len(self.cell.state) - 1, expected)
        if gradient is not None:
            axes = {"time": self.steps} if self.every_step else {}
            require_shape("output's gradient", gradient, axes | expected)
        for group in self.groups:
            group.begin_back(gradient, further, window)
        self.weights.clear()
        if shares:
            return Gradients(*self._back_step_by_step())
        for group in self.groups:
            for first, last in group.stretches_back():
                group.backward(first, last, hook, self.batch)
        return Gradients(self.weights.gradient(), self._state_norms(), None)

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

    def _back_step_by_step(self) -> tuple[Weight, Float[np.ndarray, "state time"], PerStep]:
        """Goes back over single steps of all groups, and takes the norm of what each adds to the gradient."""
        norms = np.zeros(self.steps, self.precision)
        total = np.zeros(self.layout.shape, self.precision)
        for first, last in self.groups[0].stretches_back():
            for step in reversed(range(first, last)):
                self.weights.clear()
                for group in self.groups:
                    group.backward(step, step + 1, None, self.batch)
                share = self.weights.gradient()
                norms[step] = np.sqrt(np.square(share).sum())
                total += share
        return total, self._state_norms(), norms

    def _state_norms(self) -> Float[np.ndarray, "state time"]:
        """Sums over sequences; not means, since each gradient is that of the batch mean, not that of one loss."""
        first, *others = self.groups
        total = first.tape.norms.T.copy()
        for group in others:
            total += group.tape.norms.T
        return total
