"""The weight of the network that passes run with, as compiled code reads it, and its gradient."""

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.lanes import REGISTER_BYTES, aligned
from gradient_horizon.engine.layout import GAIN_AND_BIAS, Layout

Weight = Float[np.ndarray, "row column"]


class PackedWeight:
    """Buffers for one network's weight and gradient, shared by all groups of sequences."""

    def __init__(self, layout: Layout, precision: str):
        self.layout, self.precision = layout, precision
        self.recurrent = sum(block.sees_h for block in layout.blocks)
        hidden, seen, rows = layout.hidden, layout.recurrent_columns, layout.shape[0]
        self.columns = seen + layout.inputs + 1
        self.rows_h = self.recurrent * hidden
        self.stride = gradient_stride(seen, self.columns, REGISTER_BYTES // np.dtype(precision).itemsize)
        self.weight = aligned(layout.shape, precision)
        self.packed_h = aligned((self.rows_h, self.columns), precision)
        self.packed_x = aligned((rows - self.rows_h, self.columns - seen), precision)
        self.packed_back = aligned((self.rows_h, seen), precision)
        self.by_weight = aligned((rows, self.stride), precision, spare=self.stride)
        self.gain, self.bias, self.by_gain, self.by_bias = (aligned((rows,), precision) for _ in range(4))
        self.fixed = None if layout.free is None else ~layout.free

    def set(self, weight: Weight) -> None:
        """Takes over a weight, which is to be packed next; entries that are not trained count as 0."""
        np.copyto(self.weight, weight)
        if self.fixed is not None:
            self.weight[self.fixed] = 0
        if self.layout.normalised:
            self.gain[:], self.bias[:] = weight[:, -GAIN_AND_BIAS:].T

    def clear(self) -> None:
        """Sets the gradient to 0."""
        for values in (self.by_weight, self.by_gain, self.by_bias):
            values.fill(0)

    def gradient(self) -> Weight:
        """The gradient in the shape of the weight, 0 for entries that are not trained."""
        gradient = np.empty(self.layout.shape, self.precision)
        gradient[:, : self.columns] = self.by_weight[:, : self.columns]
        if self.layout.normalised:
            gradient[:, -2], gradient[:, -1] = self.by_gain, self.by_bias
        if self.fixed is not None:
            gradient[self.fixed] = 0
        return gradient


def gradient_stride(seen: int, columns: int, vector: int) -> int:
    """Numbers from row to row of the gradient: enough for the vectors that reach beyond its last column.

    Vectors lie along all columns, or along those after the first `seen`.
    """
    half = vector // 2

    def end(first: int) -> int:
        whole, rest = divmod(columns - first, vector)
        return first + whole * vector + (0 if rest == 0 else half if rest <= half else vector)

    transposed = -(-columns // vector) * vector
    return -(-max(end(0), end(seen), transposed) // half) * half
