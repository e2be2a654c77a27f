"""When code and values in memory count as the same."""

from importlib.abc import InspectLoader
from types import ModuleType

import numpy as np
import pytest

from gradient_horizon.library.own_code import digest_of


class Typed(InspectLoader):
    """Code that stands in no file."""

    def __init__(self, text):
        self.text = text

    def get_source(self, fullname):
        return self.text


def made(text, **given):
    """What `thing` is after this code was run, as in a cell of a notebook."""
    notebook = ModuleType("__main__")
    vars(notebook).update(np=np, **given)
    Typed(text).exec_module(notebook)
    return notebook.thing


SCALED = "def thing(x):\n    return x * scale\n"
CALLING = "def helper(x):\n    return {body}\ndef thing(x):\n    return helper(x)\n"
CLASS = "class thing:\n    size = {size}\n    def draw(self):\n        return np.{what}(self.size)\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (made("def thing(x):\n    return x + 1"), made("# a comment\n\ndef thing(x):\n    return (x + 1)  # same")),
        (made(SCALED, scale=2.0), made(SCALED, scale=2.0, other=3)),
        (made(CALLING.format(body="x + 1")), made(CALLING.format(body="x + 1"))),
        (made(CLASS.format(size=3, what="zeros")), made(CLASS.format(size=3, what="zeros"))),
        (made(CLASS.format(size=3, what="zeros"))(), made(CLASS.format(size=3, what="zeros"))()),
        (np.arange(3.0), np.arange(3.0)),
        ({"a": [1, (2.0, None)]}, {"a": [1, (2.0, None)]}),
    ],
)
def test_the_same(one, other):
    assert digest_of(one) == digest_of(other)


def with_values(**values):
    made_of = made(CLASS.format(size=3, what="zeros"))()
    vars(made_of).update(values)
    return made_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (made("def thing(x):\n    return x + 1"), made("def thing(x):\n    return x + 2")),
        (made("def thing(x):\n    return x + 1"), made("def thing(x):\n    return x - 1")),
        (made("def thing(x=1):\n    return x"), made("def thing(x=2):\n    return x")),
        (made(SCALED, scale=2.0), made(SCALED, scale=3.0)),
        (made(SCALED, scale=np.ones(2)), made(SCALED, scale=np.array([1.0, 2.0]))),
        (made(CALLING.format(body="x + 1")), made(CALLING.format(body="x + 2"))),
        (made(CLASS.format(size=3, what="zeros")), made(CLASS.format(size=4, what="zeros"))),
        (made(CLASS.format(size=3, what="zeros")), made(CLASS.format(size=3, what="ones"))),
        (with_values(scale=1), with_values(scale=2)),
        (with_values(table=np.zeros(2)), with_values(table=np.ones(2))),
        (np.arange(3.0), np.arange(3.0, dtype=np.float32)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (1, True),
        ([1, [2]], [[1], 2]),
        ("1", 1),
    ],
)
def test_what_differs(one, other):
    assert digest_of(one) != digest_of(other)


def test_what_has_no_lasting_description(tmp_path):
    with (tmp_path / "file").open("w") as file, pytest.raises(ValueError, match="must be made of numbers, texts"):
        digest_of(with_values(file=file))
