import io
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gradient_horizon.errors import DamagedError
from gradient_horizon.storage import (
    CHECKSUMS,
    damaged_files,
    is_whole,
    read_arrays,
    remove,
    require_whole,
    write,
    write_arrays,
    writing,
)

ARRAYS = {
    "weights": np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 3, 4),
    "history": np.array([1.5, np.nan, -np.inf, 5e-324]),
    "counts": np.array([[1, -2], [3, 2**40]]),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "transposed": np.arange(6.0).reshape(2, 3).T,
}


def test_arrays_come_back_with_name_shape_type_and_bits(tmp_path):
    write_arrays(tmp_path / "arrays.safetensors", ARRAYS)
    back = read_arrays(tmp_path / "arrays.safetensors")
    assert back.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(back[name], array, err_msg=name, strict=True)


def test_same_arrays_give_the_same_bytes_in_whatever_order_they_come(tmp_path):
    write_arrays(tmp_path / "one", ARRAYS)
    write_arrays(tmp_path / "two", dict(reversed(ARRAYS.items())))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_text_is_written_as_utf8_and_bytes_as_they_are(tmp_path):
    write(tmp_path / "deep" / "er" / "text", "|w|ᵏ\n")
    write(tmp_path / "raw", b"\x00\xff")
    assert (tmp_path / "deep" / "er" / "text").read_bytes() == "|w|ᵏ\n".encode()
    assert (tmp_path / "raw").read_bytes() == b"\x00\xff"


def test_writing_again_replaces_the_file_and_leaves_nothing_beside_it(tmp_path):
    for content in ("old and long", "new"):
        write(tmp_path / "file", content)
    assert (tmp_path / "file").read_text() == "new"
    assert visible(tmp_path) == ["file"]


def visible(folder):
    """What is in a folder; beside that, no more than the checksum of one file."""
    assert len(list(folder.glob(f"{CHECKSUMS}/*"))) <= 1
    return [path.name for path in folder.iterdir() if path.name != CHECKSUMS]


class HalfFile(io.FileIO):
    def write(self, content: bytes) -> int:
        super().write(content[: len(content) // 2])
        raise KeyboardInterrupt


@pytest.fixture(params=["while writing", "before renaming"])
def interruption(request, monkeypatch):
    """Lets the next write stop half-way, as a full disk or Ctrl-C would."""

    def refuse(path: Path, target: Path) -> None:
        raise OSError("no space left on device")

    if request.param == "while writing":
        monkeypatch.setattr(Path, "open", lambda path, mode: HalfFile(path, mode) if mode == "wb" else io.FileIO(path))
        return KeyboardInterrupt
    monkeypatch.setattr(Path, "replace", refuse)
    return OSError


def test_interrupted_write_leaves_no_file_and_no_half(tmp_path, interruption):
    with pytest.raises(interruption):
        write(tmp_path / "file", "content")
    assert visible(tmp_path) == []


def test_interrupted_write_leaves_the_old_file(tmp_path, interruption):
    path = tmp_path / "file"
    os.write(os.open(path, os.O_CREAT | os.O_WRONLY), b"old")
    with pytest.raises(interruption):
        write(path, "content")
    assert os.read(os.open(path, os.O_RDONLY), 10) == b"old"
    assert visible(tmp_path) == ["file"]


HARMS = {
    "flipped": lambda content: content[:3] + bytes([content[3] ^ 4]) + content[4:],
    "truncated": lambda content: content[:-1],
    "longer": lambda content: content + b" ",
    "empty": lambda content: b"",
    "another": lambda content: b"something else",
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_is_named_and_moved_aside(tmp_path, harm):
    paths = [tmp_path / name for name in ("one", "two", "three")]
    for path in paths:
        write(path, f"content of {path.name}")
    require_whole(*paths)
    for path in paths[:2]:
        path.write_bytes(HARMS[harm](path.read_bytes()))
    assert list(damaged_files(tmp_path)) == [paths[0], paths[1]]
    with pytest.raises(DamagedError) as caught:
        require_whole(*paths)
    assert caught.value.paths == (paths[0], paths[1])
    assert f"{paths[0]} is not what was written there; it has been moved to one.damaged" in str(caught.value)
    assert "Run the same command again" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".sha256", "one.damaged", "three", "two.damaged"]


def test_a_file_without_a_checksum_is_not_taken_for_whole(tmp_path):
    (tmp_path / "file").write_text("content")
    assert not is_whole(tmp_path / "file")
    write(tmp_path / "file", "content")
    assert is_whole(tmp_path / "file")
    remove(tmp_path / "file")
    assert not is_whole(tmp_path / "file")


@pytest.mark.parametrize("exists", [True, False])
def test_a_file_that_nobody_says_is_ours_stays_as_it_is(tmp_path, exists):
    theirs = tmp_path / "tables" / "theirs.parquet"
    theirs.parent.mkdir()
    if exists:
        theirs.write_text("content")
    with pytest.raises(DamagedError, match=r"theirs\.parquet must be a file of a study, .*it stays as it is") as caught:
        require_whole(theirs)
    assert "moved" not in str(caught.value)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == (["theirs.parquet"] if exists else [])


def test_in_the_folders_of_a_study_a_file_without_its_checksum_is_moved_aside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("results/mine/tables/runs.csv"), "content")
    (tmp_path / "results/mine/tables/.sha256/runs.csv").unlink()
    with pytest.raises(DamagedError, match=r"moved to runs\.csv\.damaged"):
        require_whole(Path("results/mine/tables/runs.csv"))
    assert visible(tmp_path / "results/mine/tables") == ["runs.csv.damaged"]


def test_an_interruption_between_checksum_and_file_is_noticed(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write(path, "old")
    replace = Path.replace

    def stop_at_the_file(self, target):
        if target == path:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stop_at_the_file)
    with pytest.raises(KeyboardInterrupt):
        write(path, "new")
    assert path.read_text() == "old"
    assert not is_whole(path)


def test_content_in_pieces_is_written_and_summed_whole(tmp_path):
    with writing(tmp_path / "file") as file:
        for piece in (b"one", b"two"):
            file.write(piece)
    assert (tmp_path / "file").read_bytes() == b"onetwo"
    assert is_whole(tmp_path / "file")
    with pytest.raises(TypeError), writing(tmp_path / "file") as file:
        file.write(b"three" + "four")
    assert (tmp_path / "file").read_bytes() == b"onetwo"
    assert is_whole(tmp_path / "file")


def test_processes_of_two_machines_with_one_number_do_not_touch_each_others_files(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 7)
    path = tmp_path / "file"
    with writing(path) as slower:
        slower.write(b"one")
        write(path, "two")
        assert path.read_bytes() == b"two"
        assert is_whole(path)
        slower.write(b" and more")
    assert path.read_bytes() == b"one and more"
    assert is_whole(path)
    assert visible(tmp_path) == ["file"]


def test_checksums_are_those_of_sha256sum(tmp_path):
    for name in ("a b", "c"):
        write(tmp_path / name, name)
    command = ["sha256sum", "--check", *(str(path) for path in sorted((tmp_path / CHECKSUMS).iterdir()))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["a b: OK", "c: OK"]
