"""Glorot's uniform initial weights, matrix by matrix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradient_horizon.remedies.initialisation import RecurrentWeights

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class GlorotStart(RecurrentWeights):
    """Every recurrent and input matrix is uniform within sqrt(6 / (columns + units)); biases are 0.

    Columns are those of the one matrix: the units for a recurrent one, so that its variance is 1 / units, the inputs
    for an input matrix (Glorot & Bengio 2010, eq. 16, for each block by itself; `keras-start` takes all blocks
    together). It is the start of tanh networks and LSTMs in the code of Arjovsky, Shah & Bengio (2016; complex_RNN,
    models.py), but for the read-out, which is left as it is, for the first state, which they train, and for the forget
    gate of their LSTM, whose bias is 1: biases of gates are 0 here, and a `forget-bias` stands after this change.
    """

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces recurrent and input weights and biases."""
        hidden, inputs, first = layout.hidden, layout.inputs, layout.recurrent_columns
        of_h, of_x = (math.sqrt(6 / (columns + hidden)) for columns in (hidden, inputs))
        for matrix in layout.recurrent_blocks(weight):
            matrix[:] = generator.uniform(-of_h, of_h, matrix.shape)
        for block in layout.blocks:
            rows = weight[layout.rows(block.name)]
            if block.sees_x:
                rows[:, first : first + inputs] = generator.uniform(-of_x, of_x, (hidden, inputs))
            if block.sees != "nothing":
                rows[:, -1] = 0
