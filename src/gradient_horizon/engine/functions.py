"""The functions that a cell's `step` may use; each works on torch tensors and on symbols."""

from typing import Any


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
    """e^x."""
    return x.exp()


def sqrt(x: Any) -> Any:
    """The square root."""
    return x.sqrt()


def absolute(x: Any) -> Any:
    """The absolute value."""
    return x.abs()


def maximum(x: Any, y: Any) -> Any:
    """The larger of two values."""
    return _like(x, y).maximum(_like(y, x))


def minimum(x: Any, y: Any) -> Any:
    """The smaller of two values."""
    return _like(x, y).minimum(_like(y, x))


def where(condition: Any, x: Any, y: Any) -> Any:
    """`x` where the condition, a comparison, holds, else `y`."""
    return _like(x, y).where(condition, _like(y, x))


def _like(value: Any, other: Any) -> Any:
    """A number as a tensor, or a symbol, like the other value."""
    return other.new_tensor(value) if isinstance(value, int | float) else value
