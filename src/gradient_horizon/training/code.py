"""The code that decides the numbers of a run: when it changes, the run is trained again."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.study.run_spec import RunSpec

PACKAGE = Path(registries.__file__).parent

ENGINE = (
    "engine/any_passes.py",
    "engine/arguments.py",
    "engine/cell.py",
    "engine/compiler/backward.py",
    "engine/compiler/cell_code.py",
    "engine/compiler/elementary.py",
    "engine/compiler/forward.py",
    "engine/compiler/normalisation.py",
    "engine/compiler/numerics.py",
    "engine/compiler/outer_products.py",
    "engine/compiler/pointwise.py",
    "engine/compiler/products.py",
    "engine/compiler/read_out.py",
    "engine/compiler/subnormal.py",
    "engine/compiler/writer.py",
    "engine/equations.py",
    "engine/expression.py",
    "engine/functions.py",
    "engine/group.py",
    "engine/kernels_of.py",
    "engine/lanes.py",
    "engine/layout.py",
    "engine/make_passes.py",
    "engine/numerics.py",
    "engine/objects.py",
    "engine/packed_weight.py",
    "engine/passes.py",
    "engine/reference.py",
    "engine/reference_passes.py",
    "engine/segments.py",
    "engine/subnormal.py",
    "engine/tape.py",
    "remedies/base.py",
    "remedies/cayley.py",
    "seeding.py",
    "storage.py",
    "study/run_spec.py",
    "tasks/base.py",
    "training/assembly.py",
    "training/batch_pass.py",
    "training/checkpoints.py",
    "training/data.py",
    "training/ensemble.py",
    "training/evaluation.py",
    "training/learning_rate.py",
    "training/loop.py",
    "training/members.py",
    "training/optimisers.py",
    "training/outcome.py",
    "training/population.py",
    "training/read_out.py",
    "training/record.py",
    "training/stages.py",
    "training/starts.py",
    "training/step.py",
)
"""Files of the package that take part in every run; not those that only name, report or limit (`study/limits.py`)."""


def code_of_run(spec: RunSpec) -> list[Path]:
    """The files whose code decides the numbers of a run: the engine, and its own cell, task and changes."""
    changes = [registries.load(registries.CHANGES, "change", name) for name, _ in spec.changes]
    parts = [change.parametrisation for change in changes]
    own = [
        registries.source_file(registries.CELLS, "cell", spec.cell),
        registries.source_file(registries.TASKS, "task", spec.task),
        *(registries.source_file(registries.CHANGES, "change", name) for name, _ in spec.changes),
        *(registries.source_file({}, "class", name) for name in filter(None, parts)),
    ]
    return list(dict.fromkeys([*(PACKAGE / name for name in ENGINE), *own]))
