"""Locks on folders, by which processes of one machine leave each other's runs alone.

Between machines that share a folder they hold as far as the file system says so. Linux's NFS locks a folder on the
machine that asks alone, so that nothing may depend on them: whoever finds a run unlocked may be wrong.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Holds a folder, once no other process does, or, without `wait`, only if none does; says whether it is held.

    It is not where there is no such folder, or where another process removes it meanwhile. A file system without locks
    lets everybody hold it. The end of a process, however it comes, ends its locks.
    """
    descriptor = _opened(folder)
    if descriptor is None:
        yield False
        return
    try:
        yield _lock(descriptor, wait=wait) and os.fstat(descriptor).st_nlink > 0
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int | None:
    try:
        return os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None


def _lock(descriptor: int, *, wait: bool) -> bool:
    try:
        import fcntl  # here: not every system has it

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return True
    return True
