"""The initial weights of Keras's recurrent layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradient_horizon.remedies.initialisation import RecurrentWeights

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class KerasStart(RecurrentWeights):
    """Recurrent weights as Keras starts SimpleRNN, LSTM and GRU (Chollet et al. 2015: the defaults of Keras 2 and 3).

    The recurrent matrices of all blocks, on top of each other, are one random matrix with orthonormal columns, uniform
    in Haar's measure: with one block it is orthogonal, with several each block alone is not. In cells whose blocks see
    all states, each state has such a matrix. Input weights are uniform within sqrt(6 / (inputs + rows)), rows being
    those of all blocks that see the input (Glorot & Bengio 2010, eq. 16). Biases are 0, but 1 for the forget gate of an
    LSTM: a gate that keeps beside others that write or show, which the update gate of a GRU is not. The read-out is
    left as it is.
    """

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces recurrent matrices, input weights and biases."""
        from gradient_horizon.engine.numerics import orthogonal  # here: checking config.yaml needs no compiled code

        hidden, inputs, first = layout.hidden, layout.inputs, layout.recurrent_columns
        seeing_h = np.repeat([block.sees_h for block in layout.blocks], hidden)
        seeing_x = np.repeat([block.sees_x for block in layout.blocks], hidden)
        for state in range(layout.states):
            seeing = np.repeat([block.matrices(layout.states) > state for block in layout.blocks], hidden)
            weight[seeing, layout.columns(state)] = orthogonal(generator.standard_normal((seeing.sum(), hidden)))
        bound = math.sqrt(6 / (inputs + seeing_x.sum()))
        weight[seeing_x, first : first + inputs] = generator.uniform(-bound, bound, (seeing_x.sum(), inputs))
        weight[seeing_h | seeing_x, -1] = 0
        keep, write, show = (layout.gate_rows(role) for role in ("keep", "write", "show"))
        if keep is not None and (write is not None or show is not None):
            weight[keep, -1] = 1
