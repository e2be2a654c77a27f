"""The code that decides the numbers of a run: when it changes, the run is made anew."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.run_spec import RunSpec

ENGINE = (
    "axes.py",
    "cells/base.py",
    "cells/pointwise.py",
    "checkpoints.py",
    "inits.py",
    "losses.py",
    "optimisers.py",
    "run_spec.py",
    "remedies/base.py",
    "seeding.py",
    "segments.py",
    "storage.py",
    "tasks/base.py",
    "training.py",
    "unroll.py",
)


def sources(spec: RunSpec) -> list[Path]:
    """The files whose code decides the numbers of a run: the engine, and its own cell, task and changes."""
    package = Path(__file__).parent
    changes = [registries.load(registries.CHANGES, "change", name) for name, _ in spec.changes]
    parts = [name for change in changes for name in (change.wrapper, change.parametrisation)]
    own = [
        registries.source_file(registries.CELLS, "cell", spec.cell),
        registries.source_file(registries.TASKS, "task", spec.task),
        *(registries.source_file(registries.CHANGES, "change", name) for name, _ in spec.changes),
        *(registries.source_file({}, "class", name) for name in filter(None, parts)),
    ]
    return list(dict.fromkeys([*(package / name for name in ENGINE), *own]))
