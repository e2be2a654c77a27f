"""Rows made from what was measured on saved networks."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from gradient_horizon import registries
from gradient_horizon.measuring.horizon import gradient_horizon
from gradient_horizon.statistics import Censored, decay_fit
from gradient_horizon.tables.run_files import Row, RunFiles

MOMENTS = ("initial", "half", "final")
TRANSPORT_LAG = 100
LATE = 100
"""The lag from which on `late_factor` is fitted: transients of non-normal matrices are over by then."""

COPIED = (
    "gate_time",
    "lyapunov_exponent",
    "eigenvector_condition",
    "departure_from_normality",
    "hidden_saturation",
    "memory_capacity",
    "memory_capacity_chance",
)


GATE_COLUMNS = (
    "gate_saturation",
    "filter_error",
    "decoded_hidden",
    "decoded_memory",
    "accuracy",
    "writing_opening",
    "keeping_opening",
    "writing_mean_marked",
    "writing_mean_unmarked",
    "keeping_mean_marked",
    "keeping_mean_unmarked",
)

DECIDES = 0.05
"""Context still matters where what comes before it is worth this share of the trivial baseline's loss."""

SHOWN_SEEDS = 5
"""Eigenvalues and traces are told of so many networks of a job."""


def _measured(run: RunFiles) -> Iterator[tuple[int, int, Row]]:
    """Places [moment seed] of the networks that were measured, and the columns that their rows begin with."""
    for m, moment in enumerate(MOMENTS):
        for s, seed in enumerate(run.spec.seeds):
            if np.isfinite(run.measures["loss"][m, s]):
                yield m, s, {**run.group, "seed": seed, "moment": moment}


def _context_needed(run: RunFiles, rises: Float[np.ndarray, " context"]) -> Censored | None:
    """The shortest context from which on nothing before it matters; at least the length, where all of it does."""
    task = registries.load(registries.TASKS, "task", run.spec.task)()
    limit = DECIDES * task.baselines(run.spec.length)[0].loss
    given = np.isfinite(rises)
    if not given.any():
        return None
    mattering = np.flatnonzero(given & (rises >= limit))
    if not len(mattering):
        return Censored.exactly(0)
    later = [*run.measures["ablation_context"][given], run.spec.length]
    needed = min(later[mattering[-1] + 1], run.spec.length)
    return Censored.at_least(needed) if needed == run.spec.length else Censored.exactly(needed)


def gradients(run: RunFiles) -> Iterator[Row]:
    """Of the gradient, and of what theory predicts it from."""
    measures = run.measures
    far = measures["transport_lag"].tolist().index(TRANSPORT_LAG)
    for m, s, key in _measured(run):
        profile, contribution = measures["profile"][m, s], measures["contribution"][m, s]
        fit = decay_fit(profile)
        tenth = max(1, round(run.spec.length / 10))
        early, late = (float(part.sum()) for part in (contribution[-tenth:], contribution[:tenth]))
        radius, kept = (float(measures[name][m, s]) for name in ("spectral_radius", "kept"))
        yield {
            **key,
            "decay_factor": fit.factor.estimate,
            "decay_factor_low": fit.factor.low,
            "decay_factor_high": fit.factor.high,
            "r_squared": fit.r_squared,
            "aic_gain": fit.aic_gain,
            "gradient_horizon": gradient_horizon(profile),
            "late_factor": decay_fit(profile[LATE:]).factor.estimate,
            "transient_growth": profile.max() / profile[0] if profile[0] > 0 else np.nan,
            "memory_transport": measures["memory_transport"][m, s, far],
            "gated_transport": measures["gated_transport"][m, s, far],
            **{name: measures[name][m, s] for name in COPIED},
            "context_needed": _context_needed(run, measures["ablation"][m, s]),
            "early_share": early / late if 0 < late < np.inf else np.nan,
            "weight_gradient": measures["weight_gradient"][m, s],
            "spectral_radius": radius,
            "spectral_norm": measures["spectral_norm"][m, s],
            "kept": kept,
            "predicted_factor": radius if np.isfinite(radius) else kept,
        }


def profiles(run: RunFiles) -> Iterator[Row]:
    """Lag by lag."""
    measures = run.measures
    for m, s, key in _measured(run):
        profile, contribution = measures["profile"][m, s], measures["contribution"][m, s]
        for lag in range(run.spec.length):
            yield {
                **key,
                "lag": lag,
                "gradient": profile[lag],
                "relative_gradient": profile[lag] / profile[0] if profile[0] > 0 else np.nan,
                "contribution": contribution[lag],
            }


def transport(run: RunFiles) -> Iterator[Row]:
    """Singular values of ds_T/ds_{T-k}, lag by lag."""
    measures = run.measures
    for m, s, key in _measured(run):
        for place, lag in enumerate(measures["transport_lag"].tolist()):
            values = measures["transport"][m, s, place]
            if np.isfinite(values).all():
                yield {
                    **key,
                    "lag": lag,
                    "largest": values[0],
                    "middle": np.median(values),
                    "smallest": values[-1],
                    "memory": measures["memory_transport"][m, s, place],
                    "gated": measures["gated_transport"][m, s, place],
                }


def eigenvalues(run: RunFiles) -> Iterator[Row]:
    """Of the recurrent matrix before and after training."""
    for m, s, key in _measured(run):
        values = run.measures["eigenvalues"][m, s]
        if key["moment"] == "half" or s >= SHOWN_SEEDS or not np.isfinite(values).all():
            continue
        for number, (real, imaginary) in enumerate(sorted(values.tolist(), key=lambda pair: (-np.hypot(*pair), *pair))):
            yield {**key, "number": number, "real": real, "imaginary": imaginary}


def gates(run: RunFiles) -> Iterator[Row]:
    """Of networks with gates."""
    measures = run.measures
    for m, s, key in _measured(run):
        if np.isfinite(measures["kept"][m, s]) or np.isfinite(measures["filter_error"][m, s]):
            yield {
                **key,
                "kept_over_gap": np.exp(measures["log_kept_gap"][m, s]),
                **{name: measures[name][m, s] for name in GATE_COLUMNS},
            }


def gate_traces(run: RunFiles) -> Iterator[Row]:
    """One sequence of each of the first networks of a task with marked steps."""
    measures = run.measures
    sequence = measures.get("trace_marked")
    if sequence is None:
        return
    for m, s, key in _measured(run):
        if s < SHOWN_SEEDS and np.isfinite(measures["trace_keeping"][m, s]).all():
            for step in range(run.spec.length):
                yield {
                    **key,
                    "step": step + 1,
                    "marked": bool(sequence[s, step]),
                    "symbol": int(measures["trace_symbol"][s, step]),
                    "keeping_gate": measures["trace_keeping"][m, s, step],
                    "writing_gate": measures["trace_writing"][m, s, step],
                    "confidence": measures["trace_confidence"][m, s, step],
                }
