"""The networks that the runs of a study saved, selected by their settings."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
import pandas as pd

from gradient_horizon.errors import ResultsError, StoreError
from gradient_horizon.library.arguments import one_of, plain, quoted
from gradient_horizon.library.networks import Networks
from gradient_horizon.library.result_files import PLAN, require_undamaged, study_folder
from gradient_horizon.pipeline.listed_runs import listed_runs
from gradient_horizon.storage import read_arrays
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.training.assembly import build_cell, build_changes, task_of
from gradient_horizon.training.stages import STAGES

OF_RUNS = ("experiment", "task", "cell", "remedy", "length")
OF_NETWORKS = ("seed", "learning_rate")
KIND = ("named_task", "cell", "remedy", "changes", "hidden_size")
"""What networks must share to stand in one array."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The settings that networks are selected by; None: any."""

    experiment: str | None
    task: str | None
    cell: str | None
    remedy: str | None
    length: SupportsIndex | None
    seed: SupportsIndex | None
    learning_rate: SupportsFloat | None
    moment: str
    chosen: bool


def saved_networks(folder: Path, store: Path, wanted: Chosen) -> Networks:
    """The selected networks of the study in this folder; raises what `StudyResults.networks` says."""
    one_of("moment", wanted.moment, STAGES)
    runs = _runs(folder, store)
    chosen = [run for run in runs if all(_fits(getattr(wanted, name), run.key[name]) for name in OF_RUNS)]
    if not chosen:
        raise ValueError(f"networks must be of runs of the study, got {_asked(wanted)}; {_legal(runs)}")
    _require_one_kind([run.spec for run in chosen])
    spec = chosen[0].spec
    with _own_classes(folder, (spec.cell, spec.task, *(name for name, _ in spec.changes))):
        changes = build_changes(spec.changes)
        cell, task = build_cell(spec.cell, changes), task_of(spec)
    rows, arrays = [], []
    for run in chosen:
        places = list(_places(run, wanted))
        if places:
            saved = _read(run)
            names = [f"{wanted.moment}.{part}" for part in ("recurrent", "readout")]
            arrays.append([saved[name][[place for place, _ in places]] for name in names])
            rows += [row for _, row in places]
    if not rows:
        raise ValueError(f"networks must be of runs of the study, got {_asked(wanted)}: no seed or rate of theirs fits")
    recurrent, readout = (np.concatenate(parts) for parts in zip(*arrays, strict=True))
    return Networks(cell, task, pd.DataFrame(rows), recurrent, readout)


def _runs(folder: Path, store: Path) -> list[RunFiles]:
    plan = (folder / PLAN / "study.json", folder / PLAN / "runs.csv")
    for file in plan:
        if not file.is_file():
            raise ResultsError(f"{folder} must have {PLAN}/{file.name}, which lists its runs, got none")
    require_undamaged(*plan)
    try:
        with _own_classes(folder):
            return list(listed_runs(*plan, Store(store)))
    except StoreError as error:
        raise ResultsError(f"the runs of {folder} cannot be found: {error}") from None


@contextmanager
def _own_classes(folder: Path, names: Iterable[str] = ()) -> Iterator[None]:
    """Says what to do where a class of the study's own cannot be imported; only whoever loads a study may allow it."""
    try:
        yield
    except (ImportError, AttributeError) as error:
        own = ", ".join(repr(name) for name in names if ":" in name) or "its own classes"
        raise ResultsError(
            f"{own} must be importable for the networks of {folder}, got {type(error).__name__}: {error}. Add the "
            f"folder of the study first: import sys; sys.path.insert(0, {str(study_folder(folder))!r})"
        ) from None


def _read(run: RunFiles) -> dict[str, np.ndarray]:
    require_undamaged(run.stored.networks)
    return read_arrays(run.stored.networks)


def _places(run: RunFiles, wanted: Chosen) -> Iterator[tuple[int, dict[str, Any]]]:
    """Index and row of each network of a run that is wanted."""
    if not run.stored.is_trained:
        raise ResultsError(
            f"run {run.run} must be trained, got none or a part of it in {run.stored.folder}: run its study again"
        )
    require_undamaged(run.stored.outcome)
    for index, network in run.networks():
        if wanted.chosen and not (network["judged"] and network["chosen"]):
            continue
        if all(_fits(getattr(wanted, name), network[name]) for name in OF_NETWORKS):
            yield index, {**{name: run.key[name] for name in OF_RUNS}, "moment": wanted.moment, **network}


def _fits(wanted: Any, value: Any) -> bool:
    """Whether any value is wanted, or this one; none fits an array of several."""
    return wanted is None or (np.ndim(wanted) == 0 and bool(wanted == value))


def _require_one_kind(specs: list[RunSpec]) -> None:
    for name in KIND:
        given = list(dict.fromkeys(_text(getattr(spec, name)) for spec in specs))
        if len(given) > 1:
            word = name.removeprefix("named_")
            key = "experiment" if word in ("changes", "hidden_size") else word
            raise ValueError(
                f"networks must be of one task, cell, remedy and width, got {word} {', '.join(given)}; choose by {key}="
            )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _asked(wanted: Chosen) -> str:
    named = {name: getattr(wanted, name) for name in (*OF_RUNS, *OF_NETWORKS)}
    return (
        ", ".join(f"{name} {quoted(plain(value))}" for name, value in named.items() if value is not None)
        or "no setting"
    )


def _legal(runs: list[RunFiles]) -> str:
    """The settings that runs of the study have, in words."""
    values = {name: dict.fromkeys(str(run.key[name]) for run in runs) for name in OF_RUNS}
    return "; ".join(f"{name}: {', '.join(of_name)}" for name, of_name in values.items())
