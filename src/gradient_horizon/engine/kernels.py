"""Compiled elementwise operations of a step: what a cell does besides products, in one pass over memory.

A kernel is a loop over the elements of one block of one network; LLVM turns it into vector instructions. Every element
is rounded by itself, so a network gets the same results whichever networks train with it.
"""

import hashlib
import importlib
import inspect
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba import types
from numba.extending import overload

# A loop is vectorised only if LLVM may check at run time that none of its arrays overlap; by default it gives up at 8.
llvmlite.binding.set_option("gradient_horizon", "-runtime-memory-check-threshold=1000")

# To learn whether kernels could use SciPy's linear algebra, Numba imports it: a quarter of a second. Ours use none.
# Tried with Numba 0.68 only; other versions may import it.
if "scipy.linalg" not in sys.modules and numba.__version__.startswith("0.68."):
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    importlib.import_module("numba.np.arraymath")
    del sys.modules["scipy.linalg"]

# Numba's cache notices changes of the file that defines a kernel only, not of the functions it calls. Those are in this
# file, so the cache's folder is named after its content.
SOURCE = Path(__file__)
SETTINGS: Any = numba.config
CACHE = Path(SETTINGS.CACHE_DIR or SOURCE.parent / "__pycache__")
SETTINGS.CACHE_DIR = str(CACHE / f"kernels-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}")

Buffer = np.ndarray


def kernel(function: Callable[..., None]) -> Callable[..., None]:
    """Compiles a loop at its first call, for the types of its arguments, and caches the result on disk."""
    compiled: Callable[..., None] = numba.njit(cache=True, error_model="numpy", fastmath={"contract"})(
        inspect.unwrap(function)
    )
    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiles a function that kernels call."""
    compiled: Callable[..., Any] = numba.njit(inspect.unwrap(function))
    return compiled


def exponential(x: Any) -> Any:
    """e^x in the precision of x, NaN for NaN; in float32 a relative 2e-7, after Cephes' expf (S. L. Moshier)."""
    raise NotImplementedError("only in kernels")


LOG2_E, LN2_HIGH, LN2_LOW = np.float32(1.44269504), np.float32(0.693359375), np.float32(-2.12194440e-4)
P0, P1, P2 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
P3, P4, P5 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)
LOWEST, HIGHEST, UNIT = np.float32(-87), np.float32(88), np.float32(1)
SHIFT = np.float32(3 * 2**22)  # adding it leaves the nearest whole number in the last bits
SHIFTED_ONE, MANTISSA_BITS = SHIFT.view(np.int32) - np.int32(127), np.int32(23)


def _exponential_float32(x: Any) -> Any:
    x = LOWEST if x < LOWEST else x
    x = HIGHEST if x > HIGHEST else x
    shifted = x * LOG2_E + SHIFT
    power = shifted - SHIFT
    rest = x - power * LN2_HIGH - power * LN2_LOW
    series = ((((P0 * rest + P1) * rest + P2) * rest + P3) * rest + P4) * rest + P5
    scale = np.int32((np.float32(shifted).view(np.int32) - SHIFTED_ONE) << MANTISSA_BITS).view(np.float32)
    return (series * (rest * rest) + rest + UNIT) * scale


def _exponential_float64(x: Any) -> Any:
    return math.exp(x)


@overload(exponential)
def _exponential(x: Any) -> Callable[..., Any]:
    plain: Callable[..., Any] = inspect.unwrap(_exponential_float32 if x == types.float32 else _exponential_float64)
    return plain


@inlined
def sigmoid(x: Any, one: Any) -> Any:
    """1 / (1 + e^-x); `one` is 1 in the precision of x."""
    return one / (one + exponential(-x))


@inlined
def tanh(x: Any, one: Any) -> Any:
    """2 / (1 + e^-2x) - 1: exact to an absolute 1e-7 in float32."""
    return (one + one) / (one + exponential(-(x + x))) - one


@inlined
def block(rows: Buffer, index: int, size: int) -> Buffer:
    """A flat view of one block of rows [row batch]."""
    return rows.reshape(-1)[index * size : (index + 1) * size]
