"""What the tables say of a measured network's gradient, computed again from its profile and contributions."""

import math

import numpy as np

LATE = 100
LEVELS = {"gradient_horizon": 0.01, "gradient_horizon_10": 0.1, "gradient_horizon_01": 0.001}
FITTED = ("decay_factor", "r_squared", "aic_gain", "late_factor")


def column(name, run, stage, seed):
    """A column of the tables of gradients or gates for a measured network; None: this code does not know it.

    A horizon is a number with its side: "right" where the gradient is still that large at the longest lag.
    """
    measures = run.measures
    if name in LEVELS:
        return horizon(measures["profile"][stage, seed], LEVELS[name])
    if name == "hidden_gradient_horizon":
        return horizon(measures["hidden_profile"][stage, seed], LEVELS["gradient_horizon"])
    if name in FITTED:
        return fitted(name, measures["profile"][stage, seed])
    if name == "transient_growth":
        profile = measures["profile"][stage, seed]
        return float(profile.max() / profile[0]) if profile[0] > 0 else math.nan
    if name == "early_share":
        contribution, tenth = measures["contribution"][stage, seed], max(1, round(run.length / 10))
        late = float(contribution[:tenth].sum())
        return float(contribution[-tenth:].sum()) / late if 0 < late < math.inf else math.nan
    if name in ("memory_transport", "gated_transport"):
        return float(measures[name][stage, seed, measures["transport_lag"].tolist().index(LATE)])
    if name == "kept_over_gap":
        return math.exp(measures["log_kept_gap"][stage, seed])
    if name in measures and measures[name].ndim == 2:
        return float(measures[name][stage, seed])
    return None


def fitted(name, profile):
    """What a straight line in the logarithm of the gradient over the lag gives; lags without gradient are left out."""
    profile = profile[LATE:] if name == "late_factor" else profile
    lags = np.array([k for k, value in enumerate(profile) if 0 < value < math.inf], dtype=float)
    if len(lags) < 3:
        return math.nan
    logs = np.log(profile[lags.astype(int)])
    slope, unexplained, total = line(lags, logs)
    if name == "r_squared":
        return 1 - unexplained / total
    if name == "aic_gain":
        of_power_law = line(np.log(lags + 1), logs)[1]
        tiny = float(np.finfo(float).tiny)
        return len(lags) * math.log(max(of_power_law, tiny) / max(unexplained, tiny))
    return math.exp(slope)


def line(x, y):
    """The slope of the least squares line, and the sums of squares around it and around the mean."""
    across, up = x - math.fsum(x) / len(x), y - math.fsum(y) / len(y)
    slope = float(across @ up) / float(across @ across)
    rest = up - slope * across
    return slope, float(rest @ rest), float(up @ up)


def horizon(profile, level):
    """The largest lag with at least this share of the gradient at the loss, and its side; None without a gradient."""
    if not np.all(np.isfinite(profile)) or profile[0] <= 0:
        return None
    last = max(k for k, value in enumerate(profile) if value >= level * profile[0])
    return float(last), "right" if last == len(profile) - 1 else "no"
