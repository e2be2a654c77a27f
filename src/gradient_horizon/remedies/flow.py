"""A regulariser against vanishing and exploding gradients."""

from pydantic import Field

from gradient_horizon.remedies.base import Change


class ConstantFlow(Change):
    """Adds `coefficient` times Omega = sum over t of (|dL/dh_t| / |dL/dh_{t+1}| - 1)^2 to the loss, batch mean.

    As in Pascanu, Mikolov & Bengio (2013, eq. 9 and 10), Omega is differentiated with respect to the recurrent matrix
    only, with states and dL/dh_{t+1} taken as constant. For cells with one block.
    """

    kind = "regulariser"
    cells = frozenset({"linear", "tanh", "relu"})
    coefficient: float = Field(gt=0, description="Weight of the regulariser beside the loss.")

    def flow_penalty(self) -> float:
        """The coefficient."""
        return self.coefficient
