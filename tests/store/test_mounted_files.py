"""On real file systems in user space: one that replaces a file in one step, and one that does so in two."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from threading import Thread

import pytest

from gradient_horizon.errors import StoreError
from gradient_horizon.store.renaming import Watch, fault_of_renaming, replace, write_version
from gradient_horizon.store.store import Store

PROGRAM = Path(__file__).parents[1] / "support" / "mounted_files.py"
PYTHON = "/usr/bin/python3"
"""Debian's package python3-llfuse is for this one."""


def lacking():
    """What such file systems need and is not here, in words."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or shutil.which("fusermount") is None:
        return "FUSE"
    done = subprocess.run([PYTHON, "-c", "import llfuse"], capture_output=True, check=False)
    return f"llfuse for {PYTHON}" if done.returncode else ""


@pytest.fixture
def mount(tmp_path):
    """Shows a folder once more, where files are replaced in so many steps; gives both places."""
    if missing := lacking():
        pytest.skip(f"a file system of one's own needs {missing}")
    there, started = tmp_path / "mount", []

    def mounted(steps):
        folder = tmp_path / "folder"
        for each in (there, folder):
            each.mkdir()
        started.append(subprocess.Popen([PYTHON, str(PROGRAM), str(there), str(folder), steps]))
        end = time.monotonic() + 30
        while not there.is_mount():
            assert started[0].poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        return there, folder

    yield mounted
    for process in started:
        subprocess.run(["fusermount", "-u", "-z", str(there)], check=False)
        process.wait(30)


def test_one_step_is_enough(mount):
    there, _ = mount("one")
    store = Store(there / "store")
    store.prepare()
    store.require_renaming()
    assert fault_of_renaming(there) is None


def test_two_steps_are_seen_and_the_store_is_refused(mount):
    there, _ = mount("two")
    store = Store(there / "store")
    store.prepare()
    with pytest.raises(StoreError, match="where a file was replaced again and again, and it was missing: jobs would"):
        store.require_renaming()
    assert [path.name for path in (there / "store").rglob("*") if path.is_file()] == ["format.json", "format.json"]


@pytest.mark.parametrize(("steps", "fault"), [("one", None), ("two", "it was missing")])
def test_they_are_seen_from_another_place_as_from_another_node(mount, steps, fault):
    there, folder = mount(steps)
    watch = Watch(folder / "file")
    write_version(watch.file, 1)

    end = time.monotonic() + 60

    def replace_until_it_is_seen():
        version = 1
        while watch.fault is None and time.monotonic() < end and (fault or version < 40 or watch.looks < 40):
            version += 1
            replace(there / "file", version)

    writer = Thread(target=replace_until_it_is_seen)
    writer.start()
    while writer.is_alive() and watch.fault is None:
        watch.look()
    writer.join()
    assert watch.fault == fault
    assert watch.looks >= 40 or fault
