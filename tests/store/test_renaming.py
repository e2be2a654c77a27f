import errno
import os
import time
from pathlib import Path

import pytest

from gradient_horizon.errors import StoreError
from gradient_horizon.pipeline import machine
from gradient_horizon.store.renaming import TIMES, Watch, fault_of_renaming, replace, write_version
from gradient_horizon.store.store import Store

RENAME = os.replace


def unlink_first(source, target):
    """What renaming is where it takes two steps over a network."""
    Path(target).unlink()
    time.sleep(0.0002)
    RENAME(source, target)


def write_over(source, target):
    """What it is where it copies."""
    with Path(target).open("wb") as opened:
        time.sleep(0.0002)
        opened.write(Path(source).read_bytes())
    Path(source).unlink()


def go_back(source, target):
    """What a cache shows that forgets."""
    former = Path(target).stat().st_size
    RENAME(source, target)
    if former > 1:
        os.truncate(target, former - 1)
        time.sleep(0.0002)


def refuse(source, target):
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


WAYS = {
    unlink_first: "it was missing",
    write_over: "it was empty",
    go_back: "it had its former content again",
    refuse: "another one could not be renamed onto it (File exists)",
}


def test_a_disk_of_this_machine_replaces_files_in_one_step_and_is_asked_a_hundred_times(tmp_path, monkeypatch):
    renamed = []
    monkeypatch.setattr(os, "replace", lambda source, target: renamed.append(target) or RENAME(source, target))
    assert fault_of_renaming(tmp_path) is None
    assert len(renamed) == TIMES == 100
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_read_between_any_two_of_its_versions(tmp_path, monkeypatch):
    versions = []

    class Counting(Watch):
        def look(self):
            super().look()
            versions.append(self.newest)

    monkeypatch.setattr("gradient_horizon.store.renaming.Watch", Counting)
    assert fault_of_renaming(tmp_path) is None
    assert len(set(versions)) > TIMES / 2


@pytest.mark.parametrize("way", WAYS)
def test_what_takes_more_than_one_step_is_seen_every_time(tmp_path, monkeypatch, way):
    monkeypatch.setattr(os, "replace", way)
    assert {fault_of_renaming(tmp_path) for _ in range(10)} == {WAYS[way]}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_store_where_it_does_is_refused_and_the_doctor_says_so(tmp_path, monkeypatch, way):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "replace", way)
    store = Store(Path("store"))
    (store.folder / "runs").mkdir(parents=True)
    with pytest.raises(StoreError) as refused:
        store.require_renaming()
    assert str(refused.value) == (
        "store must be on a file system where a file is replaced in one step, got one where a file was replaced again "
        f"and again, and {WAYS[way]}: jobs would meet half a run. Make store a link to a folder on another file "
        "system, or move the study to one; no run was touched."
    )
    line = machine._folder(store.folder)
    assert line.level == "fail"
    assert line.found.startswith(f"a file was replaced again and again, and {WAYS[way]}; use a folder, or a link")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_was_replaced_after_it_was_opened_is_read_again(tmp_path, monkeypatch):
    watch = Watch(tmp_path / "file")
    write_version(watch.file, 1)
    stale = OSError(errno.ESTALE, os.strerror(errno.ESTALE))
    for error, fault in ((stale, None), (OSError(errno.EIO, "I/O"), "it could not be read (I/O)")):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", lambda path, error=error: (_ for _ in ()).throw(error))
            watch.look()
        assert watch.fault == fault
    watch.fault = None
    assert replace(watch.file, 2) is None
    watch.look()
    assert (watch.fault, watch.newest) == (None, 2)


def test_where_nothing_can_be_written_that_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        fault_of_renaming(tmp_path / "nowhere")
