"""Truncated backpropagation through time."""

from pydantic import Field

from gradient_horizon.remedies.base import Change


class Truncation(Change):
    """Backpropagation stops `window` steps before the loss (Williams & Peng 1990, BPTT(h)).

    The forward pass still runs over the whole sequence; steps before the window contribute exactly 0 to the gradient.
    """

    kind = "window"
    window: int = Field(gt=0, le=100_000, description="Steps that the gradient flows back from the loss.")

    def shortest_length(self) -> int:
        """The window: in a shorter sequence nothing would be truncated."""
        return self.window

    def backpropagation_window(self) -> int | None:
        """The window itself."""
        return self.window
