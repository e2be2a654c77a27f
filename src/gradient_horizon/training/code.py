"""The code that decides the numbers of a run: when it changes, the run is trained again."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.study.run_spec import RunSpec

PACKAGE = Path(registries.__file__).parent

ENGINE = (
    "engine/axes.py",
    "engine/cell.py",
    "engine/kernels.py",
    "engine/passes.py",
    "engine/segments.py",
    "remedies/base.py",
    "remedies/cayley.py",
    "seeding.py",
    "storage.py",
    "study/run_spec.py",
    "tasks/base.py",
    "training/checkpoints.py",
    "training/loop.py",
    "training/losses.py",
    "training/optimisers.py",
    "training/starts.py",
)


def code_of_run(spec: RunSpec) -> list[Path]:
    """The files whose code decides the numbers of a run: the engine, and its own cell, task and changes."""
    changes = [registries.load(registries.CHANGES, "change", name) for name, _ in spec.changes]
    parts = [name for change in changes for name in (change.wrapper, change.parametrisation)]
    own = [
        registries.source_file(registries.CELLS, "cell", spec.cell),
        registries.source_file(registries.TASKS, "task", spec.task),
        *(registries.source_file(registries.CHANGES, "change", name) for name, _ in spec.changes),
        *(registries.source_file({}, "class", name) for name in filter(None, parts)),
    ]
    return list(dict.fromkeys([*(PACKAGE / name for name in ENGINE), *own]))
