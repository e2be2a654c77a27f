"""Initial weights of one network, in float64, so that every precision starts from the same numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.base import Change
from gradient_horizon.seeding import generator


class InitialWeights(NamedTuple):
    """The recurrent weight, applied to [h; x; 1] or [states; x; 1], and the read-out, applied to [h; 1]."""

    recurrent: Float[np.ndarray, "row column"]
    readout: Float[np.ndarray, "output hidden_and_bias"]


def initial_weights(
    layout: Layout, outputs: int, changes: Sequence[Change], *, length: int, seed: int
) -> InitialWeights:
    """PyTorch's default initialisation, U(-1/sqrt(H), 1/sqrt(H)) for all entries, then the changes in turn.

    PyTorch's recurrent layers have two bias vectors, of which only the sum matters; ours is drawn as that sum, except
    in blocks that see states only or x only. Raises ValueError if a change leaves a weight that is not finite.
    """
    bound = 1 / math.sqrt(layout.hidden)
    draw = generator(seed, "initial weights")
    weight = draw.uniform(-bound, bound, layout.shape)
    second = draw.uniform(-bound, bound, len(weight))
    if layout.free is None:
        weight[:, -1] += second
    else:
        both = np.repeat([block.sees_h and block.sees_x for block in layout.blocks], layout.hidden)
        weight[:, -1] += np.where(both, second, 0)
        weight *= layout.free
    for parameter in layout.parameters_of_units:
        values = generator(seed, "parameter", parameter.name).uniform(parameter.low, parameter.high, layout.hidden)
        weight[layout.rows(parameter.name), layout.recurrent_columns + layout.inputs] = values
    readout = draw.uniform(-bound, bound, (outputs, layout.hidden + 1))
    for index, change in enumerate(changes):
        change.initialise(weight, layout, length, generator=generator(seed, "change", index))
        if not np.isfinite(weight).all():
            row, column = np.argwhere(~np.isfinite(weight))[0]
            raise ValueError(
                f"initial weights must be finite, got {weight[row, column]} at row {row}, column {column} "
                f"after {type(change).__name__}"
            )
    return InitialWeights(weight, readout)
