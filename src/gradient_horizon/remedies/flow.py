"""A regulariser against vanishing and exploding gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.group import Adjoints, Hook


class ConstantFlow(Change):
    """Adds `coefficient` times Omega = sum over t of (|dL/dh_t| / |dL/dh_{t+1}| - 1)^2 to the loss, batch mean.

    As in Pascanu, Mikolov & Bengio (2013, eq. 9 and 10), Omega is differentiated with respect to the recurrent matrix
    only, with states and dL/dh_{t+1} taken as constant. For cells with one block.
    """

    kind = "regulariser"
    coefficient: float = Field(gt=0, description="Weight of the regulariser beside the loss.")

    def unmet_need(self, cell: Cell) -> str | None:
        """One block, with a recurrent matrix, and one state."""
        fits = len(cell.rows) == 1 and cell.rows[0].sees_h and len(cell.state) == 1 and not cell.mixes_units
        return None if fits else "one recurrent block and no other"

    def backward_hook(self) -> Hook:
        """The gradient of the regulariser, step by step.

        In the part W^T pre of dL/dh_t, which for most cells is all of it, pre is taken as constant, so that the
        derivative of |dL/dh_t| with respect to W is pre times dL/dh_t over its norm.
        """

        def penalise(adjoints: Adjoints) -> Float[np.ndarray, "step row lane"]:
            with np.errstate(all="ignore"):
                before = np.sqrt(np.square(adjoints.before).sum(axis=1))
                slope = 2 * (before / adjoints.after - 1) / (adjoints.after * before)
            slope = np.where(np.isfinite(slope), slope, slope.dtype.type(0)) * (self.coefficient / adjoints.batch)
            addition: Float[np.ndarray, "step row lane"] = adjoints.pre * slope[:, None]
            return addition

        return penalise
