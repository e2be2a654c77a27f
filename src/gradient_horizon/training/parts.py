"""What a run is made of: objects in place of the names that stand in its specification."""

from dataclasses import dataclass

from gradient_horizon.engine.cell import Cell
from gradient_horizon.remedies.base import Change
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.assembly import build_cell, build_changes, task_of
from gradient_horizon.training.members import Member, members


@dataclass(frozen=True)
class Parts:
    """The task, the changes, the cell as they adapted it, and the networks; a caller may have made these itself.

    Networks of one seed see the same sequences.
    """

    task: Task
    changes: tuple[Change, ...]
    cell: Cell
    members: tuple[Member, ...]


def parts_of(spec: RunSpec) -> Parts:
    """The parts that a specification names: every seed at every learning rate."""
    changes = build_changes(spec.changes)
    return Parts(task_of(spec), changes, build_cell(spec.cell, changes), members(spec))
