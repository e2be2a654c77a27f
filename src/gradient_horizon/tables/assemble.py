"""From the files of the runs to long tables: the first place where runs meet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from gradient_horizon import registries
from gradient_horizon.study.run_spec import SELECTION_SEED_OFFSET
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.measured import eigenvalues, gate_traces, gates, gradients, profiles, transport
from gradient_horizon.tables.run_files import Row, RunFiles

ROWS_IN_A_PIECE = 100_000
"""Rows are gathered as dictionaries, the slowest and largest form, up to so many."""

STRETCHES = 50
"""A run's training is told in at most so many stretches, or records."""


def assemble(runs: Sequence[RunFiles]) -> dict[str, pd.DataFrame]:
    """The long tables of these runs."""
    makers = {
        "runs": _runs,
        "networks": _networks,
        "evaluations": _evaluations,
        "trajectories": _trajectories,
        "hidden_gradients": _hidden_gradients,
        "gradients": gradients,
        "profiles": profiles,
        "transport": transport,
        "eigenvalues": eigenvalues,
        "gates": gates,
        "gate_traces": gate_traces,
    }
    rows: dict[str, list[Row]] = {name: [] for name in makers}
    pieces: dict[str, list[pd.DataFrame]] = {name: [] for name in makers}
    for run in map(replace, runs):  # a copy, so that what it has read is forgotten with it
        for name, make in makers.items():
            rows[name].extend(make(run))
            if len(rows[name]) > ROWS_IN_A_PIECE:
                pieces[name].append(TABLES[name].piece(rows[name]))
                rows[name] = []
    tables = {name: TABLES[name].join([*pieces.pop(name), TABLES[name].piece(rows.pop(name))]) for name in makers}
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
        "recurrent_weights": run.outcome["recurrent_weights"],
        "batch_size": spec.batch_size,
        "optimiser": spec.optimiser,
        "precision": spec.precision,
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


def _hidden_gradients(run: RunFiles) -> Iterator[Row]:
    """Geometric means over the networks that are still training, record by record."""
    spec = run.spec
    own = [index for index, _ in _judged(run)]
    norms = run.history["hidden_gradient"][:, :, own].astype(float)
    recorded = int(np.isfinite(norms).any(axis=(1, 2)).sum())
    every = max(1, -(-recorded // STRETCHES))
    for record in range(0, recorded, every):
        values = norms[record]
        counts = (np.isfinite(values) & (values > 0)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            sums = np.where(np.isfinite(values) & (values > 0), np.log(values), 0).sum(axis=1)
            means = np.where(counts > 0, np.exp(sums / counts), 0.0)
        for step, (n, mean) in enumerate(zip(counts.tolist(), means.tolist(), strict=True), start=1):
            yield {
                **run.group,
                "first_seed": spec.seeds[0],
                "update": record * spec.hidden_gradients_every + 1,
                "step": step,
                "n": n,
                "gradient": mean,
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
