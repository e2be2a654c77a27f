"""The gradient of each measured network, what theory predicts it from, and its memory by other measures."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from gradient_horizon.measuring.lags import TRANSPORT_LAG
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.decay import decay_fit
from gradient_horizon.tables.columns import MEASURED, MEASURED_KEY, interval, interval_values
from gradient_horizon.tables.gradient_horizon import OTHER_SHARES, gradient_horizon
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table
from gradient_horizon.training.assembly import backpropagation_window, build_changes, task_of

LATE_LAG = 100
"""The first lag (steps) of the fit of `late_factor`: transients of non-normal matrices are over by then."""

NEEDED_SHARE = 0.05
"""A network needs context if replacing the inputs before it raises the loss by this share of the trivial baseline's."""

MEASURES = (
    Column("gate_time", "number", "steps", "-1 / ln of the mean forget or update gate; empty without one"),
    Column("lyapunov_exponent", "number", "1/step", "largest, natural logarithm, on the full state"),
    Column("eigenvector_condition", "number", "-", "condition number of V; empty for cells with several matrices"),
    Column("departure_from_normality", "number", "-", "Henrici's, over the norm of W; empty for several matrices"),
    Column("hidden_saturation", "number", "-", "mean of 1 - |h|; empty where h is not bounded"),
    Column("memory_capacity", "number", "steps", "squared correlation with past inputs, summed, less chance"),
    Column("memory_capacity_chance", "number", "steps", "the same sum for inputs that the network was not given"),
)
"""Columns copied from the measures of the same names [stage seed]."""


def gradient_rows(run: RunFiles) -> Iterator[Row]:
    """A row per measured network and stage."""
    measures = run.measures
    lag = measures["transport_lag"].tolist().index(TRANSPORT_LAG)
    window = backpropagation_window(build_changes(run.spec.changes))
    for m, s, key in run.measured_networks():
        profile, contribution = measures["profile"][m, s], measures["contribution"][m, s]
        fit = decay_fit(profile)
        tenth = max(1, round(run.spec.length / 10))
        early, late = (float(part.sum()) for part in (contribution[-tenth:], contribution[:tenth]))
        radius, kept = (float(measures[name][m, s]) for name in ("spectral_radius", "kept"))
        yield {
            **key,
            **interval_values("decay_factor", fit.factor),
            "r_squared": fit.r_squared,
            "aic_gain": fit.aic_gain,
            "gradient_horizon": gradient_horizon(profile),
            **{name: gradient_horizon(profile, share) for name, share in OTHER_SHARES.items()},
            "hidden_gradient_horizon": gradient_horizon(measures["hidden_profile"][m, s]),
            "late_factor": decay_fit(profile[LATE_LAG:]).factor.estimate,
            "transient_growth": profile.max() / profile[0] if profile[0] > 0 else np.nan,
            "memory_transport": measures["memory_transport"][m, s, lag],
            "gated_transport": measures["gated_transport"][m, s, lag],
            **{column.name: measures[column.name][m, s] for column in MEASURES},
            "context_needed": _context_needed(run, measures["ablation"][m, s]),
            "early_share": early / late if 0 < late < np.inf else np.nan,
            "beyond_window": np.nan if window is None else contribution[window:].max(initial=0.0),
            "weight_gradient": measures["weight_gradient"][m, s],
            "spectral_radius": radius,
            "spectral_norm": measures["spectral_norm"][m, s],
            "chi_1": measures["chi_1"][m, s],
            "kept": kept,
            "predicted_factor": radius if np.isfinite(radius) else kept,
        }


def _context_needed(run: RunFiles, rises: Float[np.ndarray, " context"]) -> Censored | None:
    """The shortest context before which inputs do not matter; at least the length, where no context is short enough."""
    task = task_of(run.spec)
    limit = NEEDED_SHARE * task.baselines(run.spec.length)[0].loss
    given = np.isfinite(rises)
    if not given.any():
        return None
    mattering = np.flatnonzero(given & (rises >= limit))
    if not len(mattering):
        return Censored.exactly(0)
    later = [*run.measures["ablation_context"][given], run.spec.length]
    needed = min(later[mattering[-1] + 1], run.spec.length)
    return Censored.at_least(needed) if needed == run.spec.length else Censored.exactly(needed)


GRADIENTS = Table(
    row="a judged network at the chosen learning rate, at a stage of its training",
    columns=(
        *MEASURED,
        *interval("decay_factor", "per step", "exp of the slope of ln g_k over the lag k, g_k of the full state s"),
        Column("r_squared", "number", "-", "of that straight line"),
        Column("aic_gain", "number", "-", "AIC of a power law less AIC of the exponential; positive: exponential"),
        Column("late_factor", "number", "per step", "decay factor over lags from 100 on; empty for shorter sequences"),
        Column("transient_growth", "number", "-", "largest gradient over that at the loss"),
        Column(
            "gradient_horizon",
            "censored",
            "steps",
            "largest lag with a gradient by the full state s of at least 1 % of that at the loss",
        ),
        Column("gradient_horizon_10", "censored", "steps", "the same with 10 % in place of 1 %"),
        Column("gradient_horizon_01", "censored", "steps", "the same with 0.1 % in place of 1 %"),
        Column("hidden_gradient_horizon", "censored", "steps", "as gradient_horizon, of the gradient by h alone"),
        Column("memory_transport", "number", "-", "norm of dm_T/dm_{T-100}, m: the LSTM's c, else h; empty if shorter"),
        Column("gated_transport", "number", "-", "product of the forget or update gates over 100 steps, largest unit"),
        *MEASURES,
        Column(
            "context_needed", "censored", "steps", "last inputs without which the loss rises by 5 % of the baseline's"
        ),
        Column("early_share", "number", "-", "contributions of the first tenth of steps over those of the last tenth"),
        Column(
            "beyond_window",
            "number",
            "loss / weight",
            "largest contribution of a step at or beyond the window of truncation; empty without one",
        ),
        Column("weight_gradient", "number", "loss / weight", "norm of the gradient of the recurrent weight"),
        Column("spectral_radius", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column("spectral_norm", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column(
            "chi_1",
            "number",
            "per step",
            "mean phi'^2 |W|_F^2 / units, mean-field theory's factor of g_k^2; empty unless h = phi(Wh + Ux + b)",
        ),
        Column("kept", "number", "per step", "geometric mean of the forget or update gate; empty without one"),
        Column("predicted_factor", "number", "per step", "theory: the spectral radius, or `kept` for gated cells"),
    ),
    key=MEASURED_KEY,
    of_run=gradient_rows,
)
