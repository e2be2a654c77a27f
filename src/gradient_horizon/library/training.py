"""Training from Python: many small networks with weights and learning rates of their own, by the studies' engine."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import SupportsFloat, SupportsIndex

from gradient_horizon.engine.any_passes import PRECISIONS
from gradient_horizon.library.arguments import check_progress, count, folder_of, learning_rates_of, one_of, seeds_of
from gradient_horizon.library.fitting import check_room
from gradient_horizon.library.given import Given, GivenCell, GivenChanges, GivenTask, given_parts
from gradient_horizon.library.interrupting import InterruptedCheckpoint, awaiting_interruptions
from gradient_horizon.library.kept_runs import place_of, read_run, write_run
from gradient_horizon.library.trained import Training
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.loop import trained
from gradient_horizon.training.members import Member, members
from gradient_horizon.training.optimisers import OPTIMISERS
from gradient_horizon.training.parts import Parts

EXPERIMENT, REMEDY = "python", "given"
"""What stands for the names of experiment and remedy in the specification of a run that no study asked for."""

Advance = Callable[[float], None]


def train(
    cell: GivenCell,
    task: GivenTask,
    *,
    seeds: SupportsIndex | Iterable[SupportsIndex],
    learning_rates: SupportsFloat | Iterable[SupportsFloat],
    length: SupportsIndex,
    paired: bool = False,
    hidden_size: SupportsIndex = 32,
    updates: SupportsIndex = 1500,
    changes: GivenChanges = (),
    optimiser: str = "adam",
    batch_size: SupportsIndex = 32,
    evaluate_every: SupportsIndex = 100,
    evaluation_sequences: SupportsIndex = 256,
    hidden_gradients_every: SupportsIndex = 10,
    precision: str = "float32",
    folder: str | Path | None = None,
    progress: bool | Advance = False,
) -> Training:
    """Trains a network for each seed at each learning rate, with the bits that a study gets at the same settings.

    >>> from gradient_horizon import train
    >>> found = train("gru", "recall", seeds=2, learning_rates=[0.003, 0.01], length=5, hidden_size=8, updates=20,
    ...               evaluate_every=10, evaluation_sequences=32)
    >>> found
    4 networks of 8 units (gru, recall over 5 steps, 20 updates): 0 solved, 4 unsolved, 0 diverged
    >>> found.losses.shape, found.hidden_gradients.shape  # [update network], [record step network]
    ((20, 4), (2, 5, 4))
    >>> found.weights["recurrent.h"].shape  # [network unit unit_before]
    (4, 8, 8)

    Args:
        cell: A registered name, "module:Class", a class made from `Cell`, or an object of one.
        task: The same, made from `Task`; or a mapping with its parameters, as in config.yaml: {"task": "recall",
            "symbols": 4}, {"csv": "series.csv", "input": ["a"], "target": "b"}.
        seeds: Seeds of weights and data; a number means so many, from 0 on.
        learning_rates: One, or several.
        length: Steps of a sequence.
        paired: Whether the first seed has the first learning rate and so on; seeds may then be repeated.
        hidden_size: Hidden units.
        updates: The budget; a network that is solved or has diverged leaves before.
        changes: What remedies of config.yaml are made of, one or several: names, mappings such as {"change":
            "clip-norm", "threshold": 1.0}, or objects made from `Change`. The default study always has that one.
        optimiser: adam, sgd, momentum, nesterov or rmsprop.
        batch_size: Sequences of an update.
        evaluate_every: Updates between evaluations on fresh sequences.
        evaluation_sequences: Sequences of an evaluation, a multiple of `batch_size`.
        hidden_gradients_every: Updates between records of the norm of dL/dh at every step.
        precision: float32 or float64.
        folder: Where finished runs and, twice a minute, the state of an unfinished one are kept, in the form of a
            study's store; the same call again goes on from there, or returns at once. Without it nothing is written.
        progress: True for a bar; or a function of the share of the budget that is used up, called after evaluations.

    Returns:
        Weights, losses, hidden gradients and outcomes of all networks.

    Raises:
        ValueError: An argument is not legal, or a change does not fit the cell; UnknownNameError, EquationError and
            StoreError are among these.
        TypeError: What is given is no cell, task or change; or `progress` is nothing to call.
        MemoryError: The networks did not fit into memory, which could not be seen beforehand.
        KeyboardInterrupt: After the update under way, when interrupted; with `folder`, its state is kept.
    """
    check_progress(progress)
    kept_in, steps = None if folder is None else folder_of("folder", folder), count("length", length)
    given = given_parts(cell, task, changes, steps)
    spec, networks = _specification(
        given,
        seeds_of(seeds),
        learning_rates_of(learning_rates),
        paired=paired,
        length=steps,
        hidden_size=count("hidden_size", hidden_size),
        updates=count("updates", updates, 0),
        optimiser=one_of("optimiser", optimiser, OPTIMISERS),
        batch_size=count("batch_size", batch_size, 2),
        evaluate_every=count("evaluate_every", evaluate_every),
        evaluation_sequences=count("evaluation_sequences", evaluation_sequences),
        hidden_gradients_every=count("hidden_gradients_every", hidden_gradients_every),
        precision=one_of("precision", precision, PRECISIONS),
    )
    _check_fit(given, spec)
    parts = Parts(given.task.value, tuple(change.value for change in given.changes), given.cell.value, networks)
    check_room(spec, parts)
    if kept_in is None:
        checkpoint = InterruptedCheckpoint(None, "")
        return _run(spec, parts, checkpoint, progress)
    place = place_of(kept_in, given, spec, networks)
    with place.stored.locked():
        kept = read_run(place, spec, parts)
        if kept is None:
            checkpoint = InterruptedCheckpoint(place.stored.checkpoint, place.checkpoint_identity)
            kept = _run(spec, parts, checkpoint, progress, lambda training: write_run(place, training))
    return kept


def _specification(
    given: Given, seeds: tuple[int, ...], rates: tuple[float, ...], *, paired: bool, **settings: object
) -> tuple[RunSpec, tuple[Member, ...]]:
    """The run, and its networks: pairs as they are given, otherwise in the order of a study."""
    if paired:
        if len(seeds) != len(rates):
            raise ValueError(f"paired seeds and learning rates must be equally many, got {len(seeds)} and {len(rates)}")
        pairs = list(zip(seeds, rates, strict=True))
        if len({*pairs}) < len(pairs):
            doubled = next(pair for pair in pairs if pairs.count(pair) > 1)
            raise ValueError(f"pairs of seed and learning rate must differ, got {doubled} twice")
    else:
        for name, values in (("seeds", seeds), ("learning_rates", rates)):
            if len({*values}) < len(values):
                raise ValueError(f"{name} must differ, got {list(values)}")
    spec = RunSpec(
        experiment=EXPERIMENT,
        task=given.task.name,
        task_parameters=given.task.parameters,
        cell=given.cell.name,
        remedy=REMEDY if given.changes else "none",
        changes=tuple((change.name, change.value.model_dump(mode="json")) for change in given.changes),
        seeds=tuple(sorted({*seeds})),
        pilot_seeds=(),
        learning_rates=tuple(sorted({*rates})),
        **settings,  # type: ignore[arg-type] # each was checked by name
    )
    return spec, tuple(Member(seed, True, rate) for seed, rate in pairs) if paired else members(spec)


def _check_fit(given: Given, spec: RunSpec) -> None:
    """Raises ValueError where length and sequences do not suit the task, the changes and each other."""
    task: Task = given.task.value
    if task.fixed_length not in (None, spec.length):
        raise ValueError(f"length must be {task.fixed_length} for task {spec.task!r}, got {spec.length}")
    least = {given.task.name: task.minimal_length, **{c.name: c.value.shortest_length() for c in given.changes}}
    for name, steps in least.items():
        if spec.length < steps:
            raise ValueError(f"length must be at least {steps} for {name!r}, got {spec.length}")
    if spec.evaluation_sequences % spec.batch_size:
        raise ValueError(
            f"evaluation_sequences must be a multiple of batch_size ({spec.batch_size}), "
            f"got {spec.evaluation_sequences}"
        )


def _run(
    spec: RunSpec,
    parts: Parts,
    checkpoint: InterruptedCheckpoint,
    progress: bool | Advance,
    keep: Callable[[Training], None] = lambda training: None,
) -> Training:
    with awaiting_interruptions(checkpoint), _advancing(progress, spec) as advance, _room_named(spec, parts):
        ensemble = trained(spec, parts, advance=advance, checkpoint=checkpoint)
        record = ensemble.record
        found = Training(spec, parts, record.in_order, record.saved, record.history, ensemble.population.size)
        keep(found)
        checkpoint.remove()
    checkpoint.leave_if_interrupted()
    return found


@contextmanager
def _room_named(spec: RunSpec, parts: Parts) -> Iterator[None]:
    """Says what to lower where the memory turns out to be too small."""
    try:
        yield
    except MemoryError:
        raise MemoryError(
            f"{len(parts.members)} networks must fit into memory, got hidden_size {spec.hidden_size}, length "
            f"{spec.length}, batch_size {spec.batch_size}, evaluation_sequences {spec.evaluation_sequences} and "
            f"{spec.updates} updates, which did not: lower one of them"
        ) from None


@contextmanager
def _advancing(progress: bool | Advance, spec: RunSpec) -> Iterator[Advance]:
    if not isinstance(progress, bool):
        yield progress
        return
    from rich.progress import Progress, TimeRemainingColumn  # here: only for a bar

    with Progress(*Progress.get_default_columns()[:-1], TimeRemainingColumn()) if progress else nullcontext() as bar:
        if bar is None:
            yield lambda share: None
            return
        task = bar.add_task(f"{spec.cell}, {spec.task}", total=1.0)
        yield lambda share: bar.update(task, completed=share)
