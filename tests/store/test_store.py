import json
import os
import select
import subprocess
import sys
import time

import pytest

from gradient_horizon.errors import StoreError
from gradient_horizon.storage import is_whole, write, write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import FORMAT, Store
from gradient_horizon.store.unused import LEFT_BEHIND, remove_unused, unused

KEYS = Keys("ab" + 30 * "0", 16 * "1", 16 * "2")
PARTS = ("networks", "outcome", "provenance", "history")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def fill(run, *parts):
    for part in parts:
        write(getattr(run, part), f"{part}\n")
    return run


def everything(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_store_says_its_format_and_leaves_nothing_else(store):
    store.prepare()
    store.prepare()
    assert {*everything(store.folder)} == {"format.json", ".sha256/format.json"}
    assert json.loads((store.folder / "format.json").read_text()) == {"format": FORMAT}
    assert list(store.folders()) == []
    Store(store.folder)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('{"format": 2}', r"must be a store of format 1, got format 2: another version .* move the folder away"),
        ('{"format": "1"}', r"must be a store of format 1, got format 1"),
        ("{", r"must say which form the store has, got JSONDecodeError: .* If this folder is a store, write"),
        ("[]", r"must say which form the store has, got TypeError"),
        ("{}", r"must say which form the store has, got KeyError"),
        ("\xff", r"must say which form the store has, got UnicodeDecodeError"),
    ],
)
def test_another_format_is_refused_and_nothing_is_changed(store, marker, sentence):
    fill(store.run(KEYS), *PARTS, "measures")
    (store.folder / "format.json").write_bytes(marker.encode("latin-1"))
    before = everything(store.folder)
    with pytest.raises(StoreError, match=f"{sentence}.* Nothing in it was changed"):
        Store(store.folder)
    assert everything(store.folder) == before


def test_a_store_that_cannot_be_written_to_says_what_to_do(tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(
        StoreError, match=r"must be a folder that can be written to, got \w.*Free the disk.*nothing was lost"
    ):
        Store(tmp_path / "store").prepare()
    assert (tmp_path / "store").read_text() == "a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is denied to root")
def test_a_store_that_may_not_be_written_to_says_what_to_do(store):
    store.prepare()
    store.folder.joinpath("runs").chmod(0o500)
    with pytest.raises(StoreError, match="got Permission denied"):
        store.prepare()
    store.folder.joinpath("runs").chmod(0o700)


def test_parts_of_a_run_stand_under_their_own_digests(store):
    run = store.run(KEYS)
    assert run.folder == store.folder / "runs" / "ab" / KEYS.networks
    other = store.run(Keys(KEYS.networks, "h", "m"))
    assert run.networks == other.networks
    assert (other.history.name, other.measures.name) == ("history-h.safetensors", "measures-m.safetensors")
    assert (
        len({run.networks, run.outcome, run.provenance, run.history, run.measures, run.checkpoint, run.durations}) == 7
    )


@pytest.mark.parametrize("lacking", [*PARTS, "measures", None])
def test_a_run_is_trained_and_complete_when_all_its_parts_are_there(store, lacking):
    assert not store.run(KEYS).is_trained
    run = fill(store.run(KEYS), *(part for part in (*PARTS, "measures") if part != lacking))
    assert run.is_trained == (lacking in ("measures", None))
    assert run.is_complete == (lacking is None)
    other_history, other_measures = (
        store.run(Keys(KEYS.networks, *keys)) for keys in (("h", KEYS.measures), (KEYS.history, "m"))
    )
    assert (other_history.is_trained, other_history.is_complete) == (False, False)
    assert (other_measures.is_trained, other_measures.is_complete) == (run.is_trained, False)


def test_folders_are_those_of_all_runs(store):
    runs = [store.run(Keys(digit * 32, "", "")) for digit in "ca0"]
    for run in runs:
        fill(run, "checkpoint")
    (store.folder / "runs" / ".probe-7").touch()
    assert list(store.folders()) == sorted(run.folder for run in runs)


HOLD = """
import sys
from pathlib import Path
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store
run = Store(Path(sys.argv[1])).run(Keys(*sys.argv[2:]))
with run.locked():
    print("held", flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another process that holds a run until it is told to let go, or is killed."""

    def __init__(self, folder):
        command = [sys.executable, "-c", HOLD, str(folder), KEYS.networks, KEYS.history, KEYS.measures]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def holds(self, seconds=60):
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def let_go(self):
        self.process.communicate("\n", timeout=60)

    def kill(self):
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def hold(store):
    holders = []

    def begin():
        holders.append(Holder(store.folder))
        return holders[-1]

    yield begin
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()


@pytest.mark.slow
def test_a_second_process_waits_until_the_first_has_done_with_a_run(store, hold):
    with store.run(KEYS).locked():
        second = hold()
        assert not second.holds(2)
    assert second.holds()
    second.let_go()
    assert second.process.returncode == 0


