"""Runs of Python in a folder of the form of a study's store, so that the same call need not train them again."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gradient_horizon.library.given import Given
from gradient_horizon.library.trained import Training
from gradient_horizon.pipeline.batch_work import provenance
from gradient_horizon.storage import is_whole, move_aside, read_arrays, write_arrays, write_json
from gradient_horizon.store.keys import Keys, identity, keys_of, training_files
from gradient_horizon.store.store import Store, StoredRun
from gradient_horizon.store.syntax import digest_of_code
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.members import Member, members
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus
from gradient_horizon.training.parts import Parts


@dataclass(frozen=True)
class Place:
    """Where a run is kept, and all that decides it; a run that a study may have too is where the study has it."""

    stored: StoredRun
    identity: dict[str, Any]
    checkpoint_identity: str


def place_of(folder: Path, given: Given, spec: RunSpec, networks: Sequence[Member]) -> Place:
    """The place of a run; raises StoreError where nothing can be kept there, ValueError for what cannot be known again.

    Tasks and changes that no file states are known by their code in memory, pairs by themselves.
    """
    is_crossed = tuple(networks) == members(spec)
    if is_crossed and given.is_named:
        keys, described = keys_of(spec), identity(spec)
    else:
        described = given.identity(spec)
        if not is_crossed:
            described["networks"] = [[member.seed, member.learning_rate] for member in networks]
        digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        keys = Keys(digest[:32], str(spec.hidden_gradients_every), "none")
    store = Store(folder)
    store.prepare()
    code = digest_of_code(training_files())
    return Place(store.run(keys), described, f"{keys.networks} {keys.history} {code}")


def read_run(place: Place, spec: RunSpec, parts: Parts) -> Training | None:
    """The finished run; None if there is none. A damaged file is moved aside, with a warning."""
    stored = place.stored
    files = (stored.networks, stored.history, stored.outcome, stored.provenance)
    for file in files:
        if file.is_file() and not is_whole(file):
            warnings.warn(
                f"{file} is not what was written there; it has been moved to {move_aside(file).name}, and the run is "
                "trained again",
                stacklevel=3,
            )
    if not all(file.is_file() for file in files):
        return None
    outcome = json.loads(stored.outcome.read_text(encoding="utf-8"))
    outcomes = tuple(_outcome(network) for network in outcome["networks"])
    saved, history = read_arrays(stored.networks), read_arrays(stored.history)
    return Training(spec, parts, outcomes, saved, history, outcome["parameters"])


def write_run(place: Place, training: Training) -> None:
    """Keeps a finished run, the outcome last."""
    stored, spec = place.stored, training.spec
    is_crossed = training.parts.members == members(spec)
    write_arrays(stored.networks, training.saved)
    write_arrays(stored.history, training.history)
    write_json(stored.provenance, provenance(spec, training.parts.task))
    write_json(
        stored.outcome,
        {
            "identity": place.identity,
            "parameters": training.parameters,
            "recurrent_weights": training.recurrent_weights,
            "chosen_learning_rates": [*choose_learning_rates(training.outcomes).values()] if is_crossed else [],
            "pilot_learning_rates": [],
            "networks": [asdict(outcome) for outcome in training.outcomes],
        },
    )


def _outcome(stored: dict[str, Any]) -> NetworkOutcome:
    """As it was; JSON has null for numbers that are not finite."""
    numbers = {name: float("nan") if stored[name] is None else stored[name] for name in ("loss", "accuracy")}
    return NetworkOutcome(**{**stored, **numbers, "status": RunStatus(stored["status"])})
