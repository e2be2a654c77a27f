"""What a plan needs of a task of the user's own: that it says its sizes."""

from collections.abc import Iterator

from gradient_horizon import registries
from gradient_horizon.study.task_entry import TaskEntry

SIZES = {"inputs": False, "outputs": False, "minimal_length": False, "fixed_length": True}
"""Attributes that are whole numbers above 0, and whether None is legal as well."""


def size_problems(entry: TaskEntry, path: str) -> Iterator[str]:
    """A sentence for each size that a task of the user's own, which can be made, does not say."""
    if entry.task in registries.ALL_TASKS:
        return
    task = entry.build()
    for attribute, optional in SIZES.items():
        value = getattr(task, attribute, "nothing")
        is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if not is_whole and not (optional and value is None):
            legal = "None or a whole number above 0" if optional else "a whole number above 0"
            given = value if value == "nothing" else repr(value)
            yield f"{path}: {entry.task!r} must have {legal} as `{attribute}`, got {given}"
