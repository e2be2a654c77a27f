"""A table of a CSV file, and its columns as numbers, times or classes; what is wrong has its line and column."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from gradient_horizon.errors import DataError

MISSING = ("", "na", "n/a", "nan", "null")
"""Cells that mean that there is no value, in small letters."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

MOST_CLASSES = 1000


@dataclass(frozen=True)
class Table:
    """The cells of a file by column, without blanks around them, and the line that each row stands on."""

    file: Path
    columns: dict[str, list[str]]
    lines: list[int]
    decimal: str

    def said(self, row: int, column: str) -> str:
        """Where a cell stands."""
        return f"{self.file}, line {self.lines[row]}, column {column!r}"

    def require(self, asked: Iterable[tuple[str, str]]) -> None:
        """Raises DataError unless each of these columns, given with the key that names it, is there."""
        legal = ", ".join(self.columns)
        problems = []
        for key, name in asked:
            if name not in self.columns:
                near = get_close_matches(name, self.columns, n=1, cutoff=0.5)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                problems.append(f"{self.file} must have the column {name!r} ({key}), got {legal}.{hint}")
        if problems:
            raise DataError(problems)

    def numbers(self, column: str) -> Float[np.ndarray, " row"]:
        """A column of finite numbers; raises DataError with the first cell that is none."""
        return np.array(self._each(column, self._real), dtype=np.float64)

    def times(self, column: str) -> Float[np.ndarray, " row"]:
        """A column of numbers, or of dates and times in ISO 8601, in seconds; raises DataError."""
        first = self.columns[column][0]
        read = self._real if _is_number(first.replace(self.decimal, ".")) else _date
        return np.array(self._each(column, read), dtype=np.float64)

    def labels(self, column: str) -> list[str]:
        """A column of text or whole numbers, without missing cells; raises DataError."""
        return self._each(column, _label)

    def _real(self, text: str) -> float:
        if text.lower() in MISSING:
            raise ValueError(
                "must be a number, got nothing" if not text else f"must be a number, got {text!r}: missing"
            )
        plain = text.replace(self.decimal, ".")
        if not _is_number(plain) or (self.decimal != "." and "." in text):
            hint = ""
            if self.decimal == "." and _is_number(text.replace(",", ".")):
                hint = "; for decimal commas, give decimal: ','"
            elif self.decimal != "." and "." in text and _is_number(text.replace(",", "")):
                hint = f" with a point, where {self.decimal!r} is the decimal mark"
            raise ValueError(f"must be a number, got {text!r}{hint}")
        if not np.isfinite(value := float(plain)):
            raise ValueError(f"must be a finite number, got {text!r}")
        return value

    def _each(self, column: str, read: Callable[[str], Any]) -> list[Any]:
        values, wrong = [], list[str]()
        for row, text in enumerate(self.columns[column]):
            try:
                values.append(read(text))
            except ValueError as error:
                wrong.append(f"{self.said(row, column)}: {error}")
        if wrong:
            more = f" (and {len(wrong) - 1} more in this column)" if len(wrong) > 1 else ""
            raise DataError([wrong[0] + more])
        return values


def read_table(file: Path, *, delimiter: str = ",", decimal: str = ".") -> Table:
    """The table of a file whose first line names the columns; raises DataError."""
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            reader = csv.reader(content, delimiter=delimiter, strict=True)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append([cell.strip() for cell in cells])
                    lines.append(reader.line_num)
    except FileNotFoundError:
        raise DataError([f"{file} must be a file, got none there (paths start at {Path.cwd()})"]) from None
    except OSError as error:
        raise DataError([f"{file} must be a file that can be read, got {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise DataError([f"{file} must be text in UTF-8, as CSV, got other bytes ({error.reason})"]) from None
    except csv.Error as error:
        raise DataError([f"{file}, line {reader.line_num}: must be CSV, got {error}"]) from None
    if problems := list(_problems(file, rows, lines, delimiter)):
        raise DataError(problems)
    columns = {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}
    return Table(file, columns, lines[1:], decimal)


def classes_of(labels: Sequence[str]) -> list[str]:
    """The different labels, whole numbers in their order, others in that of their letters."""
    different = sorted(set(labels))
    return sorted(different, key=int) if all(_is_whole(label) for label in different) else different


def written_twice(classes: Sequence[str]) -> tuple[str, str] | None:
    """Two classes that are one number in two ways of writing, where all classes are numbers; None: there are none."""
    if not all(_is_number(label) for label in classes):
        return None
    written = dict[float, str]()
    for label in classes:
        first = written.setdefault(int(label) if _is_whole(label) else float(label), label)
        if first != label:
            return first, label
    return None


def encoded(labels: Sequence[str], classes: Sequence[str]) -> Int[np.ndarray, " row"]:
    """The place of each label among the classes; of one that is no class, -1."""
    places = {label: place for place, label in enumerate(classes)}
    return np.array([places.get(label, -1) for label in labels], dtype=np.int64)


def _problems(file: Path, rows: Sequence[Sequence[str]], lines: Sequence[int], delimiter: str) -> Iterator[str]:
    if not rows:
        yield f"{file} must have a line with the names of columns, and rows below it, got an empty file"
        return
    names = rows[0]
    others = [name for name in DELIMITERS if name != delimiter and name in names[0]]
    if len(names) == 1 and others:
        yield (
            f"{file} must have {DELIMITERS.get(delimiter, repr(delimiter))} between columns, got {names[0]!r} in its "
            f"first line; for {DELIMITERS[others[0]]}, give delimiter: {others[0]!r}"
        )
    elif all(_is_number(name) for name in names):
        yield f"{file} must name its columns in the first line, got numbers: {', '.join(names[:5])}"
    elif repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        yield f"{file} must give each column a name of its own, got {repeated[0]!r} {names.count(repeated[0])} times"
    elif len(rows) == 1:
        yield f"{file} must have rows below the names of its columns, got none"
    else:
        for row, line in zip(rows, lines, strict=True):
            if len(row) != len(names):
                yield f"{file}, line {line}: must have {len(names)} cells, as the first line, got {len(row)}"
                return


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", text) is not None


def _date(text: str) -> float:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be a number, or a date and time such as 2026-01-31T12:00, got {text!r}") from None
    # Without a time zone a date counts as UTC, so that no row depends on the machine's own.
    return (found.replace(tzinfo=None) - datetime(1970, 1, 1) - (found.utcoffset() or timedelta())).total_seconds()


def _label(text: str) -> str:
    if text.lower() in MISSING:
        raise ValueError(f"must be a class, got {text!r}: missing" if text else "must be a class, got nothing")
    if _is_number(text) and not float(text).is_integer():
        raise ValueError(f"must be a class, as text or a whole number, got {text!r}")
    return text
