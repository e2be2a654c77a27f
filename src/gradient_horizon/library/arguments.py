"""Checks what callers give: each error is a sentence with the argument, what was given, and what is legal."""

import math
from collections.abc import Iterable
from typing import Any, SupportsFloat

import numpy as np


def count(name: str, value: Any, least: int = 1) -> int:
    """A whole number from `least` on."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number from {least} on, got {value!r}")
    return int(value)


def one_of(name: str, value: Any, legal: Iterable[str]) -> Any:
    """One of some words."""
    words = tuple(legal)
    if value not in words:
        raise ValueError(f"{name} must be one of {', '.join(words)}, got {value!r}")
    return value


def seeds_of(given: Any) -> tuple[int, ...]:
    """A count, of seeds from 0 on, or the seeds themselves."""
    if isinstance(given, Iterable):
        return tuple(count("a seed", seed, 0) for seed in _at_least_one("seeds", given))
    return tuple(range(count("seeds", given)))


def learning_rates_of(given: Any) -> tuple[float, ...]:
    """A rate, or several; each finite and above 0."""
    rates = _at_least_one("learning_rates", given) if isinstance(given, Iterable) else (given,)
    return tuple(_rate(rate) for rate in rates)


def _rate(value: Any) -> float:
    if isinstance(value, str | bool) or not isinstance(value, SupportsFloat) or not 0 < float(value) < math.inf:
        raise ValueError(f"a learning rate must be a number above 0, got {value!r}")
    return float(value)


def _at_least_one(name: str, given: Iterable[Any]) -> tuple[Any, ...]:
    values = () if isinstance(given, str) else tuple(given)
    if not values:
        raise ValueError(f"{name} must be a number or several, got {given!r}")
    return values
