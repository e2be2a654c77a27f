"""Scales on which values are about symmetric, and on which no interval crosses the values' bounds."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import special


class Scale(StrEnum):
    """The scale on which a mean is taken; its estimate and interval are given on the scale of the values."""

    IDENTITY = "as they are"
    LOG = "logarithm"  # of values from 0 up
    LOGIT = "logit"  # of shares, 0 to 1
    UP_TO_ONE = "-log(1 - x)"  # of values up to 1, such as R squared
    FISHER = "Fisher's z"  # of correlations, -1 to 1

    def of_values(self, values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Values on this scale; a value at a bound, or nearer than the scale's edge, counts as the edge.

        The edges are the smallest normal float for logarithms, 1e-3 for shares, which a few hundred sequences do not
        resolve, and the spacing of floats near 1 for the others. Raises ValueError for values beyond a bound.
        """
        form = _FORMS[self]
        beyond = values[(values < form.low) | (values > form.high)]
        if beyond.size:
            raise ValueError(f"values on the scale {self} must lie in [{form.low:g}, {form.high:g}], got {beyond[0]:g}")
        return form.onto(np.clip(values, form.low + form.edge, form.high - form.edge))

    def of_ends(self, ends: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Ends of intervals on this scale; infinite where they lie at a bound or beyond."""
        form = _FORMS[self]
        with np.errstate(divide="ignore"):
            return form.onto(np.clip(ends, form.low, form.high))

    def back(self, values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """From this scale to that of the values, inside their bounds."""
        with np.errstate(over="ignore"):
            return _FORMS[self].back(values)


class _Form(NamedTuple):
    low: float
    high: float
    edge: float
    onto: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]


def _same(values: np.ndarray) -> np.ndarray:
    return values


def _up_to_one(values: np.ndarray) -> np.ndarray:
    negated: np.ndarray = np.log1p(-values)
    return -negated


def _back_up_to_one(values: np.ndarray) -> np.ndarray:
    negated: np.ndarray = np.expm1(-values)
    return -negated


_SPACING = float(np.finfo(float).eps)
_FORMS: Mapping[Scale, _Form] = MappingProxyType(
    {
        Scale.IDENTITY: _Form(-np.inf, np.inf, 0.0, _same, _same),
        Scale.LOG: _Form(0.0, np.inf, float(np.finfo(float).tiny), np.log, np.exp),
        Scale.LOGIT: _Form(0.0, 1.0, 1e-3, special.logit, special.expit),
        Scale.UP_TO_ONE: _Form(-np.inf, 1.0, _SPACING, _up_to_one, _back_up_to_one),
        Scale.FISHER: _Form(-1.0, 1.0, _SPACING, np.arctanh, np.tanh),
    }
)
