"""The state of an unfinished training job, saved in one file, so that an interruption costs a minute at most."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon.errors import DamagedError
from gradient_horizon.storage import read_arrays, remove, require_whole, write_arrays

SECONDS_BETWEEN_CHECKPOINTS = 30.0
FACTS = "facts"


class Checkpoint:
    """The file of the last saved state of a run's training: arrays, and facts that JSON can hold.

    A state is loaded only for the run with the same identity. Without a path nothing is saved.
    """

    def __init__(self, path: Path | None, identity: str):
        self.path, self.identity = path, identity
        self.last = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether the last saved state is old enough to be replaced."""
        return self.path is not None and time.monotonic() - self.last >= SECONDS_BETWEEN_CHECKPOINTS

    def save(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Replaces the last saved state by this one; where it cannot be written, the one before stays."""
        if self.path is None:
            return
        text = json.dumps({"identity": self.identity, **facts})
        with suppress(OSError):
            write_arrays(self.path, {**arrays, FACTS: np.frombuffer(text.encode(), dtype=np.uint8)})
        self.last = time.monotonic()

    def load(self) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
        """The last saved state; None if there is none, or none that this run can go on from."""
        if self.path is None or not self.path.exists():
            return None
        try:
            require_whole(self.path)
        except DamagedError:
            return None
        arrays = {name: array.copy() for name, array in read_arrays(self.path).items()}
        facts: dict[str, Any] = json.loads(arrays.pop(FACTS).tobytes())
        return (arrays, facts) if facts.pop("identity") == self.identity else None

    def remove(self) -> None:
        """Removes the file, when the run is finished."""
        if self.path is not None:
            remove(self.path)
