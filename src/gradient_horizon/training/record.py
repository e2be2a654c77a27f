"""The record of a run: history, saved weights and outcomes of all its networks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.evaluation import Evaluation
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus
from gradient_horizon.training.population import Population
from gradient_horizon.training.stages import STAGES
from gradient_horizon.training.step import Step

HISTORY, SAVED = "history.", "saved."


class Record:
    """Arrays and outcomes of all networks, those that have left included.

    `history` holds, NaN once a network has left: per update [update network] "loss", "gradient_norm",
    "limited_gradient_norm" (after clipping) and "update_ratio" (see `Step`); per record [record time network]
    "hidden_gradient"; per evaluation [evaluation network] "evaluation_loss" and "evaluation_accuracy".

    `saved` holds the weights of every network at three stages, "initial", "half" (of the budget; NaN for networks that
    had left) and "final" (when it left): arrays "stage.recurrent" [network row column] and "stage.readout" [network
    output column].
    """

    def __init__(self, population: Population):
        self.spec, self.members = population.spec, population.members
        self.history = _empty_history(self.spec, len(self.members))
        self.saved = {
            f"{stage}.{name}": np.full(parameter.shape, np.nan, dtype=self.spec.precision)
            for stage in STAGES
            for name, parameter in (("recurrent", population.weight), ("readout", population.readout))
        }
        self.outcomes: dict[int, NetworkOutcome] = {}
        self.last_evaluation = {network: (np.nan, np.nan) for network in range(len(self.members))}

    def add_step(self, update: int, step: Step, networks: Sequence[int]) -> None:
        """Stores what an update (counted from 1) of these networks gave."""
        self.history["loss"][update - 1, networks] = step.loss
        self.history["gradient_norm"][update - 1, networks] = step.gradient_norm
        self.history["limited_gradient_norm"][update - 1, networks] = step.limited_gradient_norm
        self.history["update_ratio"][update - 1, networks] = step.update_ratio
        row, rest = divmod(update - 1, self.spec.hidden_gradients_every)
        if rest == 0:
            self.history["hidden_gradient"][row, :, networks] = step.hidden_gradient

    def add_evaluation(self, update: int, evaluation: Evaluation, networks: Sequence[int]) -> None:
        """Stores the evaluation of these networks after this update."""
        row = (update - 1) // self.spec.evaluate_every
        self.history["evaluation_loss"][row, networks] = evaluation.loss
        self.history["evaluation_accuracy"][row, networks] = evaluation.accuracy
        self.last_evaluation.update(zip(networks, zip(*evaluation, strict=True), strict=True))

    def add_outcomes(self, networks: Sequence[int], status: RunStatus, update: int) -> None:
        """Stores how these networks ended."""
        for network in networks:
            member = self.members[network]
            self.outcomes[network] = NetworkOutcome(
                member.seed, member.judged, member.learning_rate, status, update, *self.last_evaluation[network]
            )

    @property
    def in_order(self) -> tuple[NetworkOutcome, ...]:
        """How the networks ended that have left, in their order."""
        return tuple(outcome for _, outcome in sorted(self.outcomes.items()))

    def save(self, stage: str, population: Population, networks: Sequence[int]) -> None:
        """Stores a copy of the weights of these networks, which must still be training."""
        for network in networks:
            place = population.alive.index(network)
            self.saved[f"{stage}.recurrent"][network] = population.weight[place]
            self.saved[f"{stage}.readout"][network] = population.readout[place]

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The whole record: arrays, and facts that JSON can hold."""
        arrays = {f"{HISTORY}{name}": values for name, values in self.history.items()}
        arrays |= {f"{SAVED}{name}": values for name, values in self.saved.items()}
        outcomes = {network: asdict(outcome) for network, outcome in self.outcomes.items()}
        return arrays, {"outcomes": outcomes, "last_evaluation": self.last_evaluation}

    def restore(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Takes over what `state` returned; JSON turns the indices of networks into text."""
        self.history, self.saved = _with_prefix(arrays, HISTORY), _with_prefix(arrays, SAVED)
        self.outcomes = {
            int(network): NetworkOutcome(**outcome | {"status": RunStatus(outcome["status"])})
            for network, outcome in facts["outcomes"].items()
        }
        self.last_evaluation = {int(network): tuple(values) for network, values in facts["last_evaluation"].items()}


def _empty_history(spec: RunSpec, networks: int) -> dict[str, np.ndarray]:
    def empty(*shape: int) -> np.ndarray:
        return np.full(shape, np.nan, dtype=spec.precision)

    evaluations = -(-spec.updates // spec.evaluate_every)
    records = -(-spec.updates // spec.hidden_gradients_every)
    per_update = ("loss", "gradient_norm", "limited_gradient_norm", "update_ratio")
    return {
        **{name: empty(spec.updates, networks) for name in per_update},
        "evaluation_loss": empty(evaluations, networks),
        "evaluation_accuracy": empty(evaluations, networks),
        "hidden_gradient": empty(records, spec.length, networks),
    }


def _with_prefix(arrays: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
