"""The parts of a run, built from the names in its spec: task, changes, cell, parametrisation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.group import Hook
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.base import Change, Parametrisation
from gradient_horizon.study.parts import NO_PARAMETERS, make_task
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task


def build_task(name: str, parameters: Mapping[str, Any] = NO_PARAMETERS, length: int | None = None) -> Task:
    """The task of a run; see `make_task`."""
    task: Task = make_task(name, parameters, length)
    return task


def task_of(spec: RunSpec) -> Task:
    """The task of a run, for its length."""
    return build_task(spec.task, spec.task_parameters, spec.length)


def build_changes(changes: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Change, ...]:
    """The changes of a run's remedies, from names and parameters, in the order in which they apply."""
    return tuple(registries.load(registries.CHANGES, "change", name)(**values) for name, values in changes)


def build_cell(name: str, changes: Sequence[Change]) -> Cell:
    """The cell of a run, adapted by its changes; raises ValueError where a change does not fit it."""
    cell: Cell = registries.load(registries.CELLS, "cell", name)()
    for change in changes:
        if need := change.unmet_need(cell):
            raise ValueError(f"{type(change).__name__} must go with a cell that has {need}; {name!r} has not")
        change.adapt(cell)
    return cell


def build_parametrisation(
    recurrent: Float[np.ndarray, "network row column"], layout: Layout, changes: Sequence[Change]
) -> Parametrisation | None:
    """The function from free parameters to recurrent weight; None: the weight is trained itself.

    Replaces the initial weight in `recurrent` by the initial free parameters.
    """
    for name in filter(None, (change.parametrisation for change in changes)):
        parametrisation: Parametrisation = registries.load({}, "parametrisation", name)(recurrent, layout)
        return parametrisation
    return None


def backpropagation_window(changes: Sequence[Change]) -> int | None:
    """How many steps backpropagation goes back from the loss; None: to the first."""
    return next(filter(None, (change.backpropagation_window() for change in changes)), None)


def backward_hook(changes: Sequence[Change]) -> Hook | None:
    """What a change adds to the backward pass; None: nothing."""
    return next(filter(None, (change.backward_hook() for change in changes)), None)
