"""What a study needs of the tasks and changes that it names, as protocols: their classes belong to later folders."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from gradient_horizon import registries


@runtime_checkable
class Task(Protocol):
    """A task as a plan sees it: its sizes, and the sequence lengths that make sense."""

    inputs: int
    outputs: int
    minimal_length: int
    fixed_length: int | None

    def problems(self, lengths: Sequence[int]) -> Iterator[str]:
        """A sentence for each reason why its parameters or data do not allow these lengths."""


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


NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({})


def make_task(name: str, parameters: Mapping[str, Any] = NO_PARAMETERS, length: int | None = None) -> Any:
    """The task behind a name with these parameters; the one place where tasks are made.

    `length`: that of the networks that train on it, where there is one. Raises UnknownNameError, ValidationError for
    parameters, and for a class of the user's own ImportError and what it raises.
    """
    task = registries.load(registries.ALL_TASKS, "task", name)(**parameters)
    return task if length is None else task.at(length)


def settled_parameters(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a task that are not as by default, in the form of JSON; raises as `make_task`."""
    if not parameters:
        return {}
    task = registries.load(registries.ALL_TASKS, "task", name)
    model = registries.load({}, "function", "gradient_horizon.tasks.parameters:parameters_of")(task)
    settled: dict[str, Any] = model(**parameters).model_dump(mode="json", exclude_defaults=True)
    return settled
