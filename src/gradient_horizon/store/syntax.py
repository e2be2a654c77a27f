"""What a file of Python says, whatever its comments, docstrings and layout."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any


def digest_of_code(files: Iterable[Path]) -> str:
    """A digest of what these files say; where they are and in which order they are given does not matter."""
    return hashlib.sha256("\n".join(sorted(syntax_digest(file) for file in files)).encode()).hexdigest()


@cache
def syntax_digest(file: Path) -> str:
    """The SHA-256 of the syntax tree of a file; the same in all versions of Python that read it in the same way.

    Raises SyntaxError.
    """
    digest = hashlib.sha256()
    for word in _words(ast.parse(file.read_bytes())):
        digest.update(word.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _words(node: ast.AST) -> Iterator[str]:
    """The tree in words: fields that are empty are left out, since versions of Python differ in these."""
    yield f"({type(node).__name__} "
    for name, value in ast.iter_fields(node):
        if name in ("kind", "type_comment"):
            continue
        if isinstance(value, ast.AST):
            yield f"{name}="
            yield from _words(value)
        elif isinstance(value, list):
            kept = [each for each in value if not (_is_text(each) or _is_nothing(each, node))]
            yield from _words_of_list(name, kept)
        elif value is not None or isinstance(node, ast.Constant):
            yield f"{name}={value!r} "
    yield ")"


def _words_of_list(name: str, values: list[Any]) -> Iterator[str]:
    if values:
        yield f"{name}=["
        for value in values:
            if isinstance(value, ast.AST):
                yield from _words(value)
            else:
                yield f"{value!r} "
        yield "]"


def _is_text(node: Any) -> bool:
    """Whether this is a statement that is only a text: a docstring of something."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_nothing(node: Any, parent: ast.AST) -> bool:
    """Whether this is an empty piece of a formatted text, which some versions of Python add at the end of a format."""
    return isinstance(parent, ast.JoinedStr) and isinstance(node, ast.Constant) and node.value == ""
