"""The arrangement of a cell's parameters in its weight matrix."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.errors import ShapeError

GAIN_AND_BIAS = 2
"""Columns of layer normalisation."""

EPSILON = 1e-5
"""What layer normalisation adds to the variance, as torch.nn.LayerNorm."""


class Layout:
    """Rows and columns of a cell's weight: rows [block 0; block 1; ...], columns [h; x; 1], or [h; x; 1; gain; bias].

    Where a block sees all states, all of them stand in place of h. The column of 1 is the bias, that of a normalised
    block is the last one. `blocks` are in the order of `Cell.rows`. `free` marks the entries that are trained, `None`
    all of them; the others are zero and stay zero.
    """

    def __init__(self, cell: Cell, hidden: int, inputs: int):
        """Raises ShapeError for an axis without elements."""
        for axis, size in (("hidden", hidden), ("input", inputs)):
            if size < 1:
                raise ShapeError(f"axis {axis!r} of a network must have at least 1 element, got {size}")
        self.hidden, self.inputs, self.states = hidden, inputs, cell.multiplied
        self.blocks, self.normalised, self.parameters_of_units = cell.rows, cell.normalised, cell.parameters

    @property
    def recurrent_columns(self) -> int:
        """Number of columns of h, or of all states: where the columns of x begin."""
        return self.states * self.hidden

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the weight."""
        columns = self.recurrent_columns + self.inputs + 1 + (GAIN_AND_BIAS if self.normalised else 0)
        return len(self.blocks) * self.hidden, columns

    @cached_property
    def free(self) -> Bool[np.ndarray, "row column"] | None:
        """The trained entries; None: all."""
        free, x = np.zeros(self.shape, dtype=bool), self.recurrent_columns
        for block in self.blocks:
            rows = free[self.rows(block.name)]
            rows[:, : block.matrices(self.states) * self.hidden] = True
            rows[:, x : x + self.inputs] = block.sees_x
            rows[:, x + self.inputs :] = True
            if self.normalised:
                is_parameter = block.sees == "nothing"
                rows[:, -GAIN_AND_BIAS - 1] = is_parameter
                rows[:, -GAIN_AND_BIAS:] = not is_parameter
        return None if free.all() else free

    @property
    def parameters(self) -> int:
        """Number of trained entries."""
        return int(np.prod(self.shape)) if self.free is None else int(self.free.sum())

    @property
    def product_weights(self) -> int:
        """Number of trained entries in the columns of states and x, so without biases."""
        columns = self.recurrent_columns + self.inputs
        return self.shape[0] * columns if self.free is None else int(self.free[:, :columns].sum())

    def rows(self, name: str) -> slice:
        """The rows of the block with this name; raises ValueError for a name that the cell does not have."""
        names = [block.name for block in self.blocks]
        if name not in names:
            raise ValueError(f"block must be one of {', '.join(names)}, got {name!r}")
        place = names.index(name)
        return slice(place * self.hidden, (place + 1) * self.hidden)

    def gate_rows(self, gate: Gate) -> slice | None:
        """The rows of the gate with this role; None: there is no such gate."""
        return next((self.rows(block.name) for block in self.blocks if block.gate == gate), None)

    def columns(self, state: int) -> slice:
        """The columns of this state, 0 being h."""
        return slice(state * self.hidden, (state + 1) * self.hidden)

    def recurrent_places(self) -> Iterator[tuple[slice, slice]]:
        """Rows and columns of each recurrent matrix: block by block, that of h first."""
        for block in self.blocks:
            for state in range(block.matrices(self.states)):
                yield self.rows(block.name), self.columns(state)

    def recurrent_blocks(self, weight: Float[np.ndarray, "row column"]) -> Iterator[Float[np.ndarray, "row row"]]:
        """Views of the recurrent matrices in a weight."""
        return (weight[place] for place in self.recurrent_places())
