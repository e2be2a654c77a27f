"""The buffers of a group of sequences: states, what steps save for their adjoints, and the adjoints."""

import numpy as np

from gradient_horizon.engine.arguments import PASS, Arguments
from gradient_horizon.engine.kernels_of import Kernels
from gradient_horizon.engine.lanes import Lanes, aligned
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.packed_weight import PackedWeight
from gradient_horizon.engine.segments import CHUNK


def numbers_per_step(layout: Layout, kernels: Kernels, width: int, states: int) -> int:
    """Numbers that a tape keeps of a step: states, what is saved for the adjoint, and what normalisation keeps."""
    rows, _ = layout.shape
    normal = rows + len(layout.blocks) if layout.normalised else 0
    return width * (layout.hidden * (states + kernels.saved) + layout.inputs + 1 + normal)


class Tape:
    """Buffers for `steps` steps, of which `segment` stand on the tape itself at once; the last axis is the lanes.

    `state` [instant column lane] holds [h; x; 1], or [states; x; 1], `further` [instant state unit lane] the states
    that are not there, `saved` [step value unit lane] what the adjoint needs. `states` are views of all, each [instant
    unit lane]. `start` are the states before the first step, `borders` those between segments. `hidden` [output unit
    lane] are the states that are read out, and `by_hidden` dL/dh there. `squares` [time state lane] are squared norms
    of the adjoints of the states after each step, `norms` [time state] sums of their roots over sequences; `by_h` and
    `by_further` the adjoints that a backward pass has come to.
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
        layout, precision = weights.layout, weights.precision
        width, units = lanes.width, layout.hidden
        rows, blocks = layout.shape[0], len(layout.blocks) if layout.normalised else 0

        def buffer(*shape: int, spare: int = 0) -> np.ndarray:
            return aligned((*shape, width), precision, spare=spare)

        outputs = steps if every_step else 1
        self.state = buffer(segment + 1, weights.columns, spare=width * width)
        seen, others = layout.recurrent_columns, states - layout.states
        self.state[:, seen + layout.inputs] = 1
        self.further = buffer(segment + 1, others, units)
        self.states = (
            *(self.state[:, layout.columns(place)] for place in range(layout.states)),
            *(self.further[:, place] for place in range(others)),
        )
        self.saved = buffer(segment, kernels.saved, units)
        self.normal, self.scale = buffer(segment, rows if blocks else 0), buffer(segment, blocks)
        self.start = tuple(state[0] for state in self.states)
        self.squares = buffer(steps, states)
        self.norms = aligned((steps, states), precision)
        self.by_h, self.by_further = buffer(units), buffer(states - 1, units)
        self.by_hidden = buffer(outputs, units)
        self.borders = buffer(-(-steps // segment) + 1, states, units)
        if segment < steps:
            self.inputs, self.hidden = buffer(steps, layout.inputs), buffer(outputs, units, spare=width * width)
        else:
            self.inputs = self.state[:-1, seen:-1]
            self.hidden = self.state[1:, :units] if every_step else self.state[-1:, :units]
        self.size = buffer()
        self.size[:] = units
        self.gates, self.by_gates = buffer(rows), buffer(CHUNK, rows)
        self.transposed = aligned((CHUNK, width, weights.stride), precision, spare=width)

    def arguments(self, weights: PackedWeight, used: int) -> Arguments:
        """The arguments of passes over these buffers with this weight, but for those that differ from call to call."""
        layout, rows = weights.layout, weights.layout.shape[0]
        arguments = Arguments(PASS)
        arguments.set(hidden=layout.hidden, columns=weights.columns, stride=weights.stride, row_step=layout.shape[1])
        arguments.set(rows_h=weights.rows_h, rows_x=rows - weights.rows_h, used=used, chunk=CHUNK)
        arguments.set(weight=weights.weight, packed_h=weights.packed_h, packed_x=weights.packed_x)
        arguments.set(packed_back=weights.packed_back, by_weight=weights.by_weight)
        arguments.set(gain=weights.gain, bias=weights.bias, by_gain=weights.by_gain, by_bias=weights.by_bias)
        arguments.set(state=self.state, further=self.further, saved=self.saved, gates=self.gates)
        arguments.set(by_h=self.by_h, by_further=self.by_further, by_gates=self.by_gates, transposed=self.transposed)
        arguments.set(normal=self.normal, scale=self.scale, size=self.size)
        return arguments
