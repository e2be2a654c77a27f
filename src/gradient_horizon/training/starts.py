"""Initial weights of one network, in float64, so that every precision starts from the same numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.base import Change
from gradient_horizon.seeding import generator


class InitialWeights(NamedTuple):
    """The recurrent weight, applied to [h; x; 1], and the read-out, applied to [h; 1]."""

    recurrent: Float[np.ndarray, "row column"]
    readout: Float[np.ndarray, "output hidden_and_bias"]


def initial_weights(
    layout: Layout, outputs: int, changes: Sequence[Change], *, length: int, seed: int
) -> InitialWeights:
    """PyTorch's default initialisation, U(-1/sqrt(H), 1/sqrt(H)) for all entries, then the changes in turn.

    PyTorch's recurrent layers have two bias vectors, of which only the sum matters; ours is drawn as that sum, except
    in blocks that see h only or x only. Raises ValueError if a change leaves a weight that is not finite.
    """
    bound = layout.hidden**-0.5
    draw = generator(seed, "initial weights")
    weight = draw.uniform(-bound, bound, layout.shape)
    second = draw.uniform(-bound, bound, len(weight))
    if layout.free is None:
        weight[:, -1] += second
    else:
        h, x = np.split(layout.free[:, : layout.hidden + layout.inputs], [layout.hidden], axis=1)
        weight[:, -1] += np.where(h.all(axis=1) & x.all(axis=1), second, 0)
        weight *= layout.free
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
