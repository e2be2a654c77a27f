"""One group of sequences on the tape: its states, what steps save for their adjoints, and the adjoints."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.kernels_of import Kernels
from gradient_horizon.engine.lanes import Lanes, aligned
from gradient_horizon.engine.packed_weight import PackedWeight
from gradient_horizon.engine.tape import Tape

State = Float[np.ndarray, "feature batch"]


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
        self.addresses = tape.squares.ctypes.data, tape.by_hidden.ctypes.data
        self.kept: tuple[np.ndarray, ...] = ()
        self.resident = 0
        self.window: int | None = None

    def load(self, inputs: Float[np.ndarray, "time feature batch"]) -> None:
        """Takes over its sequences of a batch."""
        self.tape.inputs[..., : self.lanes.used] = inputs[..., self.lanes.sequences]

    def forward(self, start: tuple[State, ...] | None) -> None:
        """Runs over all segments, and stores the states between them."""
        self.tape.borders[0] = 0
        for place, state in enumerate(start or ()):
            self.tape.borders[0, place, :, : self.lanes.used] = state[:, self.lanes.sequences]
        for index in range(len(self.tape.borders) - 1):
            self._run(index)

    def begin_back(self, gradient: np.ndarray | None, further: tuple[State, ...], window: int | None) -> None:
        """Sets the adjoints of the last states, and of the outputs."""
        used, sequences = self.lanes.used, self.lanes.sequences
        self.window = window
        if gradient is not None:
            self.by_hidden[..., :used] = gradient[..., sequences]
        self.tape.by_h[:] = 0 if self.every_step else self.by_hidden[0]
        self.tape.by_further[:] = 0
        for place, state in enumerate(further):
            self.tape.by_further[place, :, :used] = state[:, sequences]
        self.tape.squares[:] = 0

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
        if index != self.resident:
            self._run(index)
        before = index * self.segment
        squares, by_outputs = self.addresses
        self.arguments.set(
            first=offset,
            last=last - before,
            squares=squares + before * self.tape.squares.strides[0],
            by_outputs=by_outputs + before * self.by_hidden.strides[0] if self.every_step else 0,
        )
        if hook is None:
            self.kernels.backward(self.address)
        else:
            self._backward_with(hook, offset, last - before, self.tape.squares[before:], batch)

    def _backward_with(self, hook: Hook, first: int, last: int, squares: np.ndarray, batch: int) -> None:
        """Keeps the adjoints of every step, and adds to the gradient what the hook makes of them."""
        weights, width = self.weights, self.lanes.width
        if not self.kept:
            shapes = ((self.segment, weights.rows_h, width), (self.segment, weights.layout.hidden, width))
            self.kept = tuple(aligned(shape, weights.precision, spare=width * width) for shape in shapes)
        pre, before = self.kept
        self.arguments.set(kept_by_gates=pre, kept_by_h=before)
        self.kernels.backward(self.address)
        stretch = slice(first, last)
        pre[stretch] = hook(Adjoints(pre[stretch], before[stretch], np.sqrt(squares[stretch, 0]), batch))
        self.kernels.add_products(self.address)
        self.arguments.set(kept_by_gates=0, kept_by_h=0)

    def start_gradient(self) -> tuple[State, ...]:
        """The adjoints of the states before the step that the last backward pass came to."""
        used = self.lanes.used
        return (self.tape.by_h[:, :used].copy(), *(state[:, :used].copy() for state in self.tape.by_further))

    def states(self) -> tuple[np.ndarray, ...]:
        """h and the further states at every instant [instant unit sequence]."""
        used, units = self.lanes.used, self.weights.layout.hidden
        return (
            self.tape.state[:, :units, :used],
            *(self.tape.further[:, n, :, :used] for n in range(self.tape.further.shape[1])),
        )

    def gate(self, role: str) -> np.ndarray:
        """A gate's values at every step [time unit sequence]."""
        return self.tape.saved[:, self.kernels.gates[role], :, : self.lanes.used]

    def _run(self, index: int) -> None:
        """Goes forward over a segment, from the states stored before it to those after it."""
        units, first = self.weights.layout.hidden, index * self.segment
        last = min(first + self.segment, self.steps)
        self.tape.state[0, :units], self.tape.further[0] = self.tape.borders[index, 0], self.tape.borders[index, 1:]
        steps = last - first
        if self.segment < self.steps:
            self.tape.state[:steps, units:-1] = self.tape.inputs[first:last]
        self.arguments.set(first=0, last=steps)
        self.kernels.forward(self.address)
        self.resident = index
        self.tape.borders[index + 1, 0], self.tape.borders[index + 1, 1:] = (
            self.tape.state[steps, :units],
            self.tape.further[steps],
        )
        if self.segment < self.steps:
            if self.every_step:
                self.hidden[first:last] = self.tape.state[1 : steps + 1, :units]
            elif last == self.steps:
                self.hidden[0] = self.tape.state[steps, :units]
