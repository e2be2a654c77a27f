"""The trained networks: how each ended, and the norms of its gradients and updates."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import TRAINED, TRAINED_KEY
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table


def network_rows(run: RunFiles) -> Iterator[Row]:
    """A row per network."""
    for index, network in run.networks():
        norm, limited, ratio = (
            _finite(run.history[name][:, index]) for name in ("gradient_norm", "limited_gradient_norm", "update_ratio")
        )
        yield {
            **run.key,
            "seed": network["seed"],
            "learning_rate": network["learning_rate"],
            "judged": network["judged"],
            "chosen": network["chosen"],
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


NETWORKS = Table(
    row="a network: a seed at a learning rate",
    columns=(
        *TRAINED,
        Column("judged", "flag", "-", "false: a pilot seed, which only shows whether a setting can say anything"),
        Column(
            "chosen",
            "flag",
            "-",
            "true: the rate that the other seeds of its job choose, or for a pilot the other pilots",
        ),
        Column("status", "text", "-", "solved, unsolved or diverged"),
        Column("update", "count", "updates", "update of solution or divergence, or the budget"),
        Column("loss", "number", "task's loss", "at the last evaluation; at divergence the training loss"),
        Column("accuracy", "number", "share", "share of right answers at the last evaluation; empty for regression"),
        Column("gradient_norm_median", "number", "loss / weight", "median norm of the gradient before clipping"),
        Column("gradient_norm_max", "number", "loss / weight", "largest finite norm of the gradient before clipping"),
        Column("limited_norm_max", "number", "loss / weight", "largest finite norm of the gradient after clipping"),
        Column("update_ratio_median", "number", "-", "median of the update's norm over the parameters' norm"),
        Column("update_ratio_max", "number", "-", "largest finite norm of an update over the parameters' norm"),
    ),
    key=TRAINED_KEY,
    of_run=network_rows,
)
