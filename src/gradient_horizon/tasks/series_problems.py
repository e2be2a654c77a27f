"""What keeps a CSV task from being trained: its parameters together, its file, too few rows, classes without rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradient_horizon.errors import DataError
from gradient_horizon.tasks.series_data import CLASS, SeriesData, ends_in

if TYPE_CHECKING:
    from gradient_horizon.tasks.series import Series


def problems_of(task: Series, lengths: Sequence[int]) -> Iterator[str]:
    """A sentence for each; what is read from the file only where nothing is wrong with the parameters."""
    if problems := [*_contradictions(task)]:
        yield from problems
        return
    try:
        data = task.data
    except DataError as error:
        yield from error.problems
        return
    problems = [*_too_short(task, data, max(lengths))]
    yield from problems
    if not problems and task.predict == CLASS:
        for length in sorted(set(lengths)):
            yield from _class_problems(task, data, length)


def _contradictions(task: Series) -> Iterator[str]:
    if task.split == "id" and task.id is None:
        yield "split: id must go with `id`, the column that tells series apart, got none"
    if task.asked.split == "time" and task.windows == "last":
        yield "windows: last must go with split: id, since one window of a series cannot be in two parts"
    if task.predict != "next" and task.target in task.input:
        yield f"input: must not have the target {task.target!r} with predict: {task.predict}: it shows the answer"
    if repeated := [name for name in dict.fromkeys(task.input) if task.input.count(name) > 1]:
        yield f"input: must name each column once, got {repeated[0]!r} {task.input.count(repeated[0])} times"
    if task.id is not None and task.id in (*task.input, task.target):
        yield f"id: must be a column that is neither input nor target, got {task.id!r}"
    if task.solved is not None and (task.solved.accuracy is not None) != (task.predict == CLASS):
        legal, given = ("an accuracy", "a loss") if task.predict == CLASS else ("a loss", "an accuracy")
        yield f"solved: must be {legal} with predict: {task.predict}, got {given}"


def _too_short(task: Series, data: SeriesData, length: int) -> Iterator[str]:
    """A sentence for the first series, or part of one, that has no window of this length."""
    needed, by_series = length + (task.predict == "next"), task.asked.split == "id"
    of = f"{needed} rows ({length} of a window{', and the one after it' if needed > length else ''})"
    for part, segments in zip(("for training", "held out"), data.parts, strict=True):
        for place, segment in enumerate(segments):
            if (rows := segment.stop - segment.start) < needed:
                series = data.rows.series.index(segment) if by_series else place
                named = f"series {data.rows.names[series]!r}" if task.id else "the file"
                given = f"{rows} rows" if by_series else f"{rows} rows {part}"
                remedy = "leave such series out" if by_series else "give another `held_out`"
                yield f"{task.csv}: {named} must have at least {of}, got {given}; shorten the windows, or {remedy}"
                return


def _class_problems(task: Series, data: SeriesData, length: int) -> Iterator[str]:
    training, held_out = (set(data.answers[ends_in(task.asked, part, length)].tolist()) for part in data.parts)
    where = f"{task.csv}, column {task.target!r}"
    if unseen := sorted(held_out - training):
        names = ", ".join(repr(data.classes[each]) for each in unseen)
        yield (
            f"{where}: every class must be among the rows for training, got {names} only in those held out (windows "
            f"of {length} rows); give another `held_out`, or more rows of this class"
        )
    elif len(held_out) < 2:
        yield (
            f"{where}: the rows held out must have 2 classes, got only {data.classes[held_out.pop()]!r} (windows of "
            f"{length} rows); give a larger `held_out`, or more rows"
        )
