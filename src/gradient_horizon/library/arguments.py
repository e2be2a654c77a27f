"""Checks what callers give: each error is a sentence with the argument, what was given, and what is legal."""

import math
import operator
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, SupportsFloat

import numpy as np

MOST = 2**63 - 1
"""The largest whole number of an array."""

MOST_SEEDS = 1_000_000
"""The most seeds that a count may ask for."""

LONGEST = 100
"""Characters of a value that a sentence quotes."""


def count(name: str, value: Any, least: int = 1, most: int = MOST) -> int:
    """A whole number from `least` to `most`, of Python, NumPy or whatever else can be an index."""
    number = _index(value)
    if number is None or number < least:
        raise ValueError(f"{name} must be a whole number from {least} on, got {quoted(value)}")
    if number > most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {quoted(value)}")
    return number


def one_of(name: str, value: Any, legal: Iterable[str]) -> Any:
    """One of some words."""
    words = tuple(legal)
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{name} must be one of {', '.join(words)}, got {quoted(value)}")
    return value


def seeds_of(given: Any) -> tuple[int, ...]:
    """A count, of seeds from 0 on, or the seeds themselves."""
    if isinstance(given, Iterable) and _index(given) is None:
        return tuple(count("a seed", seed, 0) for seed in _at_least_one("seeds", given))
    return tuple(range(count("seeds", given, most=MOST_SEEDS)))


def learning_rates_of(given: Any) -> tuple[float, ...]:
    """A rate, or several; each finite and above 0."""
    is_several = isinstance(given, Iterable) and not (isinstance(given, np.ndarray) and given.ndim == 0)
    return tuple(_rate(rate) for rate in (_at_least_one("learning_rates", given) if is_several else (given,)))


def check_progress(given: Any) -> None:
    """Raises TypeError for what is neither true nor false, nor can be called."""
    if not isinstance(given, bool) and not callable(given):
        raise TypeError(f"progress must be True, False or a function of the share that is used up, got {quoted(given)}")


def folder_of(name: str, given: Any) -> Path:
    """A path; an empty text would be the current folder, which nobody means."""
    if isinstance(given, Path) and "\0" not in str(given):
        return given
    if not isinstance(given, str) or not given.strip() or "\0" in given:
        raise ValueError(f"{name} must be the path of a folder ('.' for the current one), got {quoted(given)}")
    return Path(given)


def plain(value: Any) -> Any:
    """Numbers and arrays of NumPy as those of Python, also in mappings, lists and tuples."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return type(value)(map(plain, value)) if type(value) in (list, tuple) else value


def quoted(value: Any) -> str:
    """A value as a sentence quotes it."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "one of thousands of digits"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _index(value: Any) -> int | None:
    """The whole number that a value is; None: it is none."""
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _rate(value: Any) -> float:
    number = math.nan
    if isinstance(value, SupportsFloat) and not isinstance(value, bool | np.bool_):
        try:
            number = float(value)
        except (OverflowError, TypeError, ValueError):
            number = math.nan
    if not 0 < number < math.inf:
        raise ValueError(f"a learning rate must be a finite number above 0, got {quoted(value)}")
    return number


def _at_least_one(name: str, given: Iterable[Any]) -> tuple[Any, ...]:
    values = () if isinstance(given, str) else tuple(given)
    if not values:
        raise ValueError(f"{name} must be a number or several, got {quoted(given)}")
    return values
