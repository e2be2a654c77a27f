"""Subnormal numbers, which vanishing gradients become, and which processors compute with a hundred times slower."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

from gradient_horizon.engine import objects


@contextmanager
def subnormal_numbers_flushed() -> Iterator[None]:
    """In this block they are zero, as operands and as results, in this thread; afterwards what they were before."""
    before = np.zeros(1, dtype=np.int64)
    _library().function("flush")(before.ctypes.data)
    try:
        yield
    finally:
        _library().function("restore")(before.ctypes.data)


@cache
def _library() -> objects.Library:
    def write() -> object:
        from gradient_horizon.engine.compiler.subnormal import write_switch  # here: only to compile

        return write_switch(objects.architecture())

    return objects.load("flush subnormal numbers, and restore", write)
