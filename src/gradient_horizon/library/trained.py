"""What `train` returns: every network's weights, losses, hidden gradients and outcome."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np
import pandas as pd
from jaxtyping import Float

from gradient_horizon.engine.layout import Layout
from gradient_horizon.library.arguments import one_of
from gradient_horizon.library.networks import Networks
from gradient_horizon.library.showing import MOST_ROWS, counted, page, table_html
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus
from gradient_horizon.training.parts import Parts
from gradient_horizon.training.stages import STAGES

if TYPE_CHECKING:
    from gradient_horizon.library.modules import Network

PerNetwork = Float[np.ndarray, " network"]


class Training:
    """Networks trained side by side; every array has them on the axis `network`, in the order of `to_frame`.

    `spec` are the settings, `history` and `saved` the arrays as the engine recorded them (see
    `gradient_horizon.training.record.Record`), NaN once a network has left.

    >>> from gradient_horizon import train
    >>> found = train("tanh", "recall", seeds=[4, 5], learning_rates=[0.001, 1e9], paired=True, length=5, hidden_size=4,
    ...               updates=10, evaluate_every=10, evaluation_sequences=32)
    >>> found.to_frame()[["seed", "learning_rate", "status", "diverged_at"]]
       seed  learning_rate    status  diverged_at
    0     4   1.000000e-03  unsolved          NaN
    1     5   1.000000e+09  diverged          1.0
    >>> found.recorded_at, found.hidden_gradients.shape
    (array([1]), (1, 5, 2))
    >>> found.networks("initial").axes["readout.h"]
    ('network', 'output', 'unit')
    """

    def __init__(
        self,
        spec: RunSpec,
        parts: Parts,
        outcomes: Sequence[NetworkOutcome],
        saved: Mapping[str, np.ndarray],
        history: Mapping[str, np.ndarray],
        parameters: int,
    ):
        self.spec, self.parts, self.outcomes, self.parameters = spec, parts, tuple(outcomes), parameters
        self.saved, self.history = saved, history

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def seeds(self) -> np.ndarray:
        """The seed of each network [network]."""
        return np.array([outcome.seed for outcome in self.outcomes])

    @property
    def learning_rates(self) -> PerNetwork:
        """The learning rate of each network [network]."""
        return np.array([outcome.learning_rate for outcome in self.outcomes])

    @property
    def solved_at(self) -> PerNetwork:
        """The update after which each network met the task's criterion [network]; NaN: it did not."""
        return self._update_of(RunStatus.SOLVED)

    @property
    def diverged_at(self) -> PerNetwork:
        """The update at which each network diverged [network]; NaN: it did not."""
        return self._update_of(RunStatus.DIVERGED)

    @property
    def losses(self) -> Float[np.ndarray, "update network"]:
        """The loss of each update's batch, before the update; NaN once a network has left."""
        return self.history["loss"]

    @property
    def gradient_norms(self) -> Float[np.ndarray, "update network"]:
        """The norm of the whole gradient at each update, before clipping."""
        return self.history["gradient_norm"]

    @property
    def hidden_gradients(self) -> Float[np.ndarray, "record step network"]:
        """The batch mean of the norm of dL/dh after each step (loss per hidden unit), at the updates `recorded_at`."""
        return self.history["hidden_gradient"]

    @property
    def recorded_at(self) -> np.ndarray:
        """The updates, counted from 1, at which hidden gradients were recorded [record]."""
        return 1 + self.spec.hidden_gradients_every * np.arange(len(self.hidden_gradients))

    @cached_property
    def evaluations(self) -> pd.DataFrame:
        """Loss and accuracy on fresh sequences: a row per evaluation and network that was still training."""
        losses, accuracies = self.history["evaluation_loss"], self.history["evaluation_accuracy"]
        rows, networks = np.nonzero(~np.isnan(losses))
        return pd.DataFrame(
            {
                "update": np.minimum((rows + 1) * self.spec.evaluate_every, self.spec.updates),
                "network": networks,
                "seed": self.seeds[networks],
                "learning_rate": self.learning_rates[networks],
                "loss": losses[rows, networks],
                "accuracy": accuracies[rows, networks],
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """A row per network: seed, learning rate, how it ended and when, loss and accuracy of its last evaluation."""
        return pd.DataFrame(
            {
                "seed": self.seeds,
                "learning_rate": self.learning_rates,
                "status": [str(outcome.status) for outcome in self.outcomes],
                "solved_at": self.solved_at,
                "diverged_at": self.diverged_at,
                "loss": [outcome.loss for outcome in self.outcomes],
                "accuracy": [outcome.accuracy for outcome in self.outcomes],
            }
        )

    def networks(self, moment: str = "final") -> Networks:
        """The weights at a moment: initial, half (of the budget; NaN for networks that had left) or final."""
        one_of("moment", moment, STAGES)
        recurrent, readout = (self.saved[f"{moment}.{name}"] for name in ("recurrent", "readout"))
        return Networks(self.parts.cell, self.parts.task, self.to_frame(), recurrent, readout)

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """The final weights by name, each [network ...]; see `Networks.weights`."""
        return self.networks().weights

    def torch_module(self, network: SupportsIndex, moment: str = "final") -> "Network":
        """A network as a module of torch; see `Networks.torch_module`."""
        return self.networks(moment).torch_module(network)

    @property
    def recurrent_weights(self) -> int:
        """The number of entries of a network's matrices on h and x alone."""
        return Layout(self.parts.cell, self.spec.hidden_size, self.parts.task.inputs).product_weights

    def _update_of(self, status: RunStatus) -> PerNetwork:
        return np.array([float(each.update) if each.status is status else np.nan for each in self.outcomes])

    def _head(self) -> str:
        spec, statuses = self.spec, [outcome.status for outcome in self.outcomes]
        counts = (f"{statuses.count(status)} {status}" for status in RunStatus)
        asked = f"{spec.cell}, {spec.named_task} over {counted(spec.length, 'step')}, {counted(spec.updates, 'update')}"
        networks, units = counted(len(self), "network"), counted(spec.hidden_size, "unit")
        return f"{networks} of {units} ({asked}): {', '.join(counts)}"

    def __repr__(self) -> str:
        return self._head()

    def _repr_html_(self) -> str:
        frame = self.to_frame()[["seed", "learning_rate", "status", "solved_at", "loss", "accuracy"]]
        shown = [[_shown(value) for value in row] for row in frame.head(MOST_ROWS).itertuples(index=False)]
        more = f"<p>… and {len(frame) - MOST_ROWS} more: to_frame()</p>" if len(frame) > MOST_ROWS else ""
        return page(self._head(), table_html(list(frame), shown), more)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "–" if np.isnan(value) else f"{value:.4g}"
    return str(value)
