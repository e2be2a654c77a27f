"""The cost of runs: their sizes, from the task, the cell and the changes that they name."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import trace
from gradient_horizon.engine.expression import Expression
from gradient_horizon.study.costs import FURTHER, Cost, Speed, expected
from gradient_horizon.study.limits import LARGEST, CellSizes, Sizes
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.assembly import (
    backpropagation_window,
    backward_hook,
    build_cell,
    build_changes,
    build_task,
)

COSTLY = ("sigmoid", "tanh", "exp", "log", "sqrt", "divide")
"""Operations that take several times as long as a sum."""

UNKNOWN_CHANNELS = 10
"""Inputs, and outputs, of a task of the user's own that cannot be made."""


class Costs:
    """The costs of runs on a core of this speed; what runs share is looked up once."""

    def __init__(self, speed: Speed):
        self.speed = speed
        self._tasks: dict[str, dict[str, int]] = {}
        self._cells: dict[str, tuple[CellSizes, dict[str, Any]]] = {}

    def of(self, spec: RunSpec, further: Iterable[str] = ()) -> Cost:
        """The expected cost of a run, and of measures beyond those of every run.

        Classes of the user's own that cannot be made count as the largest; to refuse them is for the preflight.
        """
        sizes, cell = self.sizes(spec)
        seconds = sum(FURTHER[name](sizes, cell) for name in further) * self.speed.measured
        return replace(expected(sizes, cell, self.speed), further=seconds)

    def sizes(self, spec: RunSpec) -> tuple[Sizes, CellSizes]:
        """The sizes of a run and of its cell."""
        if spec.named_task not in self._tasks:
            self._tasks[spec.named_task] = _sizes_of_task(spec)
        key = f"{spec.cell} {spec.changes}"
        if key not in self._cells:
            self._cells[key] = _sizes_of_cell(spec)
        task, (cell, by_changes) = self._tasks[spec.named_task], self._cells[key]
        seeds = len(spec.seeds) + len(spec.pilot_seeds)
        return Sizes(
            length=spec.length,
            hidden_size=spec.hidden_size,
            batch_size=spec.batch_size,
            networks=seeds * len(spec.learning_rates),
            seeds=seeds,
            judged_seeds=len(spec.seeds),
            updates=spec.updates,
            evaluate_every=spec.evaluate_every,
            evaluation_sequences=spec.evaluation_sequences,
            hidden_gradients_every=spec.hidden_gradients_every,
            inputs=task["inputs"],
            outputs=task["outputs"],
            itemsize=4 if spec.precision == "float32" else 8,
            answers=spec.length if task["every_step"] else 1,
            **by_changes,
        ), cell


def cell_sizes(cell: Cell) -> CellSizes:
    """What the cost of a cell depends on; raises EquationError for one that cannot be traced, unless it mixes units."""
    sizes = replace(
        LARGEST,
        recurrent=sum(block.matrices(cell.multiplied) for block in cell.rows),
        blocks=len(cell.rows),
        states=len(cell.state),
        multiplied=cell.multiplied,
        normalised=cell.normalised,
        mixes_units=cell.mixes_units,
    )
    if cell.mixes_units:
        return sizes
    equations = trace(cell)
    operations = _operations((*equations.after, *equations.gates.values()))
    functions = sum(name in COSTLY for name in operations)
    return replace(sizes, saved=len(equations.saved), operations=len(operations), functions=functions)


def _operations(results: Sequence[Expression]) -> list[str]:
    """The operations that results need, each node once."""
    names: dict[int, str] = {}
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node.index not in names and node.operation not in ("symbol", "constant"):
            names[node.index] = node.operation
            waiting += node.arguments
    return list(names.values())


def _sizes_of_task(spec: RunSpec) -> dict[str, int]:
    try:
        task = build_task(spec.task, spec.task_parameters)
        return {"inputs": int(task.inputs), "outputs": int(task.outputs), "every_step": bool(task.every_step)}
    except (Exception, SystemExit):
        return {"inputs": UNKNOWN_CHANNELS, "outputs": UNKNOWN_CHANNELS, "every_step": False}


def _sizes_of_cell(spec: RunSpec) -> tuple[CellSizes, dict[str, Any]]:
    """The sizes of a run's cell, and what its changes add to those of the run."""
    try:
        changes = build_changes(spec.changes)
        by_changes = {
            "window": backpropagation_window(changes),
            "has_hook": backward_hook(changes) is not None,
            "is_parametrised": any(change.parametrisation for change in changes),
        }
        return cell_sizes(build_cell(spec.cell, changes)), by_changes
    except (Exception, SystemExit):
        return LARGEST, {}
