from pathlib import Path

import numpy as np
import pytest

from gradient_horizon.storage import read_arrays, write, write_arrays

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
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.fixture(params=["while writing", "before renaming"])
def interruption(request, monkeypatch):
    """Lets the next write stop half-way, as a full disk or Ctrl-C would."""
    write_bytes = Path.write_bytes

    def write_half(path: Path, content: bytes) -> int:
        write_bytes(path, content[: len(content) // 2])
        raise KeyboardInterrupt

    def refuse(path: Path, target: Path) -> None:
        raise OSError("no space left on device")

    if request.param == "while writing":
        monkeypatch.setattr(Path, "write_bytes", write_half)
        return KeyboardInterrupt
    monkeypatch.setattr(Path, "replace", refuse)
    return OSError


def test_interrupted_write_leaves_no_file_and_no_half(tmp_path, interruption):
    with pytest.raises(interruption):
        write(tmp_path / "file", "content")
    assert list(tmp_path.iterdir()) == []


def test_interrupted_write_leaves_the_old_file(tmp_path, interruption):
    path = tmp_path / "file"
    with path.open("w") as file:
        file.write("old")
    with pytest.raises(interruption):
        write(path, "content")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
