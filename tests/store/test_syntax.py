import ast
import shutil
import subprocess
import sys

import pytest

from gradient_horizon.store.imports import SOURCES
from gradient_horizon.store.syntax import digest_of_code, syntax_digest

PLAIN = """
import math
from math import pi, tau as circle
LIMIT = 0.5
class Point:
    size: int = 2
    def area(self, x, *rest, scale=1, **options):
        if x > LIMIT and not rest:
            return math.sqrt(x) * scale
        return [y for y in rest if y]
"""
DRESSED = '''
"""A module."""
import math  # roots
from math import pi, tau as circle

LIMIT = 5e-1
"""Where it ends."""


class Point:
    """A class."""

    size: int = 2
    """In steps."""

    def area(self, x, *rest, scale=1, **options):
        """A method."""
        # a reason
        if (x > LIMIT) and (not rest):
            """A text that nobody reads."""
            return (
                math.sqrt(x)
                * scale
            )
        return [y for y in rest if y]
'''
MANY_KINDS = '''
from __future__ import annotations
import asyncio
async def walk(a, /, b: int = 1, *, c: str | None = None) -> list[int]:
    """Everything that a digest may meet."""
    global counter
    async with a as opened, b:
        async for i in opened:
            yield await i
    text = f"{a!r:>{b}} and {c}" if c else b"bytes\\x00"
    match a:
        case {"key": [1, *rest], **others} if rest:
            del others, rest
        case Point(x=0, y=-1j) | None:
            raise ValueError("ß", ...) from None
    if (n := len(text)) > 10_000 and not -0.0 < 1e400 <= n:
        return
    try:
        a.b[c:1:None] += lambda *x, y=(), **z: {**z, None: {*x}}
    except* (OSError, KeyError) as error:
        assert error, "sentence"
    else:
        counter @= ~a ** b // 3
    finally:
        while True:
            break
'''
DIGEST_OF_MANY_KINDS = "96a0dc6fd88401fd29dd7da915fc07976a1195e561db8962cca4f5fbca2d8a8f"


def digest(folder, text, name="module.py"):
    file = folder / str(len(list(folder.iterdir()))) / name
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return syntax_digest(file)


def test_comments_docstrings_of_all_kinds_and_layout_do_not_count(tmp_path):
    assert ast.dump(ast.parse(PLAIN)) != ast.dump(ast.parse(DRESSED))
    assert digest(tmp_path, PLAIN) == digest(tmp_path, DRESSED)


@pytest.mark.slow
def test_formatting_of_all_the_code_with_other_lengths_of_lines_does_not_count(tmp_path):
    shutil.copytree(SOURCES / "gradient_horizon", tmp_path / "gradient_horizon")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "60", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    reformatted = 0
    for file in sorted((SOURCES / "gradient_horizon").rglob("*.py")):
        copy = tmp_path / file.relative_to(SOURCES)
        reformatted += file.read_bytes() != copy.read_bytes()
        assert syntax_digest(copy) == syntax_digest(file), file
    assert reformatted > 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.5", "0.25"),
        ("0.5", "1 / 2"),
        ("scale=1", "scale=1.0"),
        ("scale=1", "scale=True"),
        ("scale=1", "scale"),
        ("size: int = 2", "size: float = 2"),
        ("size: int = 2", "size = 2"),
        ("x > LIMIT", "x >= LIMIT"),
        (" * scale", " / scale"),
        ("and not rest", "or not rest"),
        ("x > LIMIT and not rest", "not rest and x > LIMIT"),
        ("tau as circle", "tau as around"),
        ("pi, tau", "tau, pi"),
        ("import math\n", ""),
        ("class Point:", "class Point(object):"),
        ("    def area", "    @staticmethod\n    def area"),
        ("*rest, scale", "rest, scale"),
        ("*rest, scale=1", "rest=1, *, scale"),
        ("[y for y in rest if y]", "{y for y in rest if y}"),
        ("return [y for y in rest if y]", "return None"),
        ("LIMIT = 0.5", "LIMIT = 0.5\nNAME = 'a text that is a value'"),
        ("LIMIT = 0.5", "LIMIT = 0.5\nf'{print(1)}'"),
        ("LIMIT = 0.5", "LIMIT = 0.5\n..."),
    ],
)
def test_everything_else_counts(tmp_path, old, new):
    assert PLAIN.count(old) == 1
    assert digest(tmp_path, PLAIN) != digest(tmp_path, PLAIN.replace(old, new))


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.0", "-0.0"), ("1", "True"), ("1", "1.0"), ("1", "1j"), ("''", "b''"), ("'1'", "1"), ("None", "...")],
)
def test_constants_that_look_alike_are_told_apart(tmp_path, one, other):
    assert digest(tmp_path, f"x = {one}") != digest(tmp_path, f"x = {other}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(a)(b)", "f(a, b)"),
        ("a, (b, c)", "(a, b), c"),
        ("if a:\n    b\n    c", "if a:\n    b\nc"),
        ("{**a, b: c}", "{a: b, **c}"),
        ("f(*a, b)", "f(a, *b)"),
        ("x = 'a Name id=b'", "x = 'a'"),
        ("{a: '', b: c}", "{a: c, b: ''}"),
        ("x = a or ''", "x = a"),
        ("x = f'{a:{b}}'", "x = f'{a}{b}'"),
        ("x = f'{a!r}'", "x = f'{a!s}'"),
    ],
)
def test_what_belongs_to_what_counts(tmp_path, one, other):
    assert digest(tmp_path, one) != digest(tmp_path, other)


def test_all_versions_of_python_find_the_same_digest(tmp_path):
    assert digest(tmp_path, MANY_KINDS) == DIGEST_OF_MANY_KINDS


def test_digest_of_several_files_is_the_same_in_any_order_and_place(tmp_path):
    files = []
    for place in ("here", "there"):
        for name, text in (("one.py", "a = 1"), ("two.py", "b = 2")):
            files.append(tmp_path / place / name)
            files[-1].parent.mkdir(exist_ok=True)
            files[-1].write_text(text)
    here, there = files[:2], files[2:]
    assert digest_of_code(here) == digest_of_code(reversed(here)) == digest_of_code(there)
    assert len({digest_of_code(some) for some in (here, here[:1], here[1:], [here[0]] * 2, [])}) == 5


def test_text_in_any_encoding_is_read_as_python_does(tmp_path):
    latin, plain = tmp_path / "latin.py", tmp_path / "plain.py"
    latin.write_bytes("# coding: latin-1\nx = 'ß'\n".encode("latin-1"))
    plain.write_text("x = 'ß'\n", encoding="utf-8-sig")
    assert syntax_digest(latin) == syntax_digest(plain)


def test_what_is_no_python_is_a_syntax_error(tmp_path):
    with pytest.raises(SyntaxError):
        digest(tmp_path, "def :")
