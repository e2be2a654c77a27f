"""A file of the user's own: predict a column of a CSV from windows of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Int

from gradient_horizon.tasks.base import Baseline, Batch, Loss
from gradient_horizon.tasks.parameters import derived
from gradient_horizon.tasks.series_data import CLASS, Asked, SeriesData, data_of, ends_in
from gradient_horizon.tasks.series_parameters import SeriesParameters
from gradient_horizon.tasks.series_problems import problems_of
from gradient_horizon.tasks.window_baselines import Limit, Windows, class_baselines, limit_of, regression_baselines
from gradient_horizon.tasks.windows import windows_at

MOST_WINDOWS = 10_000
"""Baselines are fitted to at most so many windows, and judged on at most so many, evenly spaced."""


class Series(SeriesParameters):
    """Windows of rows of a CSV file, its `input` columns at every step: what is `target` at the end, or next?

    Layout: a channel per input column, in the order given, less its mean and over its standard deviation in the rows
    for training; a numeric target is scaled in the same way, so that the mean squared error of its mean is near 1. A
    window of T rows lies in one series (one `id`, or the whole file) and in one part. The answer is read after the
    last step: the target in the row after it (predict: next), in that row (last), or its class in that row (class).

    With split: time, the last rows of every series are held out; with split: id, whole series. Windows may end in any
    row; but where whole series have a last value or a class, each is one sequence, its last T rows, unless windows:
    all. Training draws windows of its part with replacement; evaluation goes through the held-out ones in random order.

    Baselines are fitted to the training part and judged on the held-out one: mean, last value (where it is shown) and
    linear regression on the window; for classes, the majority and linear discriminant analysis (Fisher 1936). Unless
    `solved` says otherwise, a network has solved the task with at most 1.1 times the error of the best baseline, but
    at least 0.01 and at most 0.9 times that of the first, or, for classes, of the commonest one held out.

    Reading the file raises DataError where it cannot be used.
    """

    window: int | None = None
    """The length of the networks' sequences; None: it is not known yet."""

    @derived
    def inputs(self) -> int:
        """A channel for each input column."""
        return len(self.input)

    @derived
    def outputs(self) -> int:
        """A class for each label, or one number."""
        return len(self.data.classes) if self.predict == CLASS else 1

    @derived
    def loss(self) -> Loss:
        """By what is predicted."""
        return "cross-entropy" if self.predict == CLASS else "mean-squared-error"

    @derived
    def fixed_length(self) -> int | None:
        """The length that is given with the file."""
        return self.length

    @derived
    def solved_when(self) -> str:
        """The criterion in words, with its number where the length is known."""
        said = "accuracy >=" if self.predict == CLASS else "mean squared error <="
        if self.window is None and self.solved is None:
            return f"{said} a limit near the best baseline's"
        limit = self.limit
        number = round(1 - limit.value, 3) if self.predict == CLASS else limit.value
        return f"{said} {number:.3g} ({limit.reason})"

    @property
    def data(self) -> SeriesData:
        """The rows of the file; raises DataError."""
        return data_of(self.asked)

    @property
    def limit(self) -> Limit:
        """The largest error of a solved task, rounded to three digits; raises ValueError where no length is known."""
        if self.solved is not None:
            return Limit(self.solved.largest_error, "as configured")
        if self.window is None:
            raise ValueError("the criterion of a CSV task must have a length, got none: build the task with one")
        baselines = self.baselines(self.window)
        errors = {each.name: each.loss if each.accuracy is None else 1 - each.accuracy for each in baselines}
        trivial = {baselines[0].name: errors[baselines[0].name]}
        if self.predict == CLASS:
            shares = np.bincount(self.data.answers[self._ends(self.data.parts.held_out, self.window)])
            trivial["one class for all held out"] = 1 - float(shares.max() / shares.sum())
        limit = limit_of(_least(trivial), _least(errors))
        # To few digits: a limit is then the same on every processor, whatever the last bit of a regression.
        return limit._replace(value=round(limit.value, 3) if self.predict == CLASS else float(f"{limit.value:.3g}"))

    def at(self, length: int) -> "Series":
        """The same with the criterion for windows of this length."""
        one = copy(self)
        one.window = length
        return one

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` windows for training, drawn with replacement; raises ValueError where there is none so long."""
        ends = self._ends(self.data.parts.training, length)
        return _batch(self.data, ends[generator.integers(len(ends), size=count)], length)

    def sample_evaluation(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` held-out windows in random order, each as often as the others or once more."""
        ends = self._ends(self.data.parts.held_out, length)
        rounds = [generator.permutation(ends) for _ in range(-(-count // len(ends)))]
        return _batch(self.data, np.concatenate(rounds)[:count], length)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Those that the docstring of this class names."""
        return _baselines(self.asked, self.data.sha256, length)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """Whether the error is at most the limit."""
        limit = self.limit.value
        return accuracy >= round(1 - limit, 3) if self.predict == CLASS else loss <= limit

    def problems(self, lengths: Sequence[int]) -> Iterator[str]:
        """What is wrong with the parameters together, with the file, or with its number of rows for these lengths."""
        return problems_of(self, lengths)

    def provenance(self) -> dict[str, Any]:
        """The file, its checksum, the sizes of its parts and the scale of each column."""
        return {"file": self.csv, **self.data.described}

    def _ends(self, segments: Sequence[slice], length: int) -> Int[np.ndarray, " window"]:
        ends = ends_in(self.asked, segments, length)
        if not len(ends):
            raise ValueError(f"{self.csv} must have windows of {length} rows in both parts, got none in one")
        return ends


def _least(errors: Mapping[str, float]) -> tuple[str, float]:
    return min(errors.items(), key=lambda each: each[1])


def _batch(data: SeriesData, ends: Int[np.ndarray, " batch"], length: int) -> Batch:
    inputs = windows_at(data.inputs, ends, length).transpose(0, 2, 1)
    return Batch(np.ascontiguousarray(inputs), data.answers[ends])


@cache
def _baselines(asked: Asked, sha256: str, length: int) -> tuple[Baseline, ...]:
    data = data_of(asked)
    training, held_out = (_spaced(ends_in(asked, part, length)) for part in data.parts)
    known, judged = _flat(data, training, length), _flat(data, held_out, length)
    if asked.predict == CLASS:
        return class_baselines(known, judged, len(data.classes))
    is_shown = asked.predict == "next" and asked.target in asked.input
    last = data.targets[held_out] if is_shown and data.targets is not None else None
    return regression_baselines(known, judged, last)


def _spaced(ends: Int[np.ndarray, " window"]) -> Int[np.ndarray, " some"]:
    if len(ends) <= MOST_WINDOWS:
        return ends
    return ends[np.linspace(0, len(ends) - 1, MOST_WINDOWS).round().astype(np.int64)]


def _flat(data: SeriesData, ends: Int[np.ndarray, " window"], length: int) -> Windows:
    inputs = windows_at(data.inputs, ends, length).transpose(1, 0, 2).reshape(len(ends), -1)
    return Windows(inputs, data.answers[ends])
