"""The interface of a change; a remedy of config.yaml is a list of changes.

Nothing here is compiled or trained, so that config.yaml is checked in a fraction of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from gradient_horizon.engine.cell import Cell
    from gradient_horizon.engine.group import Hook
    from gradient_horizon.engine.layout import Layout

Kind = Literal["recurrent weights", "gate bias", "normalisation", "gradients", "regulariser", "window"]


@runtime_checkable
class Parametrisation(Protocol):
    """A function from free parameters, which the optimiser changes, to the recurrent weight of all networks.

    It is made from the initial weight, in which it puts the initial free parameters, and from the layout.
    """

    def weight(self, parameters: Float[np.ndarray, "network row column"]) -> Float[np.ndarray, "network row column"]:
        """The recurrent weight, given the optimiser's parameters."""

    def pull_back(
        self, gradient: Float[np.ndarray, "network row column"], parameters: Float[np.ndarray, "network row column"]
    ) -> Float[np.ndarray, "network row column"]:
        """The gradient with respect to the parameters from that with respect to the weight."""

    def restrict(self, networks: Sequence[int]) -> None:
        """Drops all networks but these."""


class Change(BaseModel):
    """One change, with its parameters as fields; a run has at most one of each `kind`.

    `parametrisation` is the "module:Class" of what is made a `Parametrisation`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: ClassVar[Kind]
    parametrisation: ClassVar[str | None] = None

    def unmet_need(self, cell: Cell) -> str | None:
        """What this change needs and the cell does not have, in words; None: it fits."""
        return None

    def adapt(self, cell: Cell) -> None:
        """Changes the cell of a run; by default not at all."""

    def initialise(
        self, weight: Float[np.ndarray, "row column"], layout: Layout, length: int, *, generator: np.random.Generator
    ) -> None:
        """Changes the initial recurrent weight of a network in place; by default not at all."""

    def limit(self, gradients: Sequence[Float[np.ndarray, "network ..."]], norm: Float[np.ndarray, " network"]) -> None:
        """Changes the gradients of all networks in place, given each network's norm; by default not at all."""

    def backward_hook(self) -> Hook | None:
        """What it adds to the recurrent gradient during the backward pass; None: nothing."""
        return None

    def shortest_length(self) -> int:
        """The shortest sequence length for which this change has a meaning."""
        return 1

    def backpropagation_window(self) -> int | None:
        """How many steps backpropagation goes back from the loss; None: to the first step."""
        return None
