"""From the files of the runs to long tables: the first place where runs meet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gradient_horizon import registries
from gradient_horizon.plan import SELECTION_SEED_OFFSET, RunSpec
from gradient_horizon.statistics import decay_fit, gradient_horizon
from gradient_horizon.storage import read_arrays
from gradient_horizon.tables.contracts import TABLES

MOMENTS = ("initial", "half", "final")
STRETCHES = 50
TRANSPORT_LAG = 100
COPIED = ("gate_time", "lyapunov_exponent", "departure_from_normality", "hidden_saturation", "memory_capacity")
LATE = 100
"""The lag from which on `late_factor` is fitted: transients of non-normal matrices are over by then."""

Row = dict[str, Any]


@dataclass(frozen=True)
class RunFiles:
    """The files that one run left."""

    run: str
    outcome_file: Path
    history_file: Path
    measures_file: Path

    @cached_property
    def outcome(self) -> dict[str, Any]:
        """What became of each network."""
        content: dict[str, Any] = json.loads(self.outcome_file.read_text(encoding="utf-8"))
        return content

    @cached_property
    def spec(self) -> RunSpec:
        """What was asked for."""
        return RunSpec.from_json(json.dumps(self.outcome["spec"]))

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        """The record of training."""
        return read_arrays(self.history_file)

    @cached_property
    def measures(self) -> dict[str, np.ndarray]:
        """What was measured on the saved networks."""
        return read_arrays(self.measures_file)

    @property
    def chosen(self) -> float:
        """The run's learning rate."""
        return float(self.outcome["chosen_learning_rate"])

    @property
    def group(self) -> Row:
        """The columns that every table of runs begins with."""
        spec = self.spec
        return {
            "experiment": spec.experiment,
            "task": spec.task,
            "cell": spec.cell,
            "remedy": spec.remedy,
            "length": spec.length,
        }


def assemble(runs: Sequence[RunFiles]) -> dict[str, pd.DataFrame]:
    """The long tables of these runs."""
    makers = {
        "runs": _runs,
        "networks": _networks,
        "evaluations": _evaluations,
        "trajectories": _trajectories,
        "gradients": _gradients,
        "profiles": _profiles,
    }
    rows: dict[str, list[Row]] = {name: [] for name in makers}
    for run in runs:
        for name, make in makers.items():
            rows[name].extend(make(run))
    tables = {name: TABLES[name].frame(found) for name, found in rows.items()}
    tables["baselines"] = TABLES["baselines"].frame(_baselines(tables["runs"]))
    return tables


def _runs(run: RunFiles) -> Iterator[Row]:
    spec = run.spec
    yield {
        "run": run.run,
        **run.group,
        "first_seed": spec.seeds[0],
        "judged_seeds": len(spec.seeds),
        "selection_seeds": len(spec.selection_seeds),
        "hidden_size": spec.hidden_size,
        "parameters": run.outcome["parameters"],
        "batch_size": spec.batch_size,
        "optimiser": spec.optimiser,
        "updates": spec.updates,
        "chosen_learning_rate": run.chosen,
        "changes": "; ".join(_describe(name, values) for name, values in spec.changes),
    }


def _describe(name: str, values: dict[str, Any]) -> str:
    return " ".join(
        [name, *(f"{key}={value:g}" if isinstance(value, float) else f"{key}={value}" for key, value in values.items())]
    )


def _reported(run: RunFiles) -> Iterator[tuple[int, Row]]:
    """The networks that this job speaks for: selection seeds, alike in all jobs of a run, count in the first only."""
    first = run.spec.selection_seeds[:1] == (SELECTION_SEED_OFFSET + run.spec.seeds[0],)
    for index, network in enumerate(run.outcome["networks"]):
        if network["judged"] or first:
            yield index, network


def _networks(run: RunFiles) -> Iterator[Row]:
    for index, network in _reported(run):
        norm, limited, ratio = (
            _finite(run.history[name][:, index]) for name in ("gradient_norm", "limited_gradient_norm", "update_ratio")
        )
        yield {
            **run.group,
            "seed": network["seed"],
            "learning_rate": network["learning_rate"],
            "judged": network["judged"],
            "chosen": network["learning_rate"] == run.chosen,
            "status": network["status"],
            "update": network["update"],
            "loss": network["loss"],
            "accuracy": network["accuracy"],
            "gradient_norm_median": np.median(norm) if norm.size else np.nan,
            "gradient_norm_max": norm.max() if norm.size else np.nan,
            "limited_norm_max": limited.max() if limited.size else np.nan,
            "update_ratio_median": np.median(ratio) if ratio.size else np.nan,
            "update_ratio_max": ratio.max() if ratio.size else np.nan,
        }


