"""Shortens the start and the end of a process: each job of the workflow is one, and many take only seconds."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def importing() -> Iterator[None]:
    """Excludes the modules imported in this block from garbage collection, now and at exit."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def leave() -> NoReturn:
    """Ends the process with status 0 without finalising its modules; all its files are closed by then."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
