"""Normal initial weights, dense or sparse, as they are or scaled to a spectral radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.initialisation import RADIUS_DIGITS, RecurrentWeights

if TYPE_CHECKING:
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class NormalStart(RecurrentWeights):
    """Recurrent and input weights are normal with mean 0 and this deviation; biases are 0.

    If `inputs_per_unit` is given, every unit keeps so many recurrent inputs in each recurrent matrix, drawn without
    replacement, and the others start at 0 (they are trained like all weights). If `radius` is given, every recurrent
    matrix is then scaled to this spectral radius; input weights keep their deviation.

    With the deviations 0.01 and 0.1, and with 0.01, 15 inputs and the radius 0.95, these are the starts that Pascanu,
    Mikolov & Bengio (2013) call sigmoid, basic tanh and smart tanh, but for two things. Their read-out has the same
    deviation; here it is left as it is. And their code (trainingRNNs, RNN.py) keeps 15 outgoing weights of every unit,
    not 15 inputs. Biases of gates are 0 too: a `forget-bias` stands after this change.
    """

    deviation: float = Field(gt=0, le=100, description="Standard deviation of recurrent and input weights.")
    inputs_per_unit: int | None = Field(
        default=None,
        ge=1,
        description="Recurrent inputs that every unit keeps, of at most all units; null: all.",
    )
    radius: float | None = Field(
        default=None, gt=0, le=100, description="Spectral radius of every recurrent matrix; null: as drawn."
    )

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Replaces recurrent and input weights and biases; raises ValueError for more inputs than there are units."""
        hidden, first = layout.hidden, layout.recurrent_columns
        if self.inputs_per_unit is not None and self.inputs_per_unit > hidden:
            raise ValueError(f"inputs_per_unit must be at most {hidden}, the hidden size, got {self.inputs_per_unit}")
        for matrix in layout.recurrent_blocks(weight):
            matrix[:] = self.deviation * generator.standard_normal(matrix.shape)
            if self.inputs_per_unit is not None:
                for row in matrix:
                    row[generator.permutation(hidden)[self.inputs_per_unit :]] = 0
            if self.radius is not None:
                matrix *= self.radius / float(f"{np.abs(np.linalg.eigvals(matrix)).max():.{RADIUS_DIGITS}g}")
        for block in layout.blocks:
            rows = weight[layout.rows(block.name)]
            if block.sees_x:
                rows[:, first : first + layout.inputs] = self.deviation * generator.standard_normal(
                    (hidden, layout.inputs)
                )
            if block.sees != "nothing":
                rows[:, -1] = 0
