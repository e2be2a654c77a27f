"""A regulariser that asks gradients neither to vanish nor to explode."""

from pydantic import Field

from gradient_horizon.remedies.base import Change


class ConstantFlow(Change):
    """Adds `coefficient` times Omega = sum over t of (|dL/dh_t| / |dL/dh_{t+1}| - 1)^2 to the loss, batch mean.

    Pascanu, Mikolov & Bengio (2013, eq. 9 and 10): only the recurrent matrix's immediate part in Omega is
    differentiated, states and dL/dh_{t+1} being taken as given. For cells with one block.
    """

    kind = "regulariser"
    cells = frozenset({"linear", "tanh", "relu"})
    coefficient: float = Field(gt=0, description="Weight of the regulariser beside the loss.")

    def flow_penalty(self) -> float:
        """The coefficient."""
        return self.coefficient
