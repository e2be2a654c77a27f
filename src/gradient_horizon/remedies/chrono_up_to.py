"""Chrono initialisation that is told a longest time scale, whatever the length of the sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from gradient_horizon.remedies.gate_bias import Chrono

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from gradient_horizon.engine.layout import Layout


class ChronoUpTo(Chrono):
    """Chrono initialisation with T_max = `longest`, whether right or wrong (Tallec & Ollivier 2018, eq. 16)."""

    longest: int = Field(
        ge=3, le=10**6, description="T_max, in steps: the bias is ln U, U uniform on [1, longest - 1]."
    )

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Sets the biases as `Chrono` does for sequences of `longest` steps."""
        super().initialise(weight, layout, self.longest, generator=generator)

    def shortest_length(self) -> int:
        """One step: the time scales do not depend on the length."""
        return 1
