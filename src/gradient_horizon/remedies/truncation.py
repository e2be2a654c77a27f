"""Truncated backpropagation through time."""

from pydantic import Field

from gradient_horizon.remedies.base import Change


class Truncation(Change):
    """Backpropagation stops `window` steps before the loss (Williams & Peng 1990, BPTT(h)).

    The forward pass still runs over the whole sequence, so the network sees everything; contributions of steps
    older than the window are exactly zero.
    """

    kind = "window"
    window: int = Field(gt=0, le=100_000, description="Steps that the gradient flows back from the loss.")

    def shortest_length(self) -> int:
        """A window longer than the sequence would truncate nothing."""
        return self.window

    def backpropagation_window(self) -> int | None:
        """The window itself."""
        return self.window
