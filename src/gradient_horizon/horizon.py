"""How far back a gradient reaches."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

HORIZON_SHARE = 0.01


class Horizon(NamedTuple):
    """The gradient horizon in steps; `censored` where the sequence ends before the gradient has faded."""

    steps: float
    censored: bool


def gradient_horizon(profile: Float[np.ndarray, " lag"]) -> Horizon:
    """The largest lag at which the gradient is still 1 % of its size at the loss; unknown for unusable profiles."""
    if not np.isfinite(profile).all() or profile[0] <= 0:
        return Horizon(np.nan, False)
    last = int(np.flatnonzero(profile >= HORIZON_SHARE * profile[0])[-1])
    return Horizon(float(last), last == len(profile) - 1)
