"""What the job of a batch does: trains and measures the runs that the store lacks, one after another."""

import json
import platform
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.objects import processor
from gradient_horizon.errors import ChangedError, StoreError
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import is_whole, move_aside, read_arrays, write, write_arrays, write_json
from gradient_horizon.store.imports import SOURCES, closure
from gradient_horizon.store.keys import deciding_files, identity, keys_of
from gradient_horizon.store.store import StoredRun
from gradient_horizon.store.syntax import digest_of_code
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.assembly import task_of
from gradient_horizon.training.checkpoints import Checkpoint
from gradient_horizon.training.loop import train

PACKAGES = ("gradient-horizon", "numpy", "llvmlite", "scikit-learn", "safetensors")
MEASURING, EVERY_RUN = "measuring", "gradient_horizon.measuring.measure:measure"
"""The measures of every run, by the name of their stage; further ones are in the registry."""

Networks = dict[str, np.ndarray]


def complete(spec: RunSpec, stored: StoredRun, progress: ProgressWriter, *, training: float) -> None:
    """Trains and measures a run as far as the store lacks it, or has it damaged.

    `training` is the share of the work that training is expected to be. Raises StoreError where the store cannot be
    written, and what the run's own classes raise.
    """
    with stored.locked():
        trained = (stored.networks, stored.outcome, stored.history, stored.provenance)
        networks = None
        if not _are_there(*trained):
            progress.stage("training")
            networks = _train(spec, stored, lambda share: progress.advance(share * training))
        progress.advance(training)
        for name, file in {MEASURING: stored.measures, **stored.further}.items():
            if not _are_there(file):
                progress.stage("measuring")
                _measure(name, spec, stored, file, networks)
        progress.advance(1.0)


def record_failure(log: Path, run: str) -> None:
    """Writes the log of a run that has just raised something, where it can be written."""
    text = f"{run} failed at {time.strftime('%Y-%m-%d %H:%M:%S')}\n{traceback.format_exc()}"
    say(text)
    with _writing_to(log.parent):
        write(log, text)


def say(line: str) -> None:
    """Prints a line into the log of the batch."""
    print(line, flush=True)


def _are_there(*files: Path) -> bool:
    """Whether all of these files are there and whole; damaged ones are moved aside."""
    for file in files:
        if file.is_file() and not is_whole(file):
            say(f"{file} is not what was written there; it has been moved to {move_aside(file).name}")
    return all(file.is_file() for file in files)


def _train(spec: RunSpec, stored: StoredRun, advance: Callable[[float], None]) -> Networks:
    seeds = f"{len(spec.seeds)} + {len(spec.pilot_seeds)} seeds"
    say(f"training {spec.id}: {seeds} x {len(spec.learning_rates)} learning rates")
    keys, before = keys_of(spec), _states(spec)
    checkpoint = Checkpoint(stored.checkpoint, f"{keys.networks} {keys.history} {_code_of_training()}")
    start = time.monotonic()
    result = train(spec, report=say, advance=advance, checkpoint=checkpoint)
    if changed := [str(file) for file, state in _states(spec).items() if before.get(file) != state]:
        raise ChangedError(f"{', '.join(changed)} must stay as it is while a run is trained; call Snakemake again")
    with _writing_to(stored.folder):
        write_arrays(stored.networks, result.networks)
        write_arrays(stored.history, result.history)
        write_json(stored.provenance, provenance(spec, task_of(spec)))
        write_json(
            stored.outcome,
            {
                "identity": identity(spec),
                "parameters": result.parameters,
                "recurrent_weights": result.recurrent_weights,
                "chosen_learning_rates": result.chosen_learning_rates,
                "pilot_learning_rates": result.pilot_learning_rates,
                "networks": [asdict(network) for network in result.outcomes],
            },
        )
        _add_duration(stored, "training", time.monotonic() - start)
        checkpoint.remove()
    return result.networks


def _states(spec: RunSpec) -> dict[Path, tuple[int, int] | None]:
    """When the files that decide a run were changed last, and their sizes."""
    found: dict[Path, tuple[int, int] | None] = {}
    for file in deciding_files(spec):
        try:
            state = file.stat()
            found[file] = (state.st_mtime_ns, state.st_size)
        except OSError:
            found[file] = None
    return found


def _measure(name: str, spec: RunSpec, stored: StoredRun, into: Path, networks: Networks | None) -> None:
    # Loaded here, since a batch that finds all measures does without PyTorch, which takes a second to import.
    measure = registries.load({MEASURING: EVERY_RUN, **registries.MEASURES}, "measure", name)
    say(f"{name} {spec.id}")
    start = time.monotonic()
    rates = json.loads(stored.outcome.read_text(encoding="utf-8"))["chosen_learning_rates"]
    measures = measure(spec, rates, read_arrays(stored.networks) if networks is None else networks)
    with _writing_to(stored.folder):
        write_arrays(into, measures)
        _add_duration(stored, name, time.monotonic() - start)


def _add_duration(stored: StoredRun, stage: str, seconds: float) -> None:
    before: dict[str, float] = {}
    if is_whole(stored.durations):
        before = json.loads(stored.durations.read_text(encoding="utf-8"))
    write_json(stored.durations, {**before, stage: round(seconds, 3)})


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{folder} must be a folder that can be written to, got {error.strerror}. What is finished is kept; give "
            "it room, or the right to write, and run the same command again."
        ) from None


@cache
def _code_of_training() -> str:
    """A digest of the code that a checkpoint is read by."""
    return digest_of_code(closure([SOURCES / "gradient_horizon" / "training" / "loop.py"], base=SOURCES))


def provenance(spec: RunSpec, task: Task) -> dict[str, Any]:
    """What the run was trained for first, and where, and what its task made of a data file; it decides no number."""
    of_data = task.provenance()
    return {
        **({"data": of_data} if of_data else {}),
        "spec": json.loads(spec.to_json()),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "machine": {"system": platform.system(), "architecture": platform.machine()},
        "processor": processor()[0],
    }
