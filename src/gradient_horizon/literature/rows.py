"""Published results: where each stands, under which conditions it was found, and what of ours is set beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from gradient_horizon.errors import PublishedError
from gradient_horizon.statistics.shares import share

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[float, Field(strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "solved": ("share",),
        "updates": ("updates",),
        "left": ("updates",),
        "loss": ("loss",),
        "parameters": ("parameters",),
        "baseline": ("loss",),
    }
)
"""The units of what each measure gives; a test has its own."""

COUNTED = 1e-9
"""How far a share times its trials may be from a whole number."""


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
    hidden_size: Annotated[int, Field(ge=1)]


class OfBaseline(_Strict):
    """The loss that a trivial solution of a task leaves; rank 0 is the first."""

    measure: Literal["baseline"]
    task: Text
    length: Annotated[int, Field(ge=2)]
    rank: Annotated[int, Field(ge=0)] = 0


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
    value: Number
    unit: Literal["share", "share difference", "updates", "loss", "parameters"]
    tolerance: Literal["trials", "by eye", "factor", "rounding", "order"]
    trials: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    low: Number | None = None
    high: Number | None = None
    budget: Annotated[int, Field(ge=1)] | None = None
    differences: Texts | None = None
    ours: Annotated[OfRuns | OfTest | OfCount | OfBaseline, Field(discriminator="measure")]

    @model_validator(mode="after")
    def _fits(self) -> "PublishedRow":
        given = [end for end in (self.low, self.high) if end is not None]
        if len(given) != (2 if self.trials is None else 0):
            raise ValueError("must have either trials, or low and high")
        if self.trials is not None and (self.unit != "share" or self.value * self.trials % 1 > COUNTED):
            raise ValueError("must be a share of whole trials where it has trials")
        low, high = self.region
        if not low <= self.value <= high or (self.unit == "share" and not 0 <= self.value <= 1):
            raise ValueError("must have a value from low to high, and from 0 to 1 where it is a share")
        if self.unit not in UNITS.get(self.ours.measure, (self.unit,)):
            raise ValueError(f"must have the unit {' or '.join(UNITS[self.ours.measure])} for its measure")
        return self

    @property
    def region(self) -> tuple[float, float]:
        """The values that count as the same."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        published = share(round(self.value * (self.trials or 0)), self.trials or 0)
        return published.low, published.high


def read_rows(file: Path) -> tuple[PublishedRow, ...]:
    """The rows of report/published.json; raises PublishedError that names the row, the key and what is legal."""
    given = _content(file)["rows"]
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise PublishedError(f"{file}: rows must be a list of mappings, got {str(given)[:80]}")
    rows = tuple(_row(entry, index) for index, entry in enumerate(given))
    names = [row.id for row in rows]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PublishedError(f"{file}: the ids of published rows must differ, got {twice!r} twice")
    return rows


def unread(file: Path) -> list[str]:
    """The publications that were not read, and so have no numbers here, by their keys in the bibliography."""
    keys: list[str] = _content(file)["unread"]
    return keys


def _content(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishedError(f"{file} must be JSON that can be read, got {type(error).__name__}: {error}") from None
    if not isinstance(content, dict) or {*content} != {"unread", "rows"}:
        raise PublishedError(f"{file} must have the keys unread and rows, got {str(content)[:80]}")
    return content


def _row(entry: Mapping[str, Any], index: int) -> PublishedRow:
    try:
        return PublishedRow.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the row"
        got = "" if first["type"] == "missing" else f", got {str(first['input'])[:80]!r}"
        raise PublishedError(f"published row {entry.get('id', index)!r}: {key}: {first['msg']}{got}") from None
