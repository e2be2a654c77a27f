"""Comparison of a study with the same study on another processor, by what is promised for the two.

Training gives the same bytes, and so do the tables that are made from training alone. What is measured on the trained
networks, by libraries for linear algebra, gives the same verdicts, texts and integers, and numbers that are near.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from gradient_horizon.pipeline.comparing import Difference, Exemption, compare
from gradient_horizon.pipeline.listed_runs import listed_runs
from gradient_horizon.pipeline.places import STORE, results_of
from gradient_horizon.store.store import Store
from gradient_horizon.tables.catalogue import FROM_RUNS, FROM_TABLES, StoredTables
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Row

TOLERANCE = 1e-6
"""Measures may differ by this share of the larger of both."""

TRAINING = ("networks", "history", "outcome")
"""What training leaves of a run; its provenance, beside them, names the processor."""

ROUNDED: Mapping[str, str] = MappingProxyType(
    {
        "hidden_gradients": "geometric means, by NumPy's exponential and logarithm",
        "baselines": "logistic regression, by scikit-learn and a library for linear algebra",
        "success": "repeats the losses of baselines",
        "horizons": "lengths between those tried, by a power",
    }
)
"""Tables made from training alone, but by functions that round by the processor; held to the tolerance."""

_EFFECT = ("tests.effect", "tests.effect_low", "tests.effect_high")

EXEMPTIONS = (
    Exemption(("powers.error",), 1e-4, "a rounding error, magnified by the condition number of V: up to 1e12"),
    Exemption(_EFFECT, 0.05, "the share of these errors below 1e-8", {"claim": "eigen-power", "test": "defective"}),
    Exemption(("equality.states", "equality.gradients"), 1e-6, "a rounding error of float32", {"precision": "float32"}),
    Exemption(_EFFECT, 1e-6, "the largest of these", {"claim": "three-gates", "test": "torch-float32"}),
    Exemption(
        ("gradients.memory_capacity", "gradients.memory_capacity_chance", "memories.memory_capacity"),
        1e-4,
        "normal equations of states that hardly vary: their condition numbers, of up to 1e11, magnify rounding errors",
    ),
)
"""Numbers that are rounding errors, or magnify them, with their absolute bounds on another processor."""


def compare_processors(folder: Path, reference: Path, study: str) -> list[Difference]:
    """What differs between a study on two processors and is promised not to; both must be complete.

    `folder` and `reference` are the places of two projects, each with a store and with results.
    """
    results, others = (place / results_of(study) for place in (folder, reference))
    differences = [*_training(_runs(folder, study), _runs(reference, study))]
    for name in sorted(tables_of_training(reference, study) - ROUNDED.keys()):
        differences += _bytes(results / "tables", others / "tables", (f"{name}.parquet", f"{name}.csv"))
    return differences + compare(results, others, tolerance=TOLERANCE, exemptions=EXEMPTIONS)


def tables_of_training(folder: Path, study: str) -> set[str]:
    """The tables of a study that no measure enters: its rows are made again, and what they are made from is watched."""
    runs = [_Unmeasured(run.spec, run.stored) for run in _runs(folder, study)]
    found = {name for name, rows_of in FROM_RUNS.items() if not any(_needs_measures(rows_of, run) for run in runs)}
    for name, rows_of in FROM_TABLES.items():
        tables = _Watched(folder / results_of(study) / "tables")
        for _ in rows_of(tables):
            pass
        if tables.used <= found:
            found.add(name)
    return found


def _runs(folder: Path, study: str) -> list[RunFiles]:
    plan = folder / results_of(study) / "plan"
    return list(listed_runs(plan / "study.json", plan / "runs.csv", Store(folder / STORE)))


class _MeasuresNeededError(Exception):
    """Rows cannot be made without measures."""


class _Unmeasured(RunFiles):
    """The files of a run that has not been measured."""

    @cached_property
    def measures(self) -> dict[str, np.ndarray]:
        raise _MeasuresNeededError

    def further(self, name: str) -> dict[str, np.ndarray] | None:
        raise _MeasuresNeededError


class _Watched(StoredTables):
    """The tables of a study, and the names of those that were used."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.used.add(name)
        return super().__getitem__(name)


def _needs_measures(rows_of: Callable[[RunFiles], Iterable[Row]], run: RunFiles) -> bool:
    try:
        for _ in rows_of(run):
            pass
    except _MeasuresNeededError:
        return True
    return False


def _training(runs: Sequence[RunFiles], others: Sequence[RunFiles]) -> Iterator[Difference]:
    """The files of training that are not the same bytes, run by run."""
    here, there = ({run.run: run.stored for run in each} for each in (runs, others))
    for run in sorted({*here, *there}):
        if run not in here or run not in there:
            yield Difference(run, "in one of both only")
            continue
        for part in TRAINING:
            one, other = getattr(here[run], part), getattr(there[run], part)
            yield from _bytes(one.parent, other.parent, (one.name,))


def _bytes(folder: Path, other: Path, names: Iterable[str]) -> Iterator[Difference]:
    for name in names:
        here, there = folder / name, other / name
        if not (here.exists() and there.exists()):
            yield Difference(f"{folder.name}/{name}", "file in one of both only")
        elif here.read_bytes() != there.read_bytes():
            yield Difference(f"{folder.name}/{name}", "differs in its bytes")
