"""The arrangement of a cell's parameters in its weight matrix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor


@dataclass(frozen=True)
class Layout:
    """Rows and columns of a cell's weight: rows [block 0; block 1; ...], columns [h; x; 1; own].

    The column of 1 is the bias. The `own` columns take no part in the product: they hold parameters that the cell
    applies to its pre-activations itself, the last of them being the bias then. `free` marks the entries that are
    trained, `None` all of them; the others are zero and stay zero. `forget_gate_block` is the block of the forget gate
    (LSTM) or update gate (GRU), `input_gate_block` that of the LSTM's input gate; None: there is no such gate.
    """

    hidden: int
    inputs: int
    blocks: int
    forget_gate_block: int | None = None
    input_gate_block: int | None = None
    free: Bool[np.ndarray, "row column"] | None = None
    own: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the weight."""
        return self.blocks * self.hidden, self.hidden + self.inputs + 1 + self.own

    @property
    def parameters(self) -> int:
        """Number of trained entries."""
        return int(np.prod(self.shape)) if self.free is None else int(self.free.sum())

    @property
    def product_weights(self) -> int:
        """Number of trained entries in the columns of h and x, so without biases."""
        columns = self.hidden + self.inputs
        return self.shape[0] * columns if self.free is None else int(self.free[:, :columns].sum())

    def mask(self, dtype: torch.dtype) -> Float[Tensor, "row column"] | None:
        """`free` as a factor for gradients: 1 for trained entries, 0 for others; None: all are trained."""
        return None if self.free is None else torch.from_numpy(self.free).to(dtype)

    def rows(self, block: int | None) -> slice:
        """The rows of a block; raises ValueError for None, a block that the cell does not have."""
        if block is None:
            raise ValueError("this cell must have the gate that the remedy changes; it has none")
        return slice(block * self.hidden, (block + 1) * self.hidden)

    def recurrent_rows(self) -> Iterator[slice]:
        """The rows of each block that has a recurrent matrix of its own."""
        for block in range(self.blocks):
            rows = self.rows(block)
            if self.free is None or self.free[rows, : self.hidden].all():
                yield rows

    def recurrent_blocks(self, weight: Float[np.ndarray, "row column"]) -> Iterator[Float[np.ndarray, "row row"]]:
        """Views of the recurrent matrices in a weight, block by block."""
        return (weight[rows, : self.hidden] for rows in self.recurrent_rows())

    def restricted(self, free: Bool[np.ndarray, "row column"]) -> "Layout":
        """This layout with these trained entries."""
        return replace(self, free=free)

    def with_own_columns(self, count: int) -> "Layout":
        """This layout with `count` columns of the cell's own, the last of them for the bias."""
        free = np.ones(self.shape, dtype=bool) if self.free is None else self.free
        product, bias = free[:, :-1], np.repeat(free[:, -1:], count, axis=1)
        without = np.zeros((len(free), 1), dtype=bool)
        return replace(self, free=np.concatenate([product, without, bias], axis=1), own=count)
