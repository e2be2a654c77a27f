"""Rows of a table as series: which are for training and which held out, and the windows that end in them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from gradient_horizon.errors import DataError
from gradient_horizon.seeding import generator
from gradient_horizon.tasks.csv_file import Table

Segment = slice
"""Consecutive rows of one series, all in the same part."""


class Rows(NamedTuple):
    """The rows of a table in an order in which those of a series follow each other."""

    order: Int[np.ndarray, " row"]
    names: tuple[str, ...]
    series: tuple[Segment, ...]


class Parts(NamedTuple):
    """Segments for training, and those held out; no row is in both."""

    training: tuple[Segment, ...]
    held_out: tuple[Segment, ...]

    def training_rows(self, rows: int) -> Int[np.ndarray, " row"]:
        """The rows for training."""
        return np.concatenate([np.arange(rows)[segment] for segment in self.training])


def series_of(table: Table, identity: str | None, time: str | None) -> Rows:
    """The series of a table, in the order of their first rows; raises DataError where the order of rows is unclear."""
    count = len(table.lines)
    ids = table.columns[identity] if identity else [""] * count
    of_id: dict[str, list[int]] = {}
    for row, name in enumerate(ids):
        of_id.setdefault(name, []).append(row)
    if problems := [*_order_problems(table, of_id, identity, time)]:
        raise DataError(problems)
    lengths = [len(rows) for rows in of_id.values()]
    ends = np.cumsum(lengths).tolist()
    segments = tuple(slice(end - length, end) for end, length in zip(ends, lengths, strict=True))
    return Rows(np.concatenate([np.array(rows) for rows in of_id.values()]), tuple(of_id), segments)


def _order_problems(table: Table, of_id: dict[str, list[int]], identity: str | None, time: str | None) -> Iterator[str]:
    if identity and "" in of_id:
        yield f"{table.said(of_id[''][0], identity)}: must name a series, got nothing"
    elif time:
        times = table.times(time)
        for name, rows in of_id.items():
            later = np.diff(times[rows]) > 0
            if not later.all():
                row = rows[int(later.argmin()) + 1]
                of = f" of series {name!r}" if identity else ""
                yield (
                    f"{table.said(row, time)}: must be later than in the row before{of}, got "
                    f"{table.columns[time][row]!r}; sort the rows by {time!r}, and leave no time twice"
                )
                return
    elif identity:
        for name, rows in of_id.items():
            if rows[-1] - rows[0] >= len(rows):
                again = next(row for row, before in zip(rows[1:], rows, strict=False) if row > before + 1)
                yield (
                    f"{table.said(again, identity)}: must have the rows of a series one after another, got {name!r} "
                    "again; sort the rows, or give the column `time` that says their order"
                )
                return


def split(rows: Rows, by: str, share: float) -> Parts:
    """Holds out this share of the series, in a fixed random choice, or of the rows of each, its last ones.

    Raises DataError where a part would be empty.
    """
    if by == "time":
        cuts = [segment.stop - round(share * (segment.stop - segment.start)) for segment in rows.series]
        pairs = list(zip(rows.series, cuts, strict=True))
        return Parts(
            tuple(slice(segment.start, cut) for segment, cut in pairs),
            tuple(slice(cut, segment.stop) for segment, cut in pairs),
        )
    count = len(rows.series)
    if count < 2:
        raise DataError([f"split: id must have at least 2 series, got {count}; give `id`, or split: time"])
    held_out = min(max(1, round(share * count)), count - 1)
    chosen = set(generator(0, "csv", "split").permutation(count)[:held_out].tolist())
    return Parts(
        tuple(segment for place, segment in enumerate(rows.series) if place not in chosen),
        tuple(segment for place, segment in enumerate(rows.series) if place in chosen),
    )


def ends_of(segments: Sequence[Segment], length: int, *, ahead: int, last_only: bool) -> Int[np.ndarray, " window"]:
    """The last input row of each window of `length` rows that lies in one segment with the row `ahead` of it."""
    found = [np.arange(segment.start + length - 1, segment.stop - ahead) for segment in segments]
    if last_only:
        found = [ends[-1:] for ends in found]
    return np.concatenate([*found, np.arange(0)])


def windows_at(
    values: Float[np.ndarray, "row feature"], ends: Int[np.ndarray, " window"], length: int
) -> Float[np.ndarray, "time window feature"]:
    """The windows of `length` rows that end in these."""
    return values[ends - length + 1 + np.arange(length)[:, None]]
