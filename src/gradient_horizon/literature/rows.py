"""Published results: where each stands, under which conditions it was found, and what of ours is set beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gradient_horizon.errors import PublishedError
from gradient_horizon.statistics.shares import share

Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Texts(_Strict):
    """A text in every language of the report."""

    en: Text
    pl: Text

    def __getitem__(self, language: str) -> str:
        text: str = getattr(self, language)
        return text


class OfRuns(_Strict):
    """What is estimated from the networks of an arm at one length.

    `solved` is the share that solve the task; `updates` the mean number of updates that it takes them; `left` that
    after which the loss is at most nine tenths of what the trivial solution leaves; `loss` the mean at the end.
    """

    measure: Literal["solved", "updates", "left", "loss"]
    experiment: Text
    cell: Text
    remedy: Text = "none"
    length: int


class OfTest(_Strict):
    """A test of a claim, as "claim/test", whose outcome is the answer."""

    measure: Literal["test"]
    test: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]


class OfCount(_Strict):
    """The number of trained parameters of a network, read-out included."""

    measure: Literal["parameters"]
    task: Text
    cell: Text
    hidden_size: int


class OfBaseline(_Strict):
    """The loss that a trivial solution of a task leaves; rank 0 is the first."""

    measure: Literal["baseline"]
    task: Text
    length: int
    rank: int = 0


class PublishedRow(_Strict):
    """A published result.

    `read` is what was read for it. `value` is as published, `trials` the networks that a share is of; `low` and `high`
    are the values that count as the same, for a share by default its 95 % interval (Wilson 1927), `tolerance` says why.
    `budget` are the updates that the publication allows, if it says so.
    """

    id: Text
    cite: Annotated[str, Field(pattern=r"^[a-z]+\d{4}$")]
    place: Texts
    read: Literal["pdf", "text", "code"]
    conditions: Texts
    value: float
    unit: Literal["share", "share difference", "updates", "loss", "parameters"]
    tolerance: Literal["trials", "by eye", "factor", "rounding", "order"]
    trials: int | None = None
    low: float | None = None
    high: float | None = None
    budget: int | None = None
    differences: Texts | None = None
    ours: Annotated[OfRuns | OfTest | OfCount | OfBaseline, Field(discriminator="measure")]

    @model_validator(mode="after")
    def _has_a_region(self) -> "PublishedRow":
        if (self.trials is None) == (self.low is None or self.high is None):
            raise ValueError("must have either trials, or low and high")
        return self

    @property
    def region(self) -> tuple[float, float]:
        """The values that count as the same."""
        if self.trials is None or self.low is not None:
            assert self.low is not None
            assert self.high is not None
            return self.low, self.high
        published = share(round(self.value * self.trials), self.trials)
        return published.low, published.high


def read_rows(file: Path) -> tuple[PublishedRow, ...]:
    """The rows of report/published.json; raises PublishedError that names the row, the key and what is legal."""
    given = json.loads(file.read_text(encoding="utf-8"))["rows"]
    rows = tuple(_row(entry, index) for index, entry in enumerate(given))
    names = [row.id for row in rows]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PublishedError(f"{file}: the ids of published rows must differ, got {twice!r} twice")
    return rows


def unread(file: Path) -> list[str]:
    """The publications that were not read, and so have no numbers here, by their keys in the bibliography."""
    keys: list[str] = json.loads(file.read_text(encoding="utf-8"))["unread"]
    return keys


def _row(entry: Mapping[str, Any], index: int) -> PublishedRow:
    try:
        return PublishedRow.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the row"
        raise PublishedError(
            f"published row {entry.get('id', index)!r}: {key}: {first['msg']}, got {str(first['input'])[:80]!r}"
        ) from None
