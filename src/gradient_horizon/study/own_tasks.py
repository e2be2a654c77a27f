"""What a plan needs of a task of the user's own: that it says its sizes."""

from collections.abc import Iterator

from gradient_horizon import registries
from gradient_horizon.errors import DataError
from gradient_horizon.study.own_places import place
from gradient_horizon.study.task_entry import TaskEntry

SIZES = {"inputs": False, "outputs": False, "minimal_length": False, "fixed_length": True}
"""Attributes that are whole numbers above 0, and whether None is legal as well."""


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
