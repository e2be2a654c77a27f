"""One group of sequences on the tape: its states, what steps save for their adjoints, and the adjoints."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.arguments import PASS, Arguments
from gradient_horizon.engine.kernels_of import Kernels
from gradient_horizon.engine.lanes import Lanes, aligned
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.packed_weight import PackedWeight

CHUNK = 4
"""Steps whose outer products join the weight's gradient at once."""

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


def numbers_per_step(layout: Layout, kernels: Kernels, width: int, states: int) -> int:
    """Numbers that a tape keeps of a step: states, what is saved for the adjoint, and what normalisation keeps."""
    rows, _ = layout.shape
    normal = rows + len(layout.blocks) if layout.normalised else 0
    return width * (layout.hidden * (states + kernels.saved) + layout.inputs + 1 + normal)


class Group:
    """Buffers of a group of sequences for whole sequences, and a tape that is as long as a segment.

    `hidden` is a view of the states that are read out, after every step or the last, and `by_hidden` holds dL/dh there
    [output unit lane]. `squares` are squared norms of the adjoints of the states after each step [time state lane].
    """

    def __init__(
        self,
        kernels: Kernels,
        weights: PackedWeight,
        lanes: Lanes,
        *,
        states: int,
        steps: int,
        segment: int,
        every_step: bool,
    ):
        self.kernels, self.weights, self.lanes, self.steps, self.segment = kernels, weights, lanes, steps, segment
        self.every_step = every_step
        layout, precision = weights.layout, weights.precision
        width, units, columns = lanes.width, layout.hidden, weights.columns
        rows, blocks = layout.shape[0], len(layout.blocks) if layout.normalised else 0

        def buffer(*shape: int, spare: int = 0) -> np.ndarray:
            return aligned((*shape, width), precision, spare=spare)

        self.state = buffer(segment + 1, columns, spare=width * width)
        self.state[:, units + layout.inputs] = 1
        self.further = buffer(segment + 1, states - 1, units)
        self.saved = buffer(segment, kernels.saved, units)
        self.normal, self.scale = buffer(segment, rows if blocks else 0), buffer(segment, blocks)
        self.squares = buffer(steps, states)
        self.by_h, self.by_further = buffer(units), buffer(states - 1, units)
        outputs = steps if every_step else 1
        self.by_hidden = buffer(outputs, units)
        self.borders = buffer(-(-steps // segment) + 1, states, units)
        self.inputs = buffer(steps, layout.inputs) if segment < steps else self.state[:-1, units:-1]
        if segment < steps:
            self.hidden = buffer(outputs, units)
        else:
            self.hidden = self.state[1:, :units] if every_step else self.state[-1:, :units]
        self.kept: tuple[np.ndarray, ...] = ()
        self.size = buffer()
        self.size[:] = units
        self.scratch = (
            buffer(rows),
            buffer(CHUNK, rows),
            aligned((CHUNK, width, weights.stride), precision, spare=width),
        )
        self.arguments = Arguments(PASS)
        self.address = self.arguments.address
        gates, by_gates, transposed = self.scratch
        self.arguments.set(
            hidden=units,
            columns=columns,
            stride=weights.stride,
            rows_h=weights.rows_h,
            rows_x=rows - weights.rows_h,
            row_step=layout.shape[1],
            used=lanes.used,
            chunk=CHUNK,
            weight=weights.weight,
            packed_h=weights.packed_h,
            packed_x=weights.packed_x,
            packed_back=weights.packed_back,
            state=self.state,
            further=self.further,
            saved=self.saved,
            gates=gates,
            by_gates=by_gates,
            transposed=transposed,
            by_h=self.by_h,
            by_further=self.by_further,
            by_weight=weights.by_weight,
            gain=weights.gain,
            bias=weights.bias,
            normal=self.normal,
            scale=self.scale,
            size=self.size,
            by_gain=weights.by_gain,
            by_bias=weights.by_bias,
        )
        self.addresses = self.squares.ctypes.data, self.by_hidden.ctypes.data
        self.resident = 0
        self.window: int | None = None

    def load(self, inputs: Float[np.ndarray, "time feature batch"]) -> None:
        """Takes over its sequences of a batch."""
        self.inputs[..., : self.lanes.used] = inputs[..., self.lanes.sequences]

    def forward(self, start: tuple[State, ...] | None) -> None:
        """Runs over all segments, and stores the states between them."""
        self.borders[0] = 0
        for place, state in enumerate(start or ()):
            self.borders[0, place, :, : self.lanes.used] = state[:, self.lanes.sequences]
        for index in range(len(self.borders) - 1):
            self._run(index)

    def begin_back(self, gradient: np.ndarray | None, further: tuple[State, ...], window: int | None) -> None:
        """Sets the adjoints of the last states, and of the outputs."""
        used, sequences = self.lanes.used, self.lanes.sequences
        self.window = window
        if gradient is not None:
            self.by_hidden[..., :used] = gradient[..., sequences]
        self.by_h[:] = 0 if self.every_step else self.by_hidden[0]
        self.by_further[:] = 0
        for place, state in enumerate(further):
            self.by_further[place, :, :used] = state[:, sequences]
        self.squares[:] = 0

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
            self.by_h[:] = 0
            self.by_further[:] = 0
        index, offset = divmod(first, self.segment)
        if index != self.resident:
            self._run(index)
        before = index * self.segment
        squares, by_outputs = self.addresses
        self.arguments.set(
            first=offset,
            last=last - before,
            squares=squares + before * self.squares.strides[0],
            by_outputs=by_outputs + before * self.by_hidden.strides[0] if self.every_step else 0,
        )
        if hook is None:
            self.kernels.backward(self.address)
        else:
            self._backward_with(hook, offset, last - before, self.squares[before:], batch)

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
        return (self.by_h[:, :used].copy(), *(state[:, :used].copy() for state in self.by_further))

    def states(self) -> tuple[np.ndarray, ...]:
        """h and the further states at every instant [instant unit sequence]."""
        used, units = self.lanes.used, self.weights.layout.hidden
        return (self.state[:, :units, :used], *(self.further[:, n, :, :used] for n in range(self.further.shape[1])))

    def gate(self, role: str) -> np.ndarray:
        """A gate's values at every step [time unit sequence]."""
        return self.saved[:, self.kernels.gates[role], :, : self.lanes.used]

    def _run(self, index: int) -> None:
        """Goes forward over a segment, from the states stored before it to those after it."""
        units, first = self.weights.layout.hidden, index * self.segment
        last = min(first + self.segment, self.steps)
        self.state[0, :units], self.further[0] = self.borders[index, 0], self.borders[index, 1:]
        steps = last - first
        if self.segment < self.steps:
            self.state[:steps, units:-1] = self.inputs[first:last]
        self.arguments.set(first=0, last=steps)
        self.kernels.forward(self.address)
        self.resident = index
        self.borders[index + 1, 0], self.borders[index + 1, 1:] = self.state[steps, :units], self.further[steps]
        if self.segment < self.steps:
            if self.every_step:
                self.hidden[first:last] = self.state[1 : steps + 1, :units]
            elif last == self.steps:
                self.hidden[0] = self.state[steps, :units]
