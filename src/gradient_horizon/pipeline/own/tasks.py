"""Tries a task of the user's own: its attributes, its baselines, its criterion, and a tiny batch drawn twice."""

import inspect
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon.pipeline.own.finding import Finding, is_wrong, ok, remark, said, shown, wrong
from gradient_horizon.pipeline.own.generators import watched
from gradient_horizon.pipeline.own.reading import data_among, files_read, run_again
from gradient_horizon.seeding import generator
from gradient_horizon.study.own_tasks import init_problem
from gradient_horizon.tasks.base import LOSSES, Baseline, Batch, Task

SEQUENCES = 4
COUNTS = {"inputs": 1, "outputs": 1, "minimal_length": 1, "unasked_steps": 0}
"""Attributes that are whole numbers, each with the least that is legal."""


def task_findings(made: type[Task], make: Callable[[], Task], length: int | None = None) -> Iterator[Finding]:
    """What was found of a task with sequences of this length, by default of its shortest ones.

    `make` makes it with its parameters, if it has any.
    """
    if problem := init_problem(made):
        yield wrong(problem)
        return
    with files_read() as read:
        run_again(made)
        yield from _findings(make, length)
    declared = {Path(inspect.getfile(made)).parent / name for name in made.data_files}
    if made.file_parameters:
        task = make()
        declared |= {Path(str(getattr(task, name))) for name in made.file_parameters}
    undeclared = [path for path in data_among(read) if path not in {each.resolve() for each in declared}]
    if undeclared:
        names = ", ".join(repr(os.path.relpath(path, Path(inspect.getfile(made)).parent)) for path in undeclared)
        yield wrong(
            "must name the files that it reads, so that its runs are trained again where one changes: "
            f"data_files = ({names},), got {made.data_files!r}",
            made,
        )
    elif declared:
        yield ok(f"data files, which decide its runs: {', '.join(path.name for path in sorted(declared))}")


def _findings(make: Callable[[], Task], length: int | None) -> Iterator[Finding]:
    try:
        task = make()
    except (Exception, SystemExit) as error:
        yield wrong(f"must be made from its parameters, of which each has a default, got {said(error)}", error)
        return
    found = list(_attribute_findings(task))
    yield from found
    if is_wrong(found):
        return
    steps = task.fixed_length or length or task.minimal_length
    tried = {
        "give its baselines": _baseline_findings,
        "judge a loss and an accuracy by `is_solved`": _criterion_findings,
        "give a tiny batch": _batch_findings,
    }
    for what, findings in tried.items():
        try:
            yield from findings(task, steps)
        except (Exception, SystemExit) as error:
            yield wrong(f"must {what} for length {steps}, got {said(error)}", error)


def _attribute_findings(task: Task) -> Iterator[Finding]:
    made = type(task)
    missing = [name for name in ("inputs", "outputs", "loss", "solved_when") if not hasattr(task, name)]
    for name in missing:
        legal = {"loss": " or ".join(LOSSES), "solved_when": "a text such as 'accuracy >= 0.95'"}
        yield wrong(f"must say `{name}`, {legal.get(name, 'a whole number above 0')}, got nothing", made)
    for name, least in COUNTS.items():
        value: Any = getattr(task, name, None)
        if name not in missing and not (_is_whole(value) and value >= least):
            yield wrong(f"must have a whole number of at least {least} as `{name}`, got {value!r}", made)
    for name, least in (("fixed_length", 1), ("recalled_steps", 1), ("mark_channel", 0)):
        value = getattr(task, name)
        if value is not None and not (_is_whole(value) and value >= least):
            yield wrong(f"must have None or a whole number of at least {least} as `{name}`, got {value!r}", made)
    if "loss" not in missing and task.loss not in LOSSES:
        yield wrong(f"must have a `loss` of {' or '.join(LOSSES)}, got {task.loss!r}", made)
    if "solved_when" not in missing and not _is_text(task.solved_when):
        yield wrong(f"must say in `solved_when`, as text, when it counts as solved, got {task.solved_when!r}", made)


def _baseline_findings(task: Task, length: int) -> Iterator[Finding]:
    given = task.baselines(length)
    if not isinstance(given, tuple | list) or not given:
        yield wrong(f"must give at least one baseline for length {length}, got {given!r}", task.baselines)
        return
    faults = [each for each in given if not _is_baseline(each)]
    for each in faults:
        yield wrong(
            "must give baselines as Baseline(name, loss, accuracy), with a name, as text, and a finite loss, and an "
            f"accuracy that is None or from 0 to 1, got {each!r}",
            task.baselines,
        )
    if not faults:
        yield ok(f"baselines: {', '.join(f'{each.name} (loss {each.loss:.4g})' for each in given)}")


def _criterion_findings(task: Task, length: int) -> Iterator[Finding]:
    given = task.baselines(length)
    if not isinstance(given, tuple | list) or not given or not all(map(_is_baseline, given)):
        return
    first = given[0]
    accuracy = math.nan if first.accuracy is None else float(first.accuracy)
    perfect = math.nan if task.loss == LOSSES[1] else 1.0
    asked = ((float(first.loss), accuracy), (0.0, perfect))
    answers = [task.is_solved(*each) for each in asked]
    if odd := [each for each in answers if not isinstance(each, bool | np.bool_)]:
        yield wrong(f"must answer True or False in `is_solved`, got {shown(odd[0])}", task.is_solved)
    elif answers[0]:
        yield wrong(
            f"must not count as solved at its first baseline, {first.name!r} (loss {first.loss:.4g}, accuracy "
            f"{accuracy:.4g}), got True from `is_solved`",
            task.is_solved,
        )
    elif not answers[1]:
        yield wrong("must count as solved at loss 0 and accuracy 1, got False from `is_solved`", task.is_solved)
    else:
        yield ok(f"solved when {task.solved_when}: not at {first.name!r}, and at loss 0")


