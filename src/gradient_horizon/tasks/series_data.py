"""What a CSV task reads once: standardised inputs and answers by row, and which rows are for training."""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from jaxtyping import Float, Int, Num

from gradient_horizon.errors import DataError
from gradient_horizon.tasks.csv_file import MOST_CLASSES, classes_of, encoded, read_table, written_twice
from gradient_horizon.tasks.windows import Parts, Rows, ends_of, series_of, split

T = TypeVar("T")

CLASS = "class"
"""What `predict` is where the target is a class."""


MOST_DEVIATIONS = float(np.finfo(np.float32).max)
"""The largest number of single precision."""


class Asked(NamedTuple):
    """What is asked of a file: the parameters of the task that decide its data."""

    file: Path
    input: tuple[str, ...]
    target: str
    predict: str
    identity: str | None
    time: str | None
    split: str
    held_out: float
    last_only: bool
    delimiter: str
    decimal: str


class Scale(NamedTuple):
    """Mean and standard deviation of a column over the training rows, in its own unit."""

    mean: float
    deviation: float


class SeriesData(NamedTuple):
    """The rows of a file, those of a series one after another.

    `answers` are those of the window that ends in each row, 0 where there is none; `targets` the standardised target of
    the row itself, for numbers; `classes` the labels, for classes.
    """

    inputs: Float[np.ndarray, "row feature"]
    answers: Num[np.ndarray, " row"]
    targets: Float[np.ndarray, " row"] | None
    classes: tuple[str, ...]
    parts: Parts
    rows: Rows
    scales: dict[str, Scale]
    sha256: str

    @property
    def described(self) -> dict[str, Any]:
        """What the record of a run keeps of it."""
        training = len(self.parts.training_rows(len(self.inputs)))
        return {
            "sha256": self.sha256,
            "series": len(self.rows.series),
            "rows": len(self.inputs),
            "training_rows": training,
            "standardised": {name: scale._asdict() for name, scale in self.scales.items()},
            **({"classes": list(self.classes)} if self.classes else {}),
        }


def data_of(asked: Asked) -> SeriesData:
    """The data of a file as it is now; raises DataError."""
    try:
        state = asked.file.stat()
    except OSError:
        return _read(asked, 0, 0)
    except ValueError as error:
        raise DataError([f"csv: must be the path of a file, got {str(asked.file)!r} ({error})"]) from None
    return _read(asked, state.st_mtime_ns, state.st_size)


def ends_in(asked: Asked, segments: Sequence[slice], length: int) -> Int[np.ndarray, " window"]:
    """The last rows of the windows of a part."""
    return ends_of(segments, length, ahead=int(asked.predict == "next"), last_only=asked.last_only)


@cache
def _read(asked: Asked, changed: int, size: int) -> SeriesData:
    table = read_table(asked.file, delimiter=asked.delimiter, decimal=asked.decimal)
    columns = [("input", name) for name in asked.input] + [("target", asked.target)]
    columns += [(key, name) for key, name in (("id", asked.identity), ("time", asked.time)) if name]
    table.require(columns)
    rows = series_of(table, asked.identity, asked.time)
    parts = split(rows, asked.split, asked.held_out)
    training = parts.training_rows(len(rows.order))
    named = dict.fromkeys((*asked.input, *(() if asked.predict == CLASS else (asked.target,))))
    raw = _every(named, lambda name: table.numbers(name)[rows.order])
    labels = _every((asked.target,), table.labels)[asked.target] if asked.predict == CLASS else []
    scales = _every(named, lambda name: _scale(asked.file, name, raw[name][training]))
    values = _every(scales, lambda name: _standardised(asked.file, name, raw[name], scales[name]))
    if asked.predict == CLASS:
        classes, answers = _classes(labels, asked, rows)
        targets = None
    else:
        classes, targets = [], values[asked.target]
        answers = np.append(targets[1:], np.float32(0)) if asked.predict == "next" else targets
    digest = hashlib.sha256(asked.file.read_bytes()).hexdigest()
    inputs = np.stack([values[name] for name in asked.input], axis=1)
    return SeriesData(inputs, answers, targets, tuple(classes), parts, rows, scales, digest)


def _scale(file: Path, column: str, training: Float[np.ndarray, " row"]) -> Scale:
    """The scale of a column; sums are exact, so that they are the same on every processor."""
    if not len(training) or (training == training[0]).all():
        given = f"{training[0]:g} in all {len(training)} of them" if len(training) else "no rows"
        raise DataError([f"{file}, column {column!r}: must vary over the rows for training, got {given}"])
    try:
        with np.errstate(over="ignore"):
            mean = math.fsum(training) / len(training)
            deviation = math.sqrt(math.fsum((training - mean) ** 2) / len(training))
    except OverflowError:  # sums beyond the largest number
        deviation = math.inf
    if not 0 < deviation < math.inf:
        what = f"numbers from {training.min():g} to {training.max():g}"
        said = f"must have a deviation over training that is a finite number above 0, got {what}"
        raise DataError([f"{file}, column {column!r}: {said}"])
    return Scale(mean, deviation)


def _standardised(
    file: Path, column: str, values: Float[np.ndarray, " row"], scale: Scale
) -> Float[np.ndarray, " row"]:
    """A column in deviations from its mean, as numbers of single precision."""
    with np.errstate(over="ignore"):
        found = ((values - scale.mean) / scale.deviation).astype(np.float32)
    if not np.isfinite(found).all():
        said = f"must be within {MOST_DEVIATIONS:.0e} deviations of the rows for training ({scale.deviation:g})"
        raise DataError([f"{file}, column {column!r}: {said}, got {values[~np.isfinite(found)][0]:g}"])
    return found


def _classes(given: list[str], asked: Asked, rows: Rows) -> tuple[list[str], Int[np.ndarray, " row"]]:
    """The labels, where only the last window counts those of last rows, and the class of every row."""
    labels = [given[row] for row in rows.order]
    classes = classes_of([labels[segment.stop - 1] for segment in rows.series] if asked.last_only else labels)
    if same := written_twice(classes):
        said = f"must have one way of writing each class, got {same[0]!r} and {same[1]!r} for the same number"
        raise DataError([f"{asked.file}, column {asked.target!r}: {said}"])
    if 2 <= len(classes) <= MOST_CLASSES:
        return classes, encoded(labels, classes)
    found = f"only {classes[0]!r}" if len(classes) == 1 else f"{len(classes)}; for numbers, predict: last or next"
    raise DataError([f"{asked.file}, column {asked.target!r}: must have 2 to {MOST_CLASSES} classes, got {found}"])


def _every(names: Iterable[str], read: Callable[[str], T]) -> dict[str, T]:
    """What is read of each column; raises DataError with the problems of all."""
    found, problems = dict[str, T](), list[str]()
    for name in names:
        try:
            found[name] = read(name)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return found
