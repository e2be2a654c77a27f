"""A file system in user space (FUSE) that shows a folder, run by a Python that has llfuse: MOUNT FOLDER one|two.

With "two", a file is replaced in two steps: the old one is removed, then the new one is renamed.
"""

import errno
import os
import sys
import time
from pathlib import Path

import llfuse

ATTRIBUTES = (
    "st_ino",
    "st_mode",
    "st_nlink",
    "st_uid",
    "st_gid",
    "st_size",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_atime_ns",
)
CACHED = 60.0
"""Seconds for which the kernel believes what it was told of a name, as with network file systems."""


def failing(function):
    """Errors of the system, as llfuse takes them."""

    def called(*arguments):
        try:
            return function(*arguments)
        except OSError as error:
            raise llfuse.FUSEError(error.errno or errno.EIO) from None

    return called


class Files(llfuse.Operations):
    def __init__(self, folder, steps):
        super().__init__()
        self.paths, self.steps = {llfuse.ROOT_INODE: Path(folder)}, steps

    def _attributes(self, path, inode=None):
        state, entry = path.lstat(), llfuse.EntryAttributes()
        for name in ATTRIBUTES:
            setattr(entry, name, getattr(state, name))
        entry.st_ino = inode or state.st_ino
        entry.entry_timeout = entry.attr_timeout = CACHED
        self.paths[entry.st_ino] = path
        return entry

    def _path(self, parent, name):
        return self.paths[parent] / os.fsdecode(name)

    @failing
    def lookup(self, parent, name, context=None):
        return self._attributes(self._path(parent, name))

    @failing
    def getattr(self, inode, context=None):
        return self._attributes(self.paths[inode], inode)

    @failing
    def setattr(self, inode, attributes, fields, handle, context=None):
        if fields.update_size:
            os.truncate(self.paths[inode] if handle is None else handle, attributes.st_size)
        return self._attributes(self.paths[inode], inode)

    @failing
    def create(self, parent, name, mode, flags, context=None):
        path = self._path(parent, name)
        handle = os.open(path, flags | os.O_CREAT, mode)
        return handle, self._attributes(path)

    @failing
    def open(self, inode, flags, context=None):
        return os.open(self.paths[inode], flags & ~os.O_CREAT)

    @failing
    def read(self, handle, offset, size):
        return os.pread(handle, size, offset)

    @failing
    def write(self, handle, offset, content):
        return os.pwrite(handle, content, offset)

    @failing
    def release(self, handle):
        os.close(handle)

    @failing
    def unlink(self, parent, name, context=None):
        self._path(parent, name).unlink()

    @failing
    def mkdir(self, parent, name, mode, context=None):
        self._path(parent, name).mkdir(mode)
        return self._attributes(self._path(parent, name))

    @failing
    def rmdir(self, parent, name, context=None):
        self._path(parent, name).rmdir()

    @failing
    def rename(self, parent, name, new_parent, new_name, context=None):
        old, new = self._path(parent, name), self._path(new_parent, new_name)
        inode = old.lstat().st_ino
        if self.steps == "two" and new.exists():
            new.unlink()
            with llfuse.lock_released:
                time.sleep(0.002)
        old.rename(new)
        self.paths[inode] = new

    def opendir(self, inode, context=None):
        return inode

    @failing
    def readdir(self, inode, offset):
        for number, path in enumerate(sorted(self.paths[inode].iterdir())[offset:], offset + 1):
            yield os.fsencode(path.name), self._attributes(path), number


if __name__ == "__main__":
    mount, folder, steps = sys.argv[1:]
    llfuse.init(
        Files(folder, steps), mount, {"fsname=mounted_files", *llfuse.default_options} - {"default_permissions"}
    )
    try:
        llfuse.main(workers=4)
    finally:
        llfuse.close()
