"""Networks that solved their task, on sequences longer than those they were trained on."""

import math
from typing import NamedTuple

HALF = 0.5
SOLVED_AT = {
    **dict.fromkeys(("recall", "recall-throughout", "selective-recall", "reset"), 0.95),
    **dict.fromkeys(("temporal-order", "associative-recall"), 0.95),
    **dict.fromkeys(("parity", "parity-throughout", "s3", "s3-throughout"), 0.95),
}
"""The accuracy from which a task counts as solved."""

SOLVED_UP_TO = {"adding": 1 / 60}
"""The loss up to which a task counts as solved, where there is no accuracy."""


class Tested(NamedTuple):
    """A network tested at so many times its length."""

    task: str
    seed: int
    factor: int
    loss: float
    accuracy: float

    @property
    def is_solved(self):
        """Whether it meets the criterion of its task there; None: this code does not know the criterion."""
        if self.task in SOLVED_AT:
            return self.accuracy >= SOLVED_AT[self.task]
        return self.loss <= SOLVED_UP_TO[self.task] if self.task in SOLVED_UP_TO else None


def tested(runs):
    """The networks that solved the longest length which at least half of them solve, at each length tested."""
    by_length = {}
    for run in runs:
        if run.extrapolation is not None:
            by_length.setdefault(run.length, []).extend(_of_run(run))
    enough = [length for length, found in by_length.items() if found and sum(s for _, s in found) >= HALF * len(found)]
    return [network for network, solved in by_length[max(enough)] if solved] if enough else []


def _of_run(run):
    """Each network tested, and whether it solved its task in training."""
    arrays = run.extrapolation
    solved = {each.seed: each.status == "solved" for each in run.networks if each.judged and each.chosen}
    for row, factor in enumerate(arrays["factor"].tolist()):
        for column, seed in enumerate(run.seeds):
            loss, accuracy = (float(arrays[name][row, column]) for name in ("loss", "accuracy"))
            if math.isfinite(loss):
                yield Tested(run.task, seed, factor, loss, accuracy), solved[seed]
