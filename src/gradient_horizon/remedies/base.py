"""The interface of a change; a remedy of config.yaml is a list of changes.

Modules of changes import no torch, so that config.yaml is checked in a fraction of a second; gradients are changed
through the methods of the tensors themselves.
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
    """One change, with its parameters as fields; a run has at most one of each `kind`.

    `cells` names the cells that it applies to (None: all). `wrapper` is the "module:Class" of a cell around the run's
    cell; `parametrisation` that of a function from free parameters to the recurrent weight.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: ClassVar[Kind]
    cells: ClassVar[frozenset[str] | None] = None
    wrapper: ClassVar[str | None] = None
    parametrisation: ClassVar[str | None] = None

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Changes the initial recurrent weight of a network in place; by default not at all."""

    def limit(self, gradients: Sequence[Float[Tensor, "network ..."]], norm: Float[Tensor, " network"]) -> None:
        """Changes the gradients of all networks in place, given each network's norm; by default not at all."""

    def flow_penalty(self) -> float:
        """Coefficient of the regulariser that holds the norm of dL/dh constant over time; 0: none."""
        return 0.0

    def shortest_length(self) -> int:
        """The shortest sequence length for which this change has a meaning."""
        return 1

    def backpropagation_window(self) -> int | None:
        """How many steps backpropagation goes back from the loss; None: to the first step."""
        return None
