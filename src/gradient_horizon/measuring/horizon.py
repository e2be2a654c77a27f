"""How far back a gradient reaches."""

import numpy as np
from jaxtyping import Float

from gradient_horizon.statistics import Censored

HORIZON_SHARE = 0.01


def gradient_horizon(profile: Float[np.ndarray, " lag"]) -> Censored | None:
    """The largest lag (steps) at which the gradient is still 1 % of its size at the loss; None for unusable profiles.

    Censored where the sequence ends before the gradient has faded.
    """
    if not np.isfinite(profile).all() or profile[0] <= 0:
        return None
    last = int(np.flatnonzero(profile >= HORIZON_SHARE * profile[0])[-1])
    return Censored.at_least(last) if last == len(profile) - 1 else Censored.exactly(last)
