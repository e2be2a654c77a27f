"""A job of the workflow is a process of its own, and many are over in seconds: what makes one start and end sooner."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """What is imported in this block stays to the end: it is never searched for garbage, now, later or at exit."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
