"""What passes of both paths have in common: their sizes, the order of calls, and what they refuse."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.group import Hook
from gradient_horizon.engine.lanes import Lanes
from gradient_horizon.engine.layout import Layout
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
    otherwise, and L_b the loss of one sequence; 0 for steps beyond the window. If requested, `shares[t]` is the norm of
    the part of the weight's gradient that step t contributes, `share_spread[t]` the root of the mean squared distance
    of this part's terms, one of each L_b, from their mean (None for layer-normalised cells), and `full_state[t]` the
    batch mean of the norm of dL_b/ds_{t+1}, s being h and all further states together.
    """

    weight: Weight
    state: Float[np.ndarray, "state time"]
    shares: PerStep | None = None
    share_spread: PerStep | None = None
    full_state: PerStep | None = None

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


@runtime_checkable
class OutputGroup(Protocol):
    """A group of sequences with what is read out of them, and the adjoints of that [output unit lane]."""

    lanes: Lanes
    hidden: np.ndarray
    by_hidden: np.ndarray


class AnyPasses(ABC):
    """Passes over sequences of one size: `load` them, then go `forward` and `backward` with one network's weight.

    One thread at a time may use it. Entries of a weight that the layout does not train count as 0. `every_step` says
    that outputs are read after every step, not after the last alone. Raises ShapeError for an axis without elements,
    ValueError for a precision that is neither float32 nor float64, EquationError for what is no cell.
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
        if not isinstance(cell, Cell):
            raise EquationError(f"a cell must be an instance of a class made from Cell, got {cell!r}")
        require_sizes({"time": steps, "hidden": hidden, "input": inputs, "batch": batch, "segment": segment or 1})
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be {' or '.join(PRECISIONS)}, got {precision!r}")
        self.cell, self.layout = cell, Layout(cell, hidden, inputs)
        self.steps, self.batch, self.precision, self.every_step = steps, batch, precision, every_step
        self.segment = steps if segment is None else segment
        self.is_loaded = self.is_run = False

    def load(self, inputs: Inputs) -> None:
        """The sequences that the next passes run over; raises ShapeError where they do not fit."""
        expected = {"time": self.steps, "feature": self.layout.inputs, "batch": self.batch}
        require_shape("inputs", inputs, expected)
        self.is_loaded, self.is_run = True, False
        self._load(inputs)

    def forward(self, weight: Weight, start: tuple[State, ...] | None = None) -> State:
        """Runs a network over the sequences, from these states or from zero; returns the last hidden state.

        Raises ShapeError for a weight or states that do not fit, ValueError before sequences are loaded.
        """
        rows, columns = self.layout.shape
        require_shape("weight", weight, {"row": rows, "column": columns})
        if not self.is_loaded:
            raise ValueError("sequences must be loaded before a forward pass")
        if start is not None:
            require_states("start", start, len(self.cell.state), self._state)
        self.is_run = True
        return self._forward(weight, start)

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
        sums of squares, so in float32 those below 1e-19 come out as 0. Raises ValueError for a window below 1, or
        before a forward pass, ShapeError where `gradient` or `further` do not fit.
        """
        require_window(window)
        if not self.is_run:
            raise ValueError("a backward pass must follow a forward pass over the same sequences")
        if further:
            require_states("further", further, len(self.cell.state) - 1, self._state)
        if gradient is not None:
            axes = {"time": self.steps} if self.every_step else {}
            require_shape("output's gradient", gradient, axes | self._state)
        return self._backward(gradient, further, window, shares, hook)

    @property
    def _state(self) -> dict[str, int]:
        return {"feature": self.layout.hidden, "batch": self.batch}

    @property
    @abstractmethod
    def outputs(self) -> Sequence[OutputGroup]:
        """Where a read-out finds the states, and leaves their adjoints."""

    @abstractmethod
    def _load(self, inputs: Inputs) -> None:
        """As `load`, of sequences that fit."""

    @abstractmethod
    def _forward(self, weight: Weight, start: tuple[State, ...] | None) -> State:
        """As `forward`, of what fits."""

    @abstractmethod
    def _backward(
        self,
        gradient: State | States | None,
        further: tuple[State, ...],
        window: int | None,
        shares: bool,
        hook: Hook | None,
    ) -> Gradients:
        """As `backward`, of what fits."""

    @abstractmethod
    def start_gradient(self) -> tuple[State, ...]:
        """After a backward pass over all steps: the gradients of the states before the first."""

    @abstractmethod
    def states(self) -> tuple[States, ...]:
        """h and the further states before the first step and after each."""

    @abstractmethod
    def gate(self, role: Gate) -> Float[np.ndarray, "time feature batch"] | None:
        """The values of the gate with this role at every step; None: there is no such gate."""
