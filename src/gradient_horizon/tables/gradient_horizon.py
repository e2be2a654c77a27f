"""The gradient horizon: how far back a gradient reaches."""

import numpy as np
from jaxtyping import Float

from gradient_horizon.statistics.censored import Censored

HORIZON_SHARE = 0.01
"""The gradient reaches back to the largest lag at which it has at least this share of its size at the loss."""


def gradient_horizon(profile: Float[np.ndarray, " lag"]) -> Censored | None:
    """The largest lag (steps) at which the gradient is at least HORIZON_SHARE of its size at the loss.

    Censored at the longest lag if the gradient is still that large there. None for profiles that are not finite or
    start at 0.
    """
    if not np.isfinite(profile).all() or profile[0] <= 0:
        return None
    last = int(np.flatnonzero(profile >= HORIZON_SHARE * profile[0])[-1])
    return Censored.at_least(last) if last == len(profile) - 1 else Censored.exactly(last)
