"""Where in the user's own code an error comes from, or a function or a class is written."""

import inspect
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

PACKAGE = Path(__file__).parents[1]
PYTHON = Path(sysconfig.get_paths()["stdlib"])


def place(of: object) -> str:
    """Where in the user's own code an error, a function or a class comes from, in brackets; empty if it is ours."""
    if of is None:
        return ""
    found = _of_error(of) if isinstance(of, BaseException) else _of_source(of)
    return f" ({found})" if found else ""


def _of_error(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename and is_own(error.filename):
        return f"{Path(error.filename).name}, line {error.lineno}"
    own = [frame for each in _chain(error) for frame in _frames(each.__traceback__)]
    if not own:
        return ""
    frame, line = own[-1]
    name = frame.f_code.co_name
    where = "" if name == "<module>" else f", in {name}"
    return f"{Path(frame.f_code.co_filename).name}, line {line}{where}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it was raised in place of: the innermost last."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _frames(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while traceback is not None:
        if is_own(traceback.tb_frame.f_code.co_filename):
            yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _of_source(of: Any) -> str:
    try:
        file, (_, line) = inspect.getsourcefile(of), inspect.getsourcelines(of)
    except (OSError, TypeError):
        return ""
    return f"{Path(file).name}, line {line}" if file and is_own(file) else ""


def is_own(file: str) -> bool:
    """Whether a file is neither of this package, nor of Python or of packages that are installed."""
    path = Path(file)
    if file.startswith("<") or not {"site-packages", "dist-packages"}.isdisjoint(path.parts):
        return False
    return not (path.is_relative_to(PACKAGE) or path.is_relative_to(PYTHON))
