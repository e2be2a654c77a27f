"""What a plan needs of a task of the user's own: that it can be made, and says its sizes."""

from collections.abc import Iterator

from gradient_horizon import registries
from gradient_horizon.study.own_places import place
from gradient_horizon.study.parts import task_named

SIZES = {"inputs": False, "outputs": False, "minimal_length": False, "fixed_length": True}
"""Attributes that are whole numbers above 0, and whether None is legal as well."""


def own_task_problems(name: str, path: str) -> Iterator[str]:
    """A sentence for each reason why runs of a task of the user's own cannot be planned."""
    if name in registries.TASKS:
        return
    try:
        task = task_named(name)
    except (Exception, SystemExit) as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        yield f"{path}: {name!r} must be made without arguments, got {said}{place(error)}"
        return
    for attribute, optional in SIZES.items():
        value = getattr(task, attribute, "nothing")
        is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if not is_whole and not (optional and value is None):
            legal = "None or a whole number above 0" if optional else "a whole number above 0"
            given = value if value == "nothing" else repr(value)
            yield f"{path}: {name!r} must have {legal} as `{attribute}`, got {given}"
