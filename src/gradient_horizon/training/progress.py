"""Lines of progress of a training job."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from gradient_horizon.study.run_spec import RunSpec

SECONDS_BETWEEN_REPORTS = 5.0


class Progress:
    """Reports lines such as "update 300 of 1500, 17 networks training, loss 1.23, about 40 s left at most"."""

    def __init__(self, spec: RunSpec, report: Callable[[str], None], done: int):
        self.spec, self.report, self.done = spec, report, done
        self.start = self.last = time.monotonic()

    def show(self, update: int, losses: Sequence[float]) -> None:
        """Reports the state after an update, if it is the last or the last line is old enough.

        `losses` are the last evaluated losses of the networks that are still training.
        """
        now = time.monotonic()
        if now - self.last < SECONDS_BETWEEN_REPORTS and update < self.spec.updates and losses:
            return
        self.last = now
        left = (now - self.start) / (update - self.done) * (self.spec.updates - update)
        loss = f"loss {np.mean(losses):.4g}, about {left:.0f} s left at most" if losses else "all networks done"
        self.report(f"update {update} of {self.spec.updates}, {len(losses)} networks training, {loss}")
