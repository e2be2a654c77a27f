"""The terms, one of each sequence, of what a step contributes to the weight's gradient: how far apart they are."""

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.group import Group

PerStep = Float[np.ndarray, " time"]


class ShareTerms:
    """Squared norms of the terms of a group's sequences; a term is the product of two vectors, so are its norms.

    Not for layer-normalised cells, in which a step's gains have terms of another form.
    """

    def __init__(self, group: Group):
        self.group, self.layout = group, group.weights.layout
        shape = (group.steps, len(self.layout.blocks), group.lanes.width)
        self.by_blocks = np.zeros(shape, group.weights.precision)

    def note(self, step: int) -> None:
        """Takes the adjoints of the pre-activations after a backward pass over this step alone."""
        adjoints = self.group.tape.by_gates[0].reshape(len(self.layout.blocks), self.layout.hidden, -1)
        np.einsum("bul,bul->bl", adjoints, adjoints, out=self.by_blocks[step])

    def sums_of_squares(self, first: int, last: int) -> PerStep:
        """Sums over sequences at these noted steps, whose segment stands on the tape."""
        layout, offset, used = self.layout, first % self.group.segment, self.group.lanes.used
        before = self.group.tape.state[offset : offset + last - first, :, :used]
        parts = [before[:, layout.columns(state)] for state in range(layout.states)]
        parts.append(before[:, layout.recurrent_columns : -1])
        *states, x = (np.einsum("tcl,tcl->tl", part, part) for part in parts)
        total = np.zeros(last - first, before.dtype)
        for block, squares in zip(layout.blocks, self.by_blocks[first:last, :, :used].swapaxes(0, 1), strict=True):
            seen = sum(states[: block.matrices(layout.states)])
            total += (squares * (1 + seen + block.sees_x * x)).sum(1)
        return total


def spread_of_terms(
    squares: Float[np.ndarray, "*axes"], norms: Float[np.ndarray, "*axes"], batch: int
) -> Float[np.ndarray, "*axes"]:
    """The root of the mean squared distance of terms from their mean, if each counts `batch` times.

    `squares` are sums of the squared norms of the terms, `norms` the norms of their sums.
    """
    spread: np.ndarray = np.sqrt(np.maximum(batch * squares - np.square(norms), 0))
    return spread
