"""The choice of a run's learning rate."""

from collections.abc import Sequence

import numpy as np

from gradient_horizon.training.outcome import NetworkOutcome, RunStatus


def choose_learning_rate(outcomes: Sequence[NetworkOutcome]) -> float:
    """The learning rate at which the selection seeds did best: most solved, then soonest, then least final loss.

    Judged seeds have no say, unless there is only one learning rate.
    """
    rates = sorted({outcome.learning_rate for outcome in outcomes})

    def merit(rate: float) -> tuple[int, float, float, float]:
        trial = [o for o in outcomes if o.learning_rate == rate and not o.judged]
        solved = [o for o in trial if o.status is RunStatus.SOLVED]
        finite = all(o.status is not RunStatus.DIVERGED and np.isfinite(o.loss) for o in trial)
        loss = float(np.mean([o.loss for o in trial])) if finite else np.inf
        return (-len(solved), float(sum(o.update for o in solved)), loss, rate)

    return rates[0] if len(rates) == 1 else min(rates, key=merit)
