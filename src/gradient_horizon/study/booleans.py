"""True and false where numbers are meant, which pydantic would take for 1 and 0."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel


def booleans_for_numbers(model: type[BaseModel], given: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The keys of a model that want a number and were given true or false, with dots between nested ones, and which."""
    for name, value in given.items():
        if name in model.model_fields:
            yield from ((f"{name}{key}", found) for key, found in _found(model.model_fields[name].annotation, value))


def _found(annotation: Any, value: Any) -> Iterator[tuple[str, bool]]:
    types = _types(annotation)
    if isinstance(value, bool):
        if bool not in types and (int in types or float in types):
            yield "", value
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from ((f".{place}{key}", found) for key, found in _found(annotation, each))
    elif isinstance(value, Mapping):
        for inner in types:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from ((f".{key}", found) for key, found in booleans_for_numbers(inner, value))


def _types(annotation: Any) -> tuple[Any, ...]:
    """The types that a field may have."""
    return (annotation, *(inner for each in get_args(annotation) for inner in _types(each)))