def _finite(values: np.ndarray) -> np.ndarray:
    finite: np.ndarray = values[np.isfinite(values)].astype(float)
    return finite


def _evaluations(run: RunFiles) -> Iterator[Row]:
    spec = run.spec
    for index, network in _reported(run):
        losses = run.history["evaluation_loss"][:, index]
        accuracies = run.history["evaluation_accuracy"][:, index]
        for row, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
            update = min((row + 1) * spec.evaluate_every, spec.updates)
            if (update <= network["update"] and network["status"] != "diverged") or update < network["update"]:
                yield {
                    **run.group,
                    "seed": network["seed"],
                    "learning_rate": network["learning_rate"],
                    "update": update,
                    "loss": loss,
                    "accuracy": accuracy,
                }


def _judged(run: RunFiles) -> Iterator[tuple[int, Row]]:
    for index, network in enumerate(run.outcome["networks"]):
        if network["judged"] and network["learning_rate"] == run.chosen:
            yield index, network


def _trajectories(run: RunFiles) -> Iterator[Row]:
    stretch = max(1, -(-run.spec.updates // STRETCHES))
    columns = {
        "loss": "loss",
        "gradient_norm": "gradient_norm",
        "limited_norm": "limited_gradient_norm",
        "update_ratio": "update_ratio",
    }
    for index, network in _judged(run):
        for first in range(0, network["update"], stretch):
            last = min(first + stretch, network["update"])
            values = {
                column: float(np.nan_to_num(run.history[name][first:last, index], nan=np.inf, posinf=np.inf).max())
                for column, name in columns.items()
            }
            yield {
                **run.group,
                "seed": network["seed"],
                "learning_rate": network["learning_rate"],
                "update": last,
                **values,
            }


def _gradients(run: RunFiles) -> Iterator[Row]:
    measures = run.measures
    for m, moment in enumerate(MOMENTS):
        for s, seed in enumerate(run.spec.seeds):
            profile, contribution = measures["profile"][m, s], measures["contribution"][m, s]
            if not np.isfinite(measures["loss"][m, s]):
                continue
            fit, horizon = decay_fit(profile), gradient_horizon(profile)
            tenth = max(1, round(run.spec.length / 10))
            early, late = (float(part.sum()) for part in (contribution[-tenth:], contribution[:tenth]))
            radius, kept = (float(measures[name][m, s]) for name in ("spectral_radius", "kept"))
            far = measures["transport_lag"].tolist().index(TRANSPORT_LAG)
            yield {
                **run.group,
                "seed": seed,
                "moment": moment,
                "decay_factor": fit.factor.estimate,
                "decay_factor_low": fit.factor.low,
                "decay_factor_high": fit.factor.high,
                "r_squared": fit.r_squared,
                "aic_gain": fit.aic_gain,
                "gradient_horizon": horizon.steps,
                "horizon_censored": horizon.censored,
                "late_factor": decay_fit(profile[LATE:]).factor.estimate,
                "transient_growth": profile.max() / profile[0] if profile[0] > 0 else np.nan,
                "memory_transport": measures["memory_transport"][m, s, far],
                "gated_transport": measures["gated_transport"][m, s, far],
                **{name: measures[name][m, s] for name in COPIED},
                "early_share": early / late if 0 < late < np.inf else np.nan,
                "weight_gradient": measures["weight_gradient"][m, s],
                "spectral_radius": radius,
                "spectral_norm": measures["spectral_norm"][m, s],
                "kept": kept,
                "predicted_factor": radius if np.isfinite(radius) else kept,
            }


def _profiles(run: RunFiles) -> Iterator[Row]:
    measures = run.measures
    for m, moment in enumerate(MOMENTS):
        for s, seed in enumerate(run.spec.seeds):
            if not np.isfinite(measures["loss"][m, s]):
                continue
            profile, contribution = measures["profile"][m, s], measures["contribution"][m, s]
            for lag in range(run.spec.length):
                yield {
                    **run.group,
                    "seed": seed,
                    "moment": moment,
                    "lag": lag,
                    "gradient": profile[lag],
                    "relative_gradient": profile[lag] / profile[0] if profile[0] > 0 else np.nan,
                    "contribution": contribution[lag],
                }


def _baselines(runs: pd.DataFrame) -> Iterable[Row]:
    for name, length in runs[["task", "length"]].drop_duplicates().itertuples(index=False):
        task = registries.load(registries.TASKS, "task", name)()
        for rank, baseline in enumerate(task.baselines(int(length))):
            yield {
                "task": name,
                "length": length,
                "rank": rank,
                "baseline": baseline.name,
                "loss": baseline.loss,
                "accuracy": np.nan if baseline.accuracy is None else baseline.accuracy,
                "solved_when": task.solved_when,
            }
