"""What may be asked of a CSV file: the parameters of its task."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from gradient_horizon.tasks.base import Task
from gradient_horizon.tasks.series_data import Asked

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


class SeriesParameters(Task):
    """The keys beside `csv`, each as config.yaml has it."""

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
