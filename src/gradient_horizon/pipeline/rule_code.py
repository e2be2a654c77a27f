"""The code that each rule declares as its input, so that an edit of it runs the rule again.

What an upstream rule declares is not repeated: when that rule runs again, so does everything downstream. A test
computes what the job of each rule imports and compares it with these lists.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from gradient_horizon import registries
from gradient_horizon.study.model import Study
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.code import ENGINE, PACKAGE, code_of_run

BESIDE_PASSES = (
    "make_passes.py",
    "numerics.py",
    "read_out.py",
    "reference.py",
    "reference_passes.py",
    "engine/subnormal.py",
)
PASSES = tuple(name for name in ENGINE if name.startswith("engine/") and not name.endswith(BESIDE_PASSES))
"""The files of the engine that compiled passes of a cell need."""

CODE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "plan": (
            "engine/compiler/numerics.py",
            "engine/compiler/subnormal.py",
            "engine/compiler/writer.py",
            "engine/numerics.py",
            "engine/objects.py",
            "pipeline/jobs/list_runs.py",
            "remedies/base.py",
            "seeding.py",
            "storage.py",
            "study/model.py",
            "study/parts.py",
            "study/plan.py",
            "study/run_spec.py",
            "tasks/base.py",
        ),
        "train": ("pipeline/jobs/train.py",),
        "measure": ("engine/axes.py", "measuring", "pipeline/jobs/measure.py"),
        "powers": ("measuring/checks/powers.py", "pipeline/jobs/powers.py", "seeding.py", "storage.py"),
        "equality": (
            "cells/gru.py",
            "cells/interchange.py",
            "cells/lstm.py",
            "cells/relu.py",
            "cells/tanh.py",
            *PASSES,
            "measuring/checks/equality.py",
            "pipeline/jobs/equality.py",
            "remedies/base.py",
            "seeding.py",
            "storage.py",
            "training/starts.py",
        ),
        "tables": ("pipeline/jobs/tables.py", "statistics.py", "tables"),
        "claims": ("claims", "language", "pipeline/jobs/claims.py"),
        "figure": (
            "figures/draw.py",
            "figures/groups.py",
            "figures/style.py",
            "pipeline/jobs/figure.py",
        ),
        "interactive": (
            "figures/groups.py",
            "figures/interactive/specify.py",
            "figures/style.py",
            "language/numbers.py",
            "language/words.py",
            "pipeline/jobs/interactive.py",
        ),
        "report": ("pipeline/jobs/report.py", "reporting"),
        "durations": ("pipeline/jobs/durations.py",),
    }
)
"""Files and folders of the package by rule; a folder stands for its modules, but for `__init__`."""


def code(rule: str) -> list[Path]:
    """The code that every job of a rule runs."""
    files: list[Path] = []
    for path in (PACKAGE / name for name in CODE[rule]):
        files += sorted(path.glob("[!_]*.py")) if path.is_dir() else [path]
    return files


def code_of_plan(study: Study) -> list[Path]:
    """The code of the plan, and the tasks and changes that it asks for their lengths and parameters."""
    tasks = {experiment.task for experiment in study.experiments}
    changes = {entry.change for entries in study.remedies.values() for entry in entries}
    return [
        *code("plan"),
        *_files(registries.TASKS, "task", sorted(tasks)),
        *_files(registries.CHANGES, "change", sorted(changes)),
    ]


def code_of_training(spec: RunSpec) -> list[Path]:
    """The code that trains a run: the engine, and the run's own cell, task and changes."""
    return [*code("train"), *code_of_run(spec)]


def code_of_figure(name: str) -> list[Path]:
    """The code that draws a figure."""
    return [*code("figure"), *_files(registries.FIGURES, "figure", [name])]


def code_of_interactive(name: str) -> list[Path]:
    """The code that specifies an interactive figure."""
    return [*code("interactive"), *_files(registries.INTERACTIVE, "interactive figure", [name])]


def _files(registry: Mapping[str, str], kind: str, names: Iterable[str]) -> list[Path]:
    return list(dict.fromkeys(registries.source_file(registry, kind, name) for name in names))
