"""What a caller gives as cell, task and changes, by name, as a class or as an object, and how it is known again."""

import copy
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import trace
from gradient_horizon.library.arguments import plain, quoted
from gradient_horizon.library.classes import class_named, made_of
from gradient_horizon.library.own_code import digest_of
from gradient_horizon.remedies.base import Change
from gradient_horizon.store.keys import identity
from gradient_horizon.study.parts import NO_PARAMETERS, settled_parameters
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.study.task_entry import TaskEntry
from gradient_horizon.tasks.base import Task
from gradient_horizon.tasks.parameters import parameters_of

GivenCell = str | Cell | type[Cell]
GivenTask = str | Mapping[str, Any] | Task | type[Task]
GivenChange = str | Mapping[str, Any] | Change
GivenChanges = GivenChange | Iterable[GivenChange]

REGISTRIES: dict[str, tuple[Mapping[str, str], type]] = {
    "cell": (registries.CELLS, Cell),
    "task": (registries.ALL_TASKS, Task),
    "change": (registries.CHANGES, Change),
}


class Known(NamedTuple):
    """An object with a name; `is_named` says that the name, with the parameters, gives it again in any process."""

    name: str
    value: Any
    is_named: bool
    parameters: Mapping[str, Any] = NO_PARAMETERS


@dataclass(frozen=True)
class Given:
    """Task, changes and the cell that these adapted, as a caller gave them."""

    cell: Known
    task: Known
    changes: tuple[Known, ...]

    @property
    def is_named(self) -> bool:
        """Whether all have names that say what they are, so that a study's runs may be the same."""
        return all(each.is_named for each in (self.cell, self.task, *self.changes))

    def identity(self, spec: RunSpec) -> dict[str, Any]:
        """All that decides the weights, as of a run of a study; what has no name by the code in memory."""
        by_name = self.cell.is_named and all(change.is_named for change in self.changes)
        stand_in = replace(
            spec,
            task=self.task.name if self.task.is_named else next(iter(registries.TASKS)),
            task_parameters=spec.task_parameters if self.task.is_named else {},
            cell=self.cell.name if by_name else next(iter(registries.CELLS)),
            changes=spec.changes if by_name else (),
        )
        found = identity(stand_in)
        if not self.task.is_named:
            found["task"] = digest_of(self.task.value)
        if not by_name:
            found["cell"] = _described(self.cell.value)
            found["changes"] = [digest_of(change.value) for change in self.changes]
        return found


def given_parts(cell: GivenCell, task: GivenTask, changes: GivenChanges, length: int) -> Given:
    """Makes the parts of a run over sequences of this length; objects of the caller are copied first.

    Raises TypeError for what is no cell, task or change, UnknownNameError for an unknown name, ValueError where a
    change does not fit, and what own classes raise.
    """
    made = [_change(each) for each in several(changes)]
    of_cell, of_task = known("cell", cell), _task_at(task, length)
    for change in made:
        if need := change.value.unmet_need(of_cell.value):
            raise ValueError(f"{change.name!r} must go with a cell that has {need}; {of_cell.name!r} has not")
        change.value.adapt(of_cell.value)
    kinds = [change.value.kind for change in made]
    if doubled := sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        raise ValueError(f"changes must be of different kinds, got two of {doubled[0]!r}")
    return Given(of_cell, of_task, tuple(made))


def known(kind: str, given: Any) -> Known:
    """A cell or a task by its name, its class or itself; raises TypeError for what is none of these."""
    registry, base = REGISTRIES[kind]
    if isinstance(given, str):
        return Known(given, made_of(kind, given, class_named(registry, kind, base, given)), True)
    cls = given if isinstance(given, type) else type(given)
    if not issubclass(cls, base):
        raise TypeError(
            f"{kind} must be a name ({', '.join(registry)}), a class made from {base.__name__} or an object of such a "
            f"class, got {quoted(given)}"
        )
    name = _name_of(registry, cls)
    value = made_of(kind, name, cls) if given is cls else copy.deepcopy(given)
    is_plain = given is cls or not vars(value)
    return Known(name, value, is_plain and (name in registry or _is_in_a_file(cls)))


def _task_at(given: GivenTask, length: int) -> Known:
    """A task with its parameters, for networks that train on sequences of this length."""
    if isinstance(given, str | Mapping):
        try:
            entry = TaskEntry.model_validate(plain(given))
            class_named(registries.ALL_TASKS, "task", Task, entry.task)
            found = Known(entry.task, entry.build(), True, entry.settled)
        except ValidationError as error:
            raise ValueError(
                f"task must have a name, and parameters that are legal, got {quoted(given)}: {_faults(error)}"
            ) from None
    else:
        found = _task_itself(given)
    if unfit := list(found.value.problems([length])):
        raise ValueError(f"task {found.name!r} must allow the length {length}: {'; '.join(unfit)}")
    return found._replace(value=found.value.at(length))


def _task_itself(given: Task | type[Task]) -> Known:
    """A class or an object; its parameters say all of it, if it has nothing else."""
    found = known("task", given)
    cls: type[Task] = type(found.value)
    parameters = {name: plain(getattr(found.value, name)) for name in parameters_of(cls).model_fields}
    is_named = found.is_named or (vars(found.value).keys() <= parameters.keys() and _is_in_a_file(cls))
    settled = settled_parameters(found.name, parameters) if is_named else {}
    return Known(found.name, found.value, is_named, settled)


def several(given: Any) -> Iterable[GivenChange]:
    """One change, which may itself be iterable, or several; raises TypeError for what is neither."""
    if isinstance(given, str | Mapping | Change):
        return (given,)
    if not isinstance(given, Iterable):
        raise TypeError(f"changes must be a name, a mapping or a Change, or several of them, got {quoted(given)}")
    return given


def _change(given: GivenChange) -> Known:
    registry, base = REGISTRIES["change"]
    if isinstance(given, str | Mapping):
        values = {"change": given} if isinstance(given, str) else dict(given)
        name = values.pop("change", None)
        if not isinstance(name, str):
            raise ValueError(f"a change given as a mapping must have its name under 'change', got {quoted(given)}")
        try:
            return Known(name, class_named(registry, "change", base, name)(**plain(values)), True)
        except ValidationError as error:
            raise ValueError(
                f"change {name!r} must have parameters that are legal, got {quoted(values)}: {_faults(error)}"
            ) from None
    if not isinstance(given, base):
        raise TypeError(f"a change must be a name, a mapping or a Change, got {quoted(given)}")
    name, cls = _name_of(registry, type(given)), type(given)
    return Known(name, given, name in registry or _is_in_a_file(cls))


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg']}" for each in error.errors())


def _name_of(registry: Mapping[str, str], cls: type) -> str:
    """The registered name of a class, else its path."""
    path = f"{cls.__module__}:{cls.__qualname__}"
    return next((name for name, place in registry.items() if place == path), path)


def _is_in_a_file(cls: type) -> bool:
    """Whether another process can import the class by its path."""
    module = sys.modules.get(cls.__module__)
    if cls.__module__ == "__main__" or getattr(module, cls.__qualname__, None) is not cls:
        return False
    return importlib.util.find_spec(cls.__module__) is not None


def _described(cell: Cell) -> dict[str, Any]:
    """What a cell computes, by its equations; of one that mixes units, by its code."""
    if cell.mixes_units:
        return {"code": digest_of(cell)}
    parts: Sequence[Any] = (cell.blocks, cell.parameters, cell.normalised, trace(cell).text())
    return {"equations": digest_of(tuple(map(repr, parts)))}