def test_the_lock_of_a_process_that_is_killed_ends_with_it(store, hold):
    first = hold()
    assert first.holds()
    first.kill()
    with store.run(KEYS).locked():
        assert store.run(KEYS).folder.is_dir()


@pytest.mark.slow
def test_a_lock_on_a_folder_that_is_removed_meanwhile_is_taken_anew(store, hold):
    run = store.run(KEYS)
    with run.locked():
        second = hold()
        assert not second.holds(2)
        run.folder.rmdir()
    assert second.holds()
    assert run.folder.is_dir()
    assert not remove_unused(next(unused(store, [])))
    second.let_go()


def test_a_run_in_no_study_is_removed_whole_and_one_that_is_worked_on_is_left(store, hold):
    run = fill(store.run(KEYS), *PARTS, "measures", "durations")
    (item,) = unused(store, [])
    assert (item.path, item.why, item.is_run) == (run.folder, "in no study", True)
    assert item.size == sum(map(len, everything(run.folder).values()))
    holder = hold()
    assert holder.holds()
    assert not remove_unused(item)
    assert run.is_complete
    holder.let_go()
    assert remove_unused(item)
    assert remove_unused(item)
    assert not run.folder.exists()
    assert list(unused(store, [])) == []


@pytest.mark.parametrize("steps", range(20))
def test_a_removal_that_is_interrupted_leaves_a_whole_run_or_one_that_is_lacking(store, monkeypatch, steps):
    run = fill(store.run(KEYS), *PARTS, "measures", "durations")
    before, left, unlink = everything(run.folder), [steps], os.unlink

    def interrupted(*arguments, **options):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        unlink(*arguments, **options)

    (item,) = unused(store, [])
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", interrupted)
        try:
            remove_unused(item)
        except KeyboardInterrupt:
            assert everything(run.folder) == before if run.is_trained else not run.outcome.exists()
    assert run.is_complete == (steps == 0)
    for rest in unused(store, []):
        assert remove_unused(rest)
    assert not run.folder.exists()


def test_of_a_used_run_only_what_no_study_uses_is_removed(store, hold):
    run = fill(store.run(KEYS), *PARTS, "measures", "durations", "checkpoint")
    used = [KEYS, Keys(KEYS.networks, KEYS.history, "3" * 16, "extrapolation-new")]
    fill(store.run(used[1]), "measures")
    write(store.run(used[1]).further["extrapolation"], "of a study")
    needed = everything(store.folder)
    fill(store.run(Keys(KEYS.networks, "old", "older")), "history", "measures")
    write(run.folder / "extrapolation-old.safetensors", "of no study")
    for name in (
        "networks.safetensors.1.tmp",
        "history-old.safetensors.damaged",
        ".sha256/outcome.json.9.tmp",
        ".sha256/gone",
    ):
        (run.folder / name).write_text("left")
        assert not any(item.path == run.folder / name for item in unused(store, used))  # another machine may write it
        os.utime(run.folder / name, (0, 0))
    items = list(unused(store, used))
    assert {(item.path.relative_to(run.folder).as_posix(), item.why) for item in items} == {
        ("networks.safetensors.1.tmp", "half written"),
        (".sha256/outcome.json.9.tmp", "half written"),
        ("history-old.safetensors.damaged", "damaged"),
        (".sha256/gone", "checksum of nothing"),
        ("history-old.safetensors", "in no study"),
        ("extrapolation-old.safetensors", "in no study"),
        ("measures-older.safetensors", "in no study"),
    }
    before = sum(map(len, everything(store.folder).values()))
    assert sum(item.size for item in items) == before - sum(map(len, needed.values()))
    holder = hold()
    assert holder.holds()
    assert not any(map(remove_unused, items))
    holder.let_go()
    assert all(map(remove_unused, items))
    assert everything(store.folder) == needed
    assert is_whole(run.history)


def test_beside_the_runs_only_what_was_left_long_ago_is_removed(store):
    store.prepare()
    write_json(store.folder / "speed.json", {"speed": 1})
    kept = everything(store.folder)
    left = ["format.json.5.tmp", "speed.json.damaged", ".sha256/speed.json.5.tmp", "runs/.probe-5"]
    for name in left:
        (store.folder / name).write_text("left")
    assert list(unused(store, [])) == []
    long_ago = time.time() - LEFT_BEHIND - 60
    for name in left:
        os.utime(store.folder / name, (long_ago, long_ago))
    items = list(unused(store, []))
    assert {item.path.relative_to(store.folder).as_posix() for item in items} == {*left}
    assert not any(item.is_run for item in items)
    assert all(map(remove_unused, items))
    assert everything(store.folder) == kept


def test_what_may_not_be_removed_is_a_sentence(store, monkeypatch):
    fill(store.run(KEYS), *PARTS)

    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    (item,) = unused(store, [])
    monkeypatch.setattr(os, "unlink", denied)
    with pytest.raises(StoreError, match="may be removed, got Permission denied"):
        remove_unused(item)
