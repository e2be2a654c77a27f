"""The functions that a cell's `step` may use; each works on torch tensors and on symbols."""

from typing import Any

from gradient_horizon.errors import EquationError


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x)."""
    return x.sigmoid()


def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return x.tanh()


def relu(x: Any) -> Any:
    """The positive part; NaN stays NaN."""
    return x.relu()


def exp(x: Any) -> Any:
    """e^x; in compiled code infinite above e^87 in float32, 0 below e^-87 (e^709 and e^-708 in float64)."""
    return x.exp()


def log(x: Any) -> Any:
    """The natural logarithm; in compiled code that of a subnormal number is minus infinity, as of 0."""
    return x.log()


def sqrt(x: Any) -> Any:
    """The square root."""
    return x.sqrt()


def absolute(x: Any) -> Any:
    """The absolute value; its slope at 0 counts as 1, that of automatic differentiation as 0."""
    return x.abs()


def maximum(x: Any, y: Any) -> Any:
    """The larger of two values, NaN if one is; the slope at a tie is the first one's, in autograd half of each."""
    return _like(x, y).maximum(_like(y, x))


def minimum(x: Any, y: Any) -> Any:
    """The smaller of two values, NaN if one is; the slope at a tie is the first one's, in autograd half of each."""
    return _like(x, y).minimum(_like(y, x))


def where(condition: Any, x: Any, y: Any) -> Any:
    """`x` where the condition, a comparison, holds, else `y`; one of these may be a number."""
    return _like(x, y).where(condition, _like(y, x))


def _like(value: Any, other: Any) -> Any:
    """A number as a tensor, or a symbol, like the other value; raises EquationError for two numbers."""
    if isinstance(value, int | float) and isinstance(other, int | float):
        raise EquationError(f"must choose between values of which at most one is a number, got {value} and {other}")
    return other.new_tensor(value) if isinstance(value, int | float) else value
