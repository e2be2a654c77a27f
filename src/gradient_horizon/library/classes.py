"""Classes by their names, and objects of them; what cannot be had is a sentence."""

import importlib
from collections.abc import Mapping
from inspect import isabstract
from typing import Any

from gradient_horizon import registries
from gradient_horizon.library.arguments import quoted


def class_named(registry: Mapping[str, str], kind: str, base: type, name: str) -> Any:
    """The class behind a registered name or "module:Class".

    Raises UnknownNameError, ValueError where there is no such module or class, TypeError for what is not made from
    `base`, and what a module of one's own raises itself.
    """
    module, _, attribute = registries.locate(registry, kind, name).partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise ValueError(f"{kind} must be one of {', '.join(registry)}, or 'module:Class', got {quoted(name)}")
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise ValueError(
            f"{kind} must be in a module that Python finds, got {quoted(name)}: there is no module {error.name!r} in "
            "sys.path"
        ) from None
    if found is None:
        raise ValueError(f"{kind} must be in its module, got {quoted(name)}: {module} has no {attribute!r}")
    if not (isinstance(found, type) and issubclass(found, base)):
        raise TypeError(f"{kind} must be a class made from {base.__name__}, got {quoted(name)}, which is not")
    return found


def made_of(kind: str, name: str, cls: type) -> Any:
    """An object of a class; raises TypeError for one that cannot be made without arguments."""
    if isabstract(cls):
        lacking = ", ".join(sorted(getattr(cls, "__abstractmethods__", ())))
        raise TypeError(f"{kind} must be a class with all methods of its base, got {quoted(name)}, without {lacking}")
    try:
        return cls()
    except TypeError as error:
        raise TypeError(
            f"{kind} must be a class that is made without arguments, or an object, got {quoted(name)}: {error}"
        ) from error
