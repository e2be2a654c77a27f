"""What a remedy may change: the initial weights, the gradients before the optimiser, the window of backpropagation.

A named remedy of config.yaml is a list of such changes. This package imports no torch, so that config.yaml is
checked in a fraction of a second; gradients are changed through the methods of the tensors themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from torch import Tensor

    from gradient_horizon.engine.layout import Layout

Kind = Literal["recurrent weights", "gate bias", "normalisation", "gradients", "regulariser", "window"]


class Change(BaseModel):
    """One change, with its parameters as fields; of each `kind` a run carries at most one.

    `cells` names the cells it is made for (None: every cell). `wrapper` is a "module:Class" that takes a cell and is
    one in its place; `parametrisation` one that turns free parameters into the recurrent weight.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: ClassVar[Kind]
    cells: ClassVar[frozenset[str] | None] = None
    wrapper: ClassVar[str | None] = None
    parametrisation: ClassVar[str | None] = None

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Changes a network's initial recurrent weights in place; by default not at all."""

    def limit(self, gradients: Sequence[Float[Tensor, "network ..."]], norm: Float[Tensor, " network"]) -> None:
        """Changes the gradients of all networks in place, given the norm of each network's whole gradient."""

    def flow_penalty(self) -> float:
        """Coefficient of the regulariser that holds the norm of dL/dh constant over time; 0: none."""
        return 0.0

    def shortest_length(self) -> int:
        """The shortest sequence on which this change means anything."""
        return 1

    def backpropagation_window(self) -> int | None:
        """How many steps backpropagation goes back before it is cut; None: to the first."""
        return None
