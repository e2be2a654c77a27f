"""One group of sequences on the tape: its states, what steps save for their adjoints, and the adjoints."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.arguments import PASS
from gradient_horizon.engine.kernels_of import Kernels
from gradient_horizon.engine.lanes import Lanes, aligned
from gradient_horizon.engine.packed_weight import PackedWeight
from gradient_horizon.engine.tape import Tape

State = Float[np.ndarray, "feature batch"]

FIRST, LAST, SQUARES, NORMS, BY_OUTPUTS = map(PASS.index, ("first", "last", "squares", "norms", "by_outputs"))
"""Places of the arguments that differ from call to call."""


class Adjoints(NamedTuple):
    """What a backward pass computed at some steps, for a remedy's own addition to the weight's gradient.

    `pre[t]` is the adjoint of the pre-activations that see h, `after[t]` the norm of that of the state after step t,
    and `before[t]` the adjoint of the state before it; of the loss's mean over `batch` sequences.
    """

    pre: Float[np.ndarray, "step row lane"]
    before: Float[np.ndarray, "step unit lane"]
    after: Float[np.ndarray, "step lane"]
    batch: int


Hook = Callable[[Adjoints], Float[np.ndarray, "step row lane"]]
"""Returns the vectors whose products with `before`, over all steps and sequences, join the recurrent gradient."""


class Group:
    """A group of sequences side by side: `hidden` and `by_hidden` are what is read out, and its adjoints."""

    def __init__(
        self, kernels: Kernels, weights: PackedWeight, lanes: Lanes, tape: Tape, *, steps: int, every_step: bool
    ):
        self.kernels, self.weights, self.lanes, self.tape = kernels, weights, lanes, tape
        self.steps, self.segment, self.every_step = steps, len(tape.state) - 1, every_step
        self.hidden, self.by_hidden = tape.hidden, tape.by_hidden
        self.arguments = tape.arguments(weights, lanes.used)
        self.address = self.arguments.address
        self.addresses = tape.squares.ctypes.data, tape.norms.ctypes.data, tape.by_hidden.ctypes.data
        self.is_whole = self.segment == steps
        self.start = tape.start if self.is_whole else tape.borders[0]
        self.is_started = False
        self.kept: tuple[np.ndarray, ...] = ()
        self.resident = 0
        self.window: int | None = None

    def load(self, inputs: Float[np.ndarray, "time feature batch"]) -> None:
        """Takes over its sequences of a batch."""
        self.tape.inputs[..., : self.lanes.used] = inputs[..., self.lanes.sequences]

    def forward(self, start: tuple[State, ...] | None) -> None:
        """Runs over the sequences from these states, or from zero; of segments, stores the states between them."""
        if self.is_started:
            for state in self.start:
                state[:] = 0
        for into, state in zip(self.start, start or (), strict=False):
            into[:, : self.lanes.used] = state[:, self.lanes.sequences]
        self.is_started = start is not None
        if self.is_whole:
            self._forward(self.steps)
        else:
            for index in range(len(self.tape.borders) - 1):
                self._run(index)

    def _forward(self, steps: int) -> None:
        self.arguments.values[FIRST], self.arguments.values[LAST] = 0, steps
        self.kernels.forward(self.address)

    def begin_back(self, gradient: np.ndarray | None, further: tuple[State, ...], window: int | None) -> None:
        """Sets the adjoints of the last states, and of the outputs."""
        tape, used, sequences = self.tape, self.lanes.used, self.lanes.sequences
        if gradient is not None:
            self.by_hidden[..., :used] = gradient[..., sequences]
        tape.by_h[:] = 0 if self.every_step else self.by_hidden[0]
        tape.by_further.fill(0)
        for place, state in enumerate(further):
            tape.by_further[place, :, :used] = state[:, sequences]
        self.window = window
        if window is not None:
            tape.norms.fill(0)
            tape.squares.fill(0)

    def stretches_back(self) -> Iterator[tuple[int, int]]:
        """The first step, and the step after the last, of stretches without a cut, in one segment, the last first."""
        window = self.window or self.steps
        reach = self.steps if self.every_step else min(window, self.steps)
        last = self.steps
        while last > self.steps - reach:
            to_cut = last - 1 - (last - 1) % self.segment
            cut = self.steps - (self.steps - last) // window * window - window
            first = max(to_cut, cut, self.steps - reach)
            yield first, last
            last = first

    def backward(self, first: int, last: int, hook: Hook | None, batch: int) -> None:
        """Goes back over these steps, which lie in one segment and have no cut between them."""
        lag = self.steps - last
        if self.window is not None and lag > 0 and lag % self.window == 0:
            self.tape.by_h[:] = 0
            self.tape.by_further[:] = 0
        index, offset = divmod(first, self.segment)
        if index != self.resident and not self.is_whole:
            self._run(index)
        before = index * self.segment
        values, (squares, norms, by_outputs) = self.arguments.values, self.addresses
        values[FIRST], values[LAST] = offset, last - before
        values[SQUARES] = squares + before * self.tape.squares.strides[0]
        values[NORMS] = norms + before * self.tape.norms.strides[0]
        values[BY_OUTPUTS] = by_outputs + before * self.by_hidden.strides[0] if self.every_step else 0
        if hook is None:
            self.kernels.backward(self.address)
        else:
            self._backward_with(hook, slice(offset, last - before), self.tape.squares[before:], batch)

    def _backward_with(self, hook: Hook, stretch: slice, squares: np.ndarray, batch: int) -> None:
        """Keeps the adjoints of every step, and adds to the gradient what the hook makes of them."""
        weights, width = self.weights, self.lanes.width
        if not self.kept:
            shapes = ((self.segment, weights.rows_h, width), (self.segment, weights.layout.hidden, width))
            self.kept = tuple(aligned(shape, weights.precision, spare=width * width) for shape in shapes)
        pre, before = self.kept
        self.arguments.set(kept_by_gates=pre, kept_by_h=before)
        self.kernels.backward(self.address)
        pre[stretch] = hook(Adjoints(pre[stretch], before[stretch], np.sqrt(squares[stretch, 0]), batch))
        self.kernels.add_products(self.address)
        self.arguments.set(kept_by_gates=0, kept_by_h=0)

    def start_gradient(self) -> tuple[State, ...]:
        """The adjoints of the states before the step that the last backward pass came to."""
        used = self.lanes.used
        return (self.tape.by_h[:, :used].copy(), *(state[:, :used].copy() for state in self.tape.by_further))

    def states(self) -> tuple[np.ndarray, ...]:
        """h and the further states at every instant [instant unit sequence]."""
        return tuple(state[..., : self.lanes.used] for state in self.tape.states)

    def gate(self, role: str) -> np.ndarray:
        """A gate's values at every step [time unit sequence]."""
        return self.tape.saved[:, self.kernels.gates[role], :, : self.lanes.used]

    def _run(self, index: int) -> None:
        """Goes forward over a segment, from the states stored before it to those after it."""
        tape, first = self.tape, index * self.segment
        last = min(first + self.segment, self.steps)
        steps = last - first
        for into, state in zip(tape.start, tape.borders[index], strict=True):
            into[:] = state
        tape.state[:steps, self.weights.layout.recurrent_columns : -1] = tape.inputs[first:last]
        self._forward(steps)
        self.resident = index
        for border, state in zip(tape.borders[index + 1], tape.states, strict=True):
            border[:] = state[steps]
        h = tape.states[0]
        if self.every_step:
            self.hidden[first:last] = h[1 : steps + 1]
        elif last == self.steps:
            self.hidden[0] = h[steps]
