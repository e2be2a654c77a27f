"""A checkpoint that an interruption leaves: Ctrl-C, or the button of a notebook, waits for the update to end."""

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

from gradient_horizon.training.checkpoints import Checkpoint


class InterruptedCheckpoint(Checkpoint):
    """Saves after the update during which it was interrupted, then raises KeyboardInterrupt."""

    interrupted = False

    @property
    def is_due(self) -> bool:
        """Whether the last saved state is old enough to be replaced, or nothing comes after this one."""
        return self.interrupted or super().is_due

    def save(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Replaces the last saved state by this one; raises KeyboardInterrupt if there was an interruption."""
        super().save(arrays, facts)
        self.leave_if_interrupted()

    def leave_if_interrupted(self) -> None:
        """Raises KeyboardInterrupt if there was an interruption."""
        if self.interrupted:
            raise KeyboardInterrupt


@contextmanager
def awaiting_interruptions(checkpoint: InterruptedCheckpoint) -> Iterator[None]:
    """In this block a first interruption is noted; a second one is as without. Other threads are never interrupted."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        checkpoint.interrupted = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
