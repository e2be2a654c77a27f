"""Checks the user's own cells, tasks and changes on one tiny batch, before anything is trained."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.make_passes import make_passes
from gradient_horizon.seeding import generator
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import LOSSES, Baseline, Task
from gradient_horizon.training.assembly import task_of
from gradient_horizon.training.loop import train
from gradient_horizon.training.starts import initial_weights

SEQUENCES, STEPS, HIDDEN, INPUTS = 4, 3, 4, 2


def own_class_problems(study: Study) -> Iterator[str]:
    """A sentence for each fault of the user's own classes; classes without faults are then trained together."""
    own, specs = study.own_classes, expand(study)
    broken = set()
    for name in own:
        task = next((spec for spec in specs if spec.task == name), None)
        if task is not None:
            found = list(_task_problems(task))
        elif any(spec.cell == name for spec in specs):
            found = list(_cell_problems(name))
        else:
            found = []
        yield from (f"{own[name]}: {name!r} {problem}" for problem in found)
        broken |= {name} if found else set()
    for spec in _smallest(specs):
        names = [name for name in _names(spec) if name in own]
        if names and not broken & set(names):
            yield from (
                f"{own[names[0]]}: {' with '.join(map(repr, names))} {problem}" for problem in _run_problems(spec)
            )


def _task_problems(spec: RunSpec) -> Iterator[str]:
    try:
        task = task_of(spec)
        yield from _statement_problems(task, spec.length)
        yield from _batch_problems(task, spec.length)
    except (Exception, SystemExit) as error:
        yield f"must give its baselines and a tiny batch, got {_said(error)}"


def _statement_problems(task: Task, length: int) -> Iterator[str]:
    """Faults in the attributes and baselines of a task."""
    solved_when, loss = getattr(task, "solved_when", None), getattr(task, "loss", None)
    if not _is_text(solved_when):
        yield f"must say in `solved_when`, as text, when it counts as solved, got {solved_when!r}"
    if loss not in LOSSES:
        yield f"must have a `loss` of {' or '.join(LOSSES)}, got {loss!r}"
    baselines = task.baselines(length)
    if not baselines:
        yield f"must give at least one baseline for length {length}, got {baselines!r}"
    for baseline in baselines or ():
        if not (isinstance(baseline, Baseline) and _is_text(baseline.name) and math.isfinite(baseline.loss)):
            yield f"must give baselines with a name, as text, and a finite loss, got {baseline!r}"


def _batch_problems(task: Task, length: int) -> Iterator[str]:
    """Faults in the sequences that a task samples."""
    batch = task.sample(length, SEQUENCES, generator=generator(0, "preflight"))
    inputs, target = np.shape(batch.inputs), np.shape(batch.target)
    if inputs != (expected := (length, task.inputs, SEQUENCES)):
        yield f"must sample inputs [time feature batch] of shape {expected}, got {inputs}"
    elif not np.isfinite(batch.inputs).all():
        yield "must sample inputs that are finite, got some that are not"
    if target != (SEQUENCES,):
        yield f"must sample targets [batch] of shape {(SEQUENCES,)}, got {target}"
    elif task.loss == "cross-entropy" and not _are_classes(task.answers(batch), task.outputs):
        yield f"must have whole targets from 0 to {task.outputs - 1} (outputs = {task.outputs}), got others"


def _cell_problems(name: str) -> Iterator[str]:
    try:
        made = registries.load(registries.CELLS, "cell", name)
    except (Exception, SystemExit) as error:
        yield f"must be importable, got {_said(error)}"
        return
    if not (isinstance(made, type) and issubclass(made, Cell)):
        yield f"must be a class made from {Cell.__module__}:{Cell.__name__}, got {made!r}"
        return
    try:
        cell = made()
        weight = initial_weights(Layout(cell, HIDDEN, INPUTS), 1, (), length=STEPS, seed=0).recurrent
        passes = make_passes(cell, steps=STEPS, hidden=HIDDEN, inputs=INPUTS, batch=SEQUENCES, precision="float64")
        passes.load(generator(0, "preflight").standard_normal((STEPS, INPUTS, SEQUENCES)))
        last = passes.forward(weight)
        gradients = passes.backward(np.ones_like(last))
    except (Exception, SystemExit) as error:
        yield f"must run forward and backward on a tiny batch, got {_said(error)}"
        return
    if not np.isfinite(last).all():
        yield "must give finite states on a tiny batch, got some that are not"
    if not np.isfinite(gradients.weight).all():
        yield "must give finite gradients on a tiny batch, got some that are not"


def _run_problems(spec: RunSpec) -> Iterator[str]:
    try:
        train(spec)
    except (Exception, SystemExit) as error:
        where = f"task {spec.task}, cell {spec.cell}, remedy {spec.remedy}"
        yield f"must train on a tiny batch ({where}), got {_said(error)}"


def _smallest(specs: tuple[RunSpec, ...]) -> list[RunSpec]:
    """One run of each task, cell and remedy: the shortest, with one network and one update."""
    shortest: dict[str, RunSpec] = {}
    for spec in sorted(specs, key=lambda spec: spec.length):
        shortest.setdefault(repr((spec.named_task, spec.cell, spec.changes)), spec)
    return [
        replace(
            spec,
            hidden_size=HIDDEN,
            batch_size=SEQUENCES,
            learning_rates=spec.learning_rates[:1],
            updates=1,
            evaluate_every=1,
            evaluation_sequences=SEQUENCES,
            hidden_gradients_every=1,
            seeds=spec.seeds[:1],
            pilot_seeds=(),
        )
        for spec in shortest.values()
    ]


def _names(spec: RunSpec) -> list[str]:
    return [spec.task, spec.cell, *(name for name, _ in spec.changes)]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


def _are_classes(answers: np.ndarray, outputs: int) -> bool:
    whole = np.issubdtype(np.asarray(answers).dtype, np.integer)
    return bool(whole and np.min(answers) >= 0 and np.max(answers) < outputs)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
