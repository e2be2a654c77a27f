"""What a study needs of the tasks and changes that it names, as protocols: their classes belong to later folders."""

from typing import Any, Protocol, runtime_checkable

from gradient_horizon import registries


@runtime_checkable
class Task(Protocol):
    """A task as a plan sees it: its sizes, and the sequence lengths that make sense."""

    inputs: int
    outputs: int
    minimal_length: int
    fixed_length: int | None


@runtime_checkable
class Change(Protocol):
    """A change as a plan sees it: what it changes, what it needs of a cell, its parameters."""

    kind: str

    def unmet_need(self, cell: Any) -> str | None:
        """What it needs and the cell does not have, in words; None: it fits."""

    def shortest_length(self) -> int:
        """The shortest sequence on which the change means anything."""

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """Its parameters."""


def task_named(name: str) -> Task:
    """The task behind a name; raises UnknownNameError, or ImportError for a class of the user's own."""
    task: Task = registries.load(registries.TASKS, "task", name)()
    return task
