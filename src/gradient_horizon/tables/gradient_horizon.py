"""The gradient horizon: how far back a gradient reaches."""

import numpy as np
from jaxtyping import Float

from gradient_horizon.statistics.censored import Censored

HORIZON_SHARE = 0.01
"""The gradient reaches back to the largest lag at which it has at least this share of its size at the loss."""

OTHER_SHARES = {"gradient_horizon_10": 0.1, "gradient_horizon_01": 0.001}
"""Neighbouring levels, since that of 1 % is a convention, by the names of their columns."""


def gradient_horizon(profile: Float[np.ndarray, " lag"], share: float = HORIZON_SHARE) -> Censored | None:
    """The largest lag (steps) at which the gradient is at least this share of its size at the loss.

    Censored at the longest lag if the gradient is still that large there. None for profiles that are not finite or
    start at 0.
    """
    if not np.isfinite(profile).all() or profile[0] <= 0:
        return None
    last = int(np.flatnonzero(profile >= share * profile[0])[-1])
    return Censored.at_least(last) if last == len(profile) - 1 else Censored.exactly(last)
