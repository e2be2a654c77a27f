"""Digests of objects in memory, such as tasks defined in a notebook, which no file states."""

import hashlib
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import numpy as np
from pydantic import BaseModel

from gradient_horizon.registries import PACKAGE
from gradient_horizon.store.imports import is_installed

COUNTED = (f"{PACKAGE}.tasks.", f"{PACKAGE}.remedies.", f"{PACKAGE}.cells.")
CONTRACTS = (f"{PACKAGE}.tasks.base", f"{PACKAGE}.remedies.base")
"""Modules whose code decides what an object made from them does, and those of them that the engine's version covers."""

Seen = dict[int, Any]
"""Objects that are described already, by their ids, which are only theirs as long as somebody holds them."""


def digest_of(value: Any) -> str:
    """A digest of what an object is and does: values, arrays, the compiled code of functions and of what these name.

    Comments and layout do not count; another minor version of Python does. Libraries count by their versions. Raises
    ValueError for what has no lasting description, such as an open file.
    """
    found = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for part in _parts(value, {}):
        found.update(part if isinstance(part, bytes) else part.encode())
        found.update(b"\0")
    return found.hexdigest()


def _parts(value: Any, seen: Seen) -> Iterator[str | bytes]:
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | np.generic):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
        yield f"array {value.dtype} {value.shape}"
        yield np.ascontiguousarray(value).tobytes()
    elif id(value) in seen:
        yield f"again {getattr(value, '__qualname__', type(value).__name__)}"
    else:
        seen[id(value)] = value
        yield from _parts_of_other(value, seen)


def _parts_of_other(value: Any, seen: Seen) -> Iterator[str | bytes]:
    if isinstance(value, Mapping | MappingProxyType):
        yield f"mapping {len(value)}"
        for key, inner in value.items():
            yield from _parts(key, seen)
            yield from _parts(inner, seen)
    elif isinstance(value, tuple | list):
        yield f"{type(value).__name__} {len(value)}"
        for inner in value:
            yield from _parts(inner, seen)
    elif isinstance(value, Set):
        yield f"set {sorted(map(digest_of, value))}"
    elif isinstance(value, ModuleType):
        yield f"module {value.__name__} {getattr(value, '__version__', '')}"
    elif isinstance(value, CodeType):
        yield value.co_code
        yield repr((value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars))
        yield from _parts(value.co_consts, seen)
    elif isinstance(value, FunctionType):
        yield from _parts_of_function(value, seen)
    elif isinstance(value, MethodType | classmethod | staticmethod):
        yield from _parts(value.__func__, seen)
    elif isinstance(value, property):
        yield from _parts((value.fget, value.fset), seen)
    elif isinstance(value, type):
        yield from _parts_of_class(value, seen)
    else:
        yield from _parts_of_instance(value, seen)


def _parts_of_function(function: FunctionType, seen: Seen) -> Iterator[str | bytes]:
    if not _is_counted(function):
        yield f"function {function.__module__}.{function.__qualname__} {_version(function)}"
        return
    code = function.__code__
    closure = [cell.cell_contents for cell in function.__closure__ or ()]
    yield from _parts((code, function.__defaults__, function.__kwdefaults__, closure), seen)
    for name in sorted(_names(code) & function.__globals__.keys()):
        yield name
        yield from _parts(function.__globals__[name], seen)


def _parts_of_class(cls: type, seen: Seen) -> Iterator[str | bytes]:
    if not _is_counted(cls):
        yield f"class {cls.__module__}.{cls.__qualname__} {_version(cls)}"
        return
    yield f"class {cls.__qualname__}"
    for name, value in sorted(vars(cls).items()):
        is_function = isinstance(value, FunctionType | classmethod | staticmethod | property)
        if is_function or not (name.startswith("__") or name in ("_abc_impl", "model_config")):
            yield name
            yield from _parts(value, seen)
    if issubclass(cls, BaseModel):
        yield repr(cls.model_json_schema())
    for base in cls.__bases__:
        yield from _parts(base, seen)


def _parts_of_instance(value: Any, seen: Seen) -> Iterator[str | bytes]:
    """What copying an object needs: its class, and what it holds."""
    if isinstance(value, BaseModel):
        yield from _parts((type(value), value.model_dump()), seen)
        return
    try:
        needed = value.__reduce_ex__(4)
    except TypeError as error:
        raise ValueError(
            "what is kept in a folder must be made of numbers, texts, arrays and functions, so that it is known again; "
            f"got {type(value).__name__}: {error}"
        ) from None
    if isinstance(needed, str):
        yield f"{getattr(value, '__module__', '')}.{needed}"
        return
    maker, made_from, *held = needed
    yield from _parts((maker, made_from, [[*each] if isinstance(each, Iterator) else each for each in held]), seen)


def _names(code: CodeType) -> set[str]:
    inner = (_names(each) for each in code.co_consts if isinstance(each, CodeType))
    return set(code.co_names).union(*inner)


def _is_counted(thing: FunctionType | type) -> bool:
    """Whether it is code of the user, or of a part of this package that has no version of its own."""
    module = thing.__module__ or ""
    if module.partition(".")[0] == PACKAGE:
        return module.startswith(COUNTED) and module not in CONTRACTS
    if module == "__main__":
        return True
    if module.partition(".")[0] in sys.stdlib_module_names:
        return False
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is None or not is_installed(Path(file))


def _version(thing: FunctionType | type) -> str:
    return str(getattr(sys.modules.get((thing.__module__ or "").partition(".")[0]), "__version__", ""))