def _batch_findings(task: Task, length: int) -> Iterator[Finding]:
    found = []
    has_own = type(task).sample_evaluation is not Task.sample_evaluation
    for draw in (task.sample, task.sample_evaluation) if has_own else (task.sample,):
        with watched() as drawn:
            batch, again = (draw(length, SEQUENCES, generator=generator(0, "preflight")) for _ in range(2))
            other = draw(length, SEQUENCES, generator=generator(1, "preflight"))
        name = draw.__name__
        parts = [
            *(_shape_findings(task, batch, name, length, draw)),
            *_random_findings(batch, again, drawn, name, draw),
        ]
        if not parts and _words(other) == _words(batch):
            yield remark(f"gives the same sequences for two different generators in `{name}`", draw)
        found += parts
    yield from found
    if not found:
        batch = task.sample(length, SEQUENCES, generator=generator(0, "preflight"))
        yield ok(f"inputs [time feature batch] {np.shape(batch.inputs)}, targets [batch] {np.shape(batch.target)}")
        yield ok("equal generators give equal bytes, and no shared generator is touched")


def _shape_findings(task: Task, batch: Any, name: str, length: int, at: Callable[..., object]) -> Iterator[Finding]:
    """Faults in what was sampled, the first of each kind."""
    if not isinstance(batch, Batch):
        if not (isinstance(batch, tuple) and len(batch) == 2):
            yield wrong(f"must give Batch(inputs, target) in `{name}`, got {type(batch).__name__}", at)
            return
        batch = Batch(*batch)
    for part in ("inputs", "target"):
        array = getattr(batch, part)
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
            what = f"an array of {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
            yield wrong(f"must give NumPy arrays of real numbers in `{name}`, got {what} as {part}", at)
            return
    inputs, expected = batch.inputs.shape, (length, task.inputs, SEQUENCES)
    if inputs != expected:
        swapped = inputs in ((SEQUENCES, length, task.inputs), (length, SEQUENCES, task.inputs))
        hint = "; the batch is the last axis: transpose what has it elsewhere" if swapped else ""
        yield wrong(f"must sample inputs [time feature batch] of shape {expected}, got {inputs}{hint}", at)
    elif not np.isfinite(batch.inputs).all():
        yield wrong(f"must sample inputs that are finite in `{name}`, got some that are not", at)
    yield from _target_findings(task, batch, name, length, at)


def _target_findings(task: Task, batch: Batch, name: str, length: int, at: Callable[..., object]) -> Iterator[Finding]:
    if batch.target.shape != (SEQUENCES,):
        yield wrong(f"must sample targets [batch] of shape {(SEQUENCES,)}, got {batch.target.shape}", at)
        return
    if not np.isfinite(batch.target).all():
        yield wrong(f"must sample targets that are finite in `{name}`, got some that are not", at)
        return
    answers = np.asarray(task.answers(batch))
    rows = length - task.unasked_steps if task.every_step else 1
    if answers.shape != (rows, SEQUENCES):
        yield wrong(
            f"must give answers [answer batch] of shape {(rows, SEQUENCES)} (every_step = {task.every_step}, "
            f"unasked_steps = {task.unasked_steps}), got {answers.shape}",
            task.answers,
        )
    elif task.loss == LOSSES[0] and not _are_classes(answers, task.outputs):
        lowest, highest = answers.min(), answers.max()
        given = f"from {lowest} to {highest}" if np.issubdtype(answers.dtype, np.integer) else f"{answers.dtype}"
        yield wrong(f"must have whole targets from 0 to {task.outputs - 1} (outputs = {task.outputs}), got {given}", at)


def _random_findings(
    batch: Any, again: Any, drawn: list[str], name: str, at: Callable[..., object]
) -> Iterator[Finding]:
    if drawn:
        yield wrong(
            f"must draw from the generator that `{name}` is given alone, got draws from the generator of "
            f"{' and '.join(drawn)} that all programs share",
            at,
        )
    elif _words(batch) != _words(again):
        yield wrong(
            f"must give equal sequences for equal generators in `{name}`, got others the second time (a generator of "
            "its own, a file that changes, or something kept from the call before)",
            at,
        )


def _words(batch: Any) -> list[bytes]:
    parts = batch if isinstance(batch, tuple) else (batch,)
    return [np.ascontiguousarray(part).tobytes() for part in parts]


def _is_baseline(given: object) -> bool:
    return (
        isinstance(given, Baseline)
        and _is_text(given.name)
        and _is_number(given.loss)
        and (given.accuracy is None or (_is_number(given.accuracy) and 0 <= given.accuracy <= 1))
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(float(value))


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


def _are_classes(answers: np.ndarray, outputs: int) -> bool:
    whole = np.issubdtype(answers.dtype, np.integer)
    return bool(whole and answers.size and answers.min() >= 0 and answers.max() < outputs)
