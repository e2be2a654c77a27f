"""What a CSV task reads once: standardised inputs and answers by row, and which rows are for training."""

import hashlib
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Num

from gradient_horizon.errors import DataError
from gradient_horizon.tasks.csv_file import MOST_CLASSES, Table, classes_of, encoded, read_table
from gradient_horizon.tasks.windows import Parts, Rows, ends_of, series_of, split

CLASS = "class"
"""What `predict` is where the target is a class."""


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
    return _read(asked, state.st_mtime_ns, state.st_size)


def ends_in(asked: Asked, segments: Sequence[slice], length: int) -> Int[np.ndarray, " window"]:
    """The last rows of the windows of a part."""
    return ends_of(segments, length, ahead=int(asked.predict == "next"), last_only=asked.last_only)


@cache
def _read(asked: Asked, changed: int, size: int) -> SeriesData:
    table = read_table(asked.file, delimiter=asked.delimiter, decimal=asked.decimal)
    named = [("input", name) for name in asked.input] + [("target", asked.target)]
    named += [(key, name) for key, name in (("id", asked.identity), ("time", asked.time)) if name]
    table.require(named)
    rows = series_of(table, asked.identity, asked.time)
    parts = split(rows, asked.split, asked.held_out)
    training = parts.training_rows(len(rows.order))
    columns = dict.fromkeys((*asked.input, *(() if asked.predict == CLASS else (asked.target,))))
    values, scales = dict[str, Float[np.ndarray, " row"]](), dict[str, Scale]()
    problems: list[str] = []
    for name in columns:
        try:
            raw = table.numbers(name)[rows.order]
            scales[name] = _scale(asked.file, name, raw[training])
            values[name] = ((raw - scales[name].mean) / scales[name].deviation).astype(np.float32)
        except DataError as error:
            problems += error.problems
    answers, targets, classes = None, None, list[str]()
    try:
        if asked.predict == CLASS:
            answers, classes = _classes(table, asked, rows)
        elif asked.target in values:
            targets = values[asked.target]
            answers = np.append(targets[1:], np.float32(0)) if asked.predict == "next" else targets
    except DataError as error:
        problems += error.problems
    if problems or answers is None:
        raise DataError(problems)
    digest = hashlib.sha256(asked.file.read_bytes()).hexdigest()
    inputs = np.stack([values[name] for name in asked.input], axis=1)
    return SeriesData(inputs, answers, targets, tuple(classes), parts, rows, scales, digest)


def _scale(file: Path, column: str, training: Float[np.ndarray, " row"]) -> Scale:
    """The scale of a column; sums are exact, so that they are the same on every processor."""
    if not len(training) or (training == training[0]).all():
        given = f"{training[0]:g} in all {len(training)} of them" if len(training) else "no rows"
        raise DataError([f"{file}, column {column!r}: must vary over the rows for training, got {given}"])
    mean = math.fsum(training) / len(training)
    deviation = math.sqrt(math.fsum((training - mean) ** 2) / len(training))
    if not 0 < deviation < math.inf:
        raise DataError([f"{file}, column {column!r}: must have a finite deviation over training, got {deviation}"])
    return Scale(mean, deviation)


def _classes(table: Table, asked: Asked, rows: Rows) -> tuple[Int[np.ndarray, " row"], list[str]]:
    """The class of every row, and the labels; where only the last window counts, those of last rows."""
    given = table.labels(asked.target)
    labels = [given[row] for row in rows.order]
    answered = [labels[segment.stop - 1] for segment in rows.series] if asked.last_only else labels
    classes = classes_of(answered)
    if not 2 <= len(classes) <= MOST_CLASSES:
        few = f"got only {classes[0]!r}" if len(classes) == 1 else f"got {len(classes)}"
        number = "" if len(classes) == 1 else "; for numbers, predict: last or predict: next"
        raise DataError(
            [f"{asked.file}, column {asked.target!r}: must have 2 to {MOST_CLASSES} classes, {few}{number}"]
        )
    return encoded(labels, classes), classes
