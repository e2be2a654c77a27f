"""A file of the user's own: predict a column of a CSV from windows of its columns."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from gradient_horizon.tasks.base import Baseline, Batch, Loss, Task
from gradient_horizon.tasks.parameters import derived
from gradient_horizon.tasks.series_data import CLASS, Asked, SeriesData, data_of, ends_in
from gradient_horizon.tasks.series_problems import problems_of
from gradient_horizon.tasks.window_baselines import Limit, Windows, class_baselines, limit_of, regression_baselines
from gradient_horizon.tasks.windows import windows_at

MOST_WINDOWS = 10_000
"""Baselines are fitted to at most so many windows, and judged on at most so many, evenly spaced."""

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class Solved(BaseModel):
    """A criterion of the user's own: a mean squared error, or a share of right answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    loss: float | None = Field(default=None, gt=0, description="Largest mean squared error, in training variances.")
    accuracy: float | None = Field(default=None, gt=0, le=1, description="Smallest share of right classes.")

    @model_validator(mode="after")
    def _one(self) -> "Solved":
        if (self.loss is None) == (self.accuracy is None):
            raise ValueError("must be a loss or an accuracy")
        return self

    @property
    def largest_error(self) -> float:
        """The loss, or the share of wrong answers."""
        return float(self.loss or 0) if self.accuracy is None else 1 - self.accuracy


class Series(Task):
    """Windows of rows of a CSV file, its `input` columns at every step: what is `target` at the end, or next?

    Layout: a channel per input column, in the order given, less its mean and over its standard deviation in the rows
    for training; a numeric target is scaled in the same way, so that the mean squared error of its mean is near 1. A
    window of T rows lies in one series (one `id`, or the whole file) and in one part. The answer is read after the
    last step: the target in the row after it (predict: next), in that row (last), or its class in that row (class).

    With split: time, the last rows of every series are held out; with split: id, whole series. Windows may end in any
    row; but where whole series have a last value or a class, each is one sequence, its last T rows, unless windows:
    all. Training draws windows of its part with replacement; evaluation held-out ones without, if there are enough.

    Baselines are fitted to the training part and judged on the held-out one: mean, last value (where it is shown) and
    linear regression on the window; for classes, the majority and linear discriminant analysis (Fisher 1936). Unless
    `solved` says otherwise, a network has solved the task with at most 1.1 times the error of the best baseline, but
    at least 0.01 and at most 0.9 times that of the first. Reading raises DataError for a file that cannot be used.
    """

    file_parameters: ClassVar[tuple[str, ...]] = ("csv",)

    csv: str = Field(min_length=1, description="The file, relative to the folder of config.yaml.")
    input: Names = Field(min_length=1, description="Columns that the network sees at every step.")
    target: str = Field(description="The column that is predicted.")
    predict: Literal["next", "last", "class"] = Field(
        default="next",
        description="The target's value in the row after the window, its value in the last row, or its class there.",
    )
    length: int | None = Field(
        default=None, ge=2, description="Rows of a window, in place of the experiment's `lengths`."
    )
    id: str | None = Field(default=None, description="The column that tells series apart; without it, there is one.")
    time: str | None = Field(default=None, description="The column by which rows are sorted, to be checked.")
    split: Literal["id", "time"] | None = Field(
        default=None,
        description="What is held out: whole series, or the end of each; by default series, if `id` is given.",
    )
    held_out: float = Field(default=0.2, gt=0, lt=1, description="Share of series, or of rows, that is held out.")
    windows: Literal["all", "last"] | None = Field(
        default=None,
        description="Windows that end in any row, or the last of each series: one sequence each, as where `id` is "
        "given and predict: last or class.",
    )
    solved: Solved | None = Field(default=None, description="When a network has solved the task.")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="What stands between columns.")
    decimal: Literal[".", ","] = Field(default=".", description="The decimal mark of numbers.")

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
        errors = [each.loss if each.accuracy is None else 1 - each.accuracy for each in baselines]
        best = min(range(len(errors)), key=errors.__getitem__)
        limit = limit_of(errors[0], errors[best], baselines[best].name, baselines[0].name)
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
        """`count` held-out windows, drawn without replacement (with, if there are not enough)."""
        ends = self._ends(self.data.parts.held_out, length)
        return _batch(self.data, ends[generator.choice(len(ends), size=count, replace=count > len(ends))], length)

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

    @property
    def asked(self) -> Asked:
        """What is asked of the file."""
        by = self.split or ("id" if self.id else "time")
        one_each = by == "id" and self.predict != "next"
        last_only = self.windows == "last" or (self.windows is None and one_each)
        return Asked(
            Path(self.csv), self.input, self.target, self.predict, self.id, self.time, by, self.held_out, last_only,
            self.delimiter, self.decimal,
        )  # fmt: skip

    def _ends(self, segments: Sequence[slice], length: int) -> Int[np.ndarray, " window"]:
        ends = ends_in(self.asked, segments, length)
        if not len(ends):
            raise ValueError(f"{self.csv} must have windows of {length} rows in both parts, got none in one")
        return ends


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
