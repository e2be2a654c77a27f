"""Parameters of tasks: declared as fields of a class, checked, and what follows from them."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

T = TypeVar("T")


class Parameters(BaseModel):
    """The parameters of one task; a key that the task does not declare is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@cache
def parameters_of(task: type) -> type[Parameters]:
    """The model of the parameters that a class and those it is made from declare, as `NAME: TYPE = Field(...)`."""
    declared = {
        name: value
        for each in reversed(task.__mro__)
        for name, value in vars(each).items()
        if isinstance(value, FieldInfo)
    }
    hints = get_type_hints(task, include_extras=True) if declared else {}
    fields: dict[str, Any] = {name: (hints[name], field) for name, field in declared.items()}
    return create_model(task.__name__, __base__=Parameters, **fields)


class _Derived(Generic[T]):
    """A value computed from the parameters of an instance, or, asked of the class, from their defaults."""

    def __init__(self, function: Callable[[Any], T]):
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        return self.function(owner() if instance is None else instance)


def derived(function: Callable[[Any], T]) -> T:
    """An attribute that follows from parameters; a class made from this one may replace it by a plain value."""
    return cast(T, _Derived(function))
