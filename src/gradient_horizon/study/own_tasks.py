"""What a plan needs of a task of the user's own: that it says its sizes, and declares its parameters."""

import inspect
from collections.abc import Iterator

from gradient_horizon import registries
from gradient_horizon.errors import DataError
from gradient_horizon.study.own_places import place
from gradient_horizon.study.task_entry import TaskEntry

SIZES = {"inputs": False, "outputs": False, "minimal_length": False, "fixed_length": True}
"""Attributes that are whole numbers above 0, and whether None is legal as well."""


def init_problem(task: type) -> str | None:
    """Why a class cannot be a task with parameters, as what it must do: they are arguments of `__init__`; None: it can.

    An `__init__` that takes none, or passes all on, is legal.
    """
    function = next(vars(each)["__init__"] for each in task.__mro__ if "__init__" in vars(each))
    taken = [*inspect.signature(function).parameters.values()][1:]
    named = [each for each in taken if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    if not named:
        return None
    first = named[0]
    value = "..." if first.default is first.empty else repr(first.default)
    return (
        f"must declare its parameters {form_of(first.name, value)}, in place of an `__init__` that takes them, got "
        f"`__init__({', '.join(map(str, ('self', *taken)))})`{place(function)}"
    )


def form_of(name: str, value: str) -> str:
    """How a parameter is declared in a class, in words."""
    return f"as fields of pydantic, such as `{name}: int = Field(default={value})`"


def size_problems(entry: TaskEntry, path: str) -> Iterator[str]:
    """A sentence for each size that a task of the user's own, which can be made, does not say."""
    if entry.task in registries.ALL_TASKS:
        return
    task = entry.build()
    for attribute, optional in SIZES.items():
        try:
            value = getattr(task, attribute, "nothing")
        except DataError as error:
            yield from (f"{path}: {problem}" for problem in error.problems)
            return
        except (Exception, SystemExit) as error:
            said = f"{type(error).__name__}: {' '.join(str(error).split())}"
            yield f"{path}: {entry.task!r} must say its `{attribute}`, got {said}{place(error)}"
            continue
        is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if not is_whole and not (optional and value is None):
            legal = "None or a whole number above 0" if optional else "a whole number above 0"
            given = value if value == "nothing" else repr(value)
            yield f"{path}: {entry.task!r} must have {legal} as `{attribute}`, got {given}"
