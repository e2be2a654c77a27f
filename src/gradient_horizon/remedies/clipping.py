"""Gradient clipping, by norm and elementwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from gradient_horizon.remedies.base import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float


class ClipNorm(Change):
    """Scales a gradient whose norm exceeds the threshold down to that norm (Pascanu, Mikolov & Bengio 2013, alg. 1)."""

    kind = "gradients"
    threshold: float = Field(gt=0, description="Largest norm of a network's whole gradient that is let through.")

    def limit(self, gradients: Sequence[Float[np.ndarray, "network ..."]], norm: Float[np.ndarray, " network"]) -> None:
        """Multiplies gradients by min(1, threshold / norm), network by network."""
        scale = np.minimum(self.threshold / norm, 1)
        for gradient in gradients:
            gradient *= scale.reshape(-1, *[1] * (gradient.ndim - 1))


class ClipElementwise(Change):
    """Limits each component of the gradient to [-threshold, threshold] (Mikolov 2012)."""

    kind = "gradients"
    threshold: float = Field(gt=0, description="Largest absolute value of a component that is let through.")

    def limit(self, gradients: Sequence[Float[np.ndarray, "network ..."]], norm: Float[np.ndarray, " network"]) -> None:
        """Clamps every component."""
        for gradient in gradients:
            np.clip(gradient, -self.threshold, self.threshold, out=gradient)
