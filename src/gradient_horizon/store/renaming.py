"""Whether a file system replaces a file in one step: whoever opens it finds the old one or the new one, each whole."""

import errno
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

TIMES = 100
PATIENCE = 0.1
"""Seconds for one look, which takes some microseconds; a reader that needs longer is not waited for."""


class Watch:
    """Reads a file while it is replaced; `fault` says what was seen that may not be.

    Version n of the file holds n bytes, so that what is read says which it is. `newest` is the version that must be
    found at least: the last one that was found, or is known to be there.
    """

    def __init__(self, file: Path):
        self.file, self.newest, self.looks = file, 1, 0
        self.fault: str | None = None

    def look(self) -> None:
        """Reads the file once."""
        newest, self.looks = self.newest, self.looks + 1
        try:
            version = len(self.file.read_bytes())
        except FileNotFoundError:
            self.fault = "it was missing"
        except OSError as error:
            if error.errno != errno.ESTALE:  # which a network file system says of a file replaced since it was opened
                self.fault = f"it could not be read ({error.strerror})"
        else:
            if version < newest:
                self.fault = "it had its former content again" if version else "it was empty"
            self.newest = max(self.newest, version)


def write_version(file: Path, version: int) -> None:
    """Writes a file that a `Watch` knows as this version."""
    with file.open("xb") as opened:
        opened.truncate(version)


def replace(file: Path, version: int) -> str | None:
    """Replaces a file by renaming another one onto it; says what failed. Raises OSError where nothing can be written.

    The first of all versions is 1.
    """
    new = file.with_name(f"{file.name}.tmp")
    write_version(new, version)
    try:
        new.replace(file)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        return f"another one could not be renamed onto it ({error.strerror})"
    return None


def fault_of_renaming(folder: Path) -> str | None:
    """What is wrong with a file of this folder while it is replaced a hundred times; None: nothing.

    Raises OSError where nothing can be written there. Takes some hundredths of a second on a local disk.
    """
    watch = Watch(folder / f".probe-{secrets.token_hex(8)}")
    looked, over = Event(), Event()

    def keep_looking() -> None:
        while not (over.is_set() or watch.fault):
            watch.look()
            looked.set()

    reader = Thread(target=keep_looking, daemon=True)
    try:
        write_version(watch.file, 1)
        reader.start()
        for version in range(2, TIMES + 2):
            if failed := replace(watch.file, version):
                return failed
            watch.newest = version
            looked.clear()
            if watch.fault or not reader.is_alive():
                break
            looked.wait(PATIENCE)
        return watch.fault
    finally:
        over.set()
        if reader.ident is not None:
            reader.join()
        with suppress(OSError):
            watch.file.unlink(missing_ok=True)
