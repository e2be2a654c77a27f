"""Errors a user can meet, each a sentence: what must hold, what was given, what is legal."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

LONGEST_PROBLEM = 800


class ConfigError(ValueError):
    """The study described by config.yaml cannot be run as written; the message lists every problem.

    `files` are what it is described by, in words.
    """

    def __init__(self, problems: Iterable[str], files: str = "config.yaml"):
        self.problems = tuple(_on_one_line(problem) for problem in problems)
        super().__init__("\n".join((f"{files} cannot be run as written:", *(f"  {p}" for p in self.problems))))


def _on_one_line(problem: str) -> str:
    """Printable characters only, with the middle of a long text left out."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in problem)
    if len(shown) <= LONGEST_PROBLEM:
        return shown
    return f"{shown[: LONGEST_PROBLEM // 2]} ... {shown[-LONGEST_PROBLEM // 3 :]}"


class PreflightError(ValueError):
    """Something that the report of a study needs does not work; the message lists every problem."""

    def __init__(self, problems: Iterable[str]):
        self.problems = tuple(_on_one_line(problem) for problem in problems)
        super().__init__(
            "\n".join(("the study would not get as far as its report:", *(f"  {p}" for p in self.problems)))
        )


class PlanError(ValueError):
    """A plan is of other runs than the workflow waits for, or of a part that the study does not have."""


class ChangedError(RuntimeError):
    """What decides a run has changed while it was trained, or since; the message names the files."""


class ResultsError(ValueError):
    """Results of a study cannot be read; the message names the folder or file, and says what is there."""


class StoreError(ValueError):
    """The store of runs cannot be used; the message says why and what to do."""


class ClusterError(ValueError):
    """A cluster does not take the jobs of a study as they are asked for, or one of its machines is not as the others.

    The message names the key or the machine, what was given, and what to do.
    """


class MergeError(ValueError):
    """Results cannot be made a part of a study, or parts or stores cannot be joined; the message says which and why."""


class FreshError(ValueError):
    """Verdicts on fresh seeds cannot be kept; the message names the claims whose design is not the frozen one."""


class PublishedError(ValueError):
    """A published result cannot be set beside ours; the message names its row, and what is wrong or missing."""


class CheckError(ValueError):
    """Claims cannot be checked; the message names what is missing, and what makes it."""


class UnknownNameError(ValueError):
    """A name is in no registry; the message suggests the nearest legal one."""

    def __init__(self, kind: str, name: str, legal: Iterable[str]):
        legal = sorted(legal)
        near = get_close_matches(name, legal, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"{kind} must be one of {', '.join(legal)}, or 'module:Object'; got {name!r}.{hint}")


class DataError(ValueError):
    """A file of data cannot be used as asked; `problems` are sentences with its path, and line and column."""

    def __init__(self, problems: Iterable[str]):
        self.problems = tuple(_on_one_line(problem) for problem in problems)
        super().__init__("; ".join(self.problems))


class EquationError(ValueError):
    """The equations of a cell cannot be compiled; the message names the cell, the culprit and what is legal."""


class ShapeError(ValueError):
    """An array has an axis of the wrong size; the message names the axis."""


class TableError(ValueError):
    """A table does not fit its schema; the message names the column."""


class ReportError(ValueError):
    """The report cannot be built; the message names the word, the value or the element that is missing."""


class DamagedError(ValueError):
    """Files do not match their checksums; the message names them and says how they are rebuilt.

    `strangers` have no checksum, and may be anybody's: they stay where they are.
    """

    def __init__(self, paths: Iterable[Path], strangers: Iterable[Path] = ()):
        self.paths, self.strangers = tuple(paths), tuple(strangers)
        lines = [
            f"{path} is not what was written there; it has been moved to {path.name}.damaged" for path in self.paths
        ]
        if lines:
            lines.append("Run the same command again: what is missing is rebuilt.")
        lines += [
            f"{path} must be a file of a study, with its checksum in the hidden folder .sha256 beside it, got none; "
            "it stays as it is"
            for path in self.strangers
        ]
        super().__init__("\n".join(lines))
