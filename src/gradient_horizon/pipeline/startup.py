"""A job of the workflow is a process of its own, and many are over in seconds: what makes one start and end sooner."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def importing() -> Iterator[None]:
    """What is imported in this block stays to the end: it is never searched for garbage, now, later or at exit."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def leave() -> NoReturn:
    """Ends the process at once, with status 0: its files are written, and its modules need not be taken apart."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
