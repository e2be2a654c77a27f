"""The problems of a study beyond single keys as sentences: which key, what was given, what is legal."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from inspect import isabstract
from typing import Any, get_args

from pydantic import ValidationError

from gradient_horizon import registries
from gradient_horizon.errors import UnknownNameError
from gradient_horizon.study.booleans import booleans_for_numbers
from gradient_horizon.study.costs import footprint
from gradient_horizon.study.judge_problems import judge_problems, key_of
from gradient_horizon.study.limits import LARGEST, Sizes
from gradient_horizon.study.model import ChangeEntry, Experiment, Study
from gradient_horizon.study.own_modules import misnamed
from gradient_horizon.study.own_places import place
from gradient_horizon.study.own_tasks import size_problems
from gradient_horizon.study.refusals import near
from gradient_horizon.study.task_problems import data_problems, parameter_problems

LONGEST_STUDY = 100_000
"""Bytes of a study as JSON; Linux lets a command have 131072 in one argument, and quotes need some."""


def contradictions(study: Study) -> Iterator[str]:
    """A sentence for each problem beyond single keys: unknown names, duplicates, impossible combinations."""
    broken = []
    for name, entries in study.remedies.items():
        for index, entry in enumerate(entries):
            problems = list(_change_problems(f"remedies.{name}.{index}", entry))
            yield from problems
            broken += [name] if problems else []
    unknown = dict(_unknown_judged_cells(study))
    yield from unknown.values()
    yield from judge_problems(study, unknown)
    told = {*unknown, *(each.remedy for each in study.judge if each.remedy not in study.remedies)}
    names = Counter(experiment.name for experiment in study.experiments)
    for index, experiment in enumerate(study.experiments):
        path = f"experiments.{index}"
        if names[experiment.name] > 1:
            times = names[experiment.name]
            yield f"{path}.name: must be given to one experiment only, got {experiment.name!r} {times} times"
        problems = [*_name_problems(study, experiment, path, told), *_setting_problems(experiment, path)]
        yield from problems
        if not problems and not broken and not told:
            # Sizes are known only of data that can be read.
            yield from list(_run_problems(study, experiment, path)) or _size_problems(study, experiment, path)
    yield from _number_of_runs_problems(study)
    if (size := len(study.model_dump_json().encode())) > LONGEST_STUDY:
        yield (
            f"experiments: must fit {LONGEST_STUDY} bytes with everything around them written out, got {size} of "
            f"{len(study.experiments)} experiments: list cells and lengths in one experiment instead of many, or cut "
            "the study into files that are run one after another; their runs stand in one store"
        )


def _change_problems(path: str, entry: ChangeEntry) -> Iterator[str]:
    if problems := list(_unloadable(registries.CHANGES, "change", entry.change, f"{path}.change")):
        yield from problems
        return
    kinds = get_args(registries.load({}, "type", "gradient_horizon.remedies.base:Kind"))
    kind = getattr(registries.load(registries.CHANGES, "change", entry.change), "kind", None)
    if kind not in kinds:
        yield f"{path}.change: {entry.change!r} must have a kind, one of {', '.join(kinds)}; got {kind!r}"
        return
    change = registries.load(registries.CHANGES, "change", entry.change)
    legal = ", ".join(change.model_fields) or "none"
    if booleans := list(booleans_for_numbers(change, entry.parameters)):
        for key, value in booleans:
            yield f"{path}.{key}: must be a number, got {value}; keys of {entry.change!r}: {legal}"
        return
    try:
        entry.build()
    except ValidationError as error:
        for problem in error.errors():
            key = ".".join([path, *map(str, problem["loc"])])
            yield f"{key}: {problem['msg'].lower()}, got {problem['input']!r}; keys of {entry.change!r}: {legal}"
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}"
        yield f"{path}.change: must be made from its keys, got {entry.change!r} ({said}){place(error)}"


def _unknown_judged_cells(study: Study) -> Iterator[tuple[str, str]]:
    """Cells under `judge` that there are none of, each with its sentence."""
    for index, each in enumerate(study.judge):
        for key, cell in each.named_cells:
            for problem in _unresolved(registries.CELLS, "cell", cell, f"{key_of(study, index)}.{key}"):
                yield cell, problem


def _name_problems(study: Study, experiment: Experiment, path: str, told: Collection[str]) -> Iterator[str]:
    for key, cell in experiment.named_cells:
        if cell not in told:
            yield from _unresolved(registries.CELLS, "cell", cell, f"{path}.{key}")
    unloadable = list(_unloadable(registries.ALL_TASKS, "task", experiment.task.task, f"{path}.task"))
    unmade = unloadable or list(parameter_problems(experiment.task, f"{path}.task"))
    yield from unmade or size_problems(experiment.task, f"{path}.task")
    own = [(key, remedy) for key, remedy, _ in experiment.named_remedies]
    for key, name in (*own, *((f"always.{index}", name) for index, name in enumerate(experiment.always))):
        if name not in study.remedies and name not in told:
            legal, meant = ", ".join(sorted(study.remedies)), near(name, study.remedies)
            yield f"{path}.{key}: must be one of the study's remedies ({legal}), got {name!r}.{meant}"


def _unresolved(registry: Mapping[str, str], kind: str, name: str, path: str) -> Iterator[str]:
    try:
        target = registries.locate(registry, kind, name)
    except UnknownNameError as error:
        yield f"{path}: {error}"
        return
    module = target.partition(":")[0]
    if name not in registry and (problem := misnamed(module)):
        yield f"{path}: {name!r} {problem}"
        return
    try:
        found = re.fullmatch(r"[A-Za-z_][\w.]*:\w+", target) is not None and find_spec(module) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        yield f"{path}: must be importable, got {name!r} (there is no module {module!r})"


def _unloadable(registry: Mapping[str, str], kind: str, name: str, path: str) -> Iterator[str]:
    """As `_unresolved`, and loads the class; code of the user's own may raise anything."""
    if problems := list(_unresolved(registry, kind, name, path)):
        yield from problems
        return
    try:
        found = registries.load(registry, kind, name)
    except (Exception, SystemExit) as error:
        yield f"{path}: must be importable, got {name!r} ({type(error).__name__}: {error}){place(error)}"
        return
    base = registries.load(registries.BASES, "base class", kind)
    if not isinstance(found, type) or not issubclass(found, base) or isabstract(found):
        yield f"{path}: must be a class made from {registries.BASES[kind]}, got {name!r}"


def _setting_problems(experiment: Experiment, path: str) -> Iterator[str]:
    yield from _arm_problems(experiment, path)
    yield from _width_problems(experiment, path)
    yield from _measure_problems(experiment, path)
    yield from _file_name_problems(experiment, path)
    for key in ("lengths", "learning_rates"):
        yield from _repetitions(getattr(experiment, key), f"{path}.{key}")
    if experiment.evaluation_sequences % experiment.batch_size:
        yield (
            f"{path}.evaluation_sequences: must be a multiple of batch_size ({experiment.batch_size}), "
            f"got {experiment.evaluation_sequences}"
        )
    if experiment.evaluate_every > experiment.updates > 0:
        yield f"{path}.evaluate_every: must be at most updates ({experiment.updates}), got {experiment.evaluate_every}"


def _arm_problems(experiment: Experiment, path: str) -> Iterator[str]:
    if isinstance(experiment.cells, dict):
        for cell, remedies in experiment.cells.items():
            yield from _repetitions(remedies, f"{path}.cells.{cell}")
        if "remedies" in experiment.model_fields_set:
            given = list(experiment.remedies)
            yield f"{path}.remedies: must not be given where `cells` maps each cell to remedies of its own, got {given}"
    else:
        for key, names in (("cells", experiment.cells), ("remedies", experiment.remedies)):
            yield from _repetitions(names, f"{path}.{key}")


def _width_problems(experiment: Experiment, path: str) -> Iterator[str]:
    cells = dict.fromkeys(cell for _, cell in experiment.named_cells)
    for cell, width in experiment.hidden_sizes.items():
        if cell not in cells:
            legal = ", ".join(cells)
            yield f"{path}.hidden_sizes.{cell}: must be a width of one of the cells ({legal}), got {width} for {cell!r}"


def _measure_problems(experiment: Experiment, path: str) -> Iterator[str]:
    yield from _repetitions(experiment.measures, f"{path}.measures")
    for index, name in enumerate(experiment.measures):
        key = f"{path}.measures.{index}"
        if name not in registries.MEASURES:
            legal, meant = ", ".join(sorted(registries.MEASURES)), near(name, registries.MEASURES)
            yield f"{key}: must be one of {legal}, got {name!r}.{meant}"
        elif not experiment.updates:
            yield f"{key}: must go with networks that are trained (updates of at least 1), got {name!r} with updates 0"


def _file_name_problems(experiment: Experiment, path: str) -> Iterator[str]:
    """Runs are named by all of these in the names of logs, which file systems limit."""
    for cell, remedy in experiment.arms:
        words = (experiment.name, experiment.task.task, cell, remedy)
        if (length := sum(len(word) + 1 for word in words)) > LONGEST_RUN:
            longest = max(words, key=len)
            yield (
                f"{path}: must name experiment, task, cell and remedy with at most {LONGEST_RUN} letters together, for "
                f"names of files; got {length}, {len(longest)} of them in {longest[:LONGEST_RUN]!r}"
            )
            return


def _repetitions(values: Iterable[object], path: str) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{path}: must name each value once, got {value!r} {times} times"


def _run_problems(study: Study, experiment: Experiment, path: str) -> Iterator[str]:
    task = experiment.task.build()
    minimal = task.minimal_length
    if experiment.measures and task.fixed_length is not None:
        yield (
            f"{path}.measures.0: must go with a task of any length, got {experiment.measures[0]!r} with task "
            f"{experiment.task.task!r}, whose sequences have {task.fixed_length} steps"
        )
    for index, length in enumerate(experiment.all_lengths):
        if length < minimal:
            yield f"{path}.lengths.{index}: must be at least {minimal} for task {experiment.task.task!r}, got {length}"
    yield from data_problems(experiment, path)
    for key, remedy, cells in experiment.named_remedies:
        kinds = Counter(entry.build().kind for entry in study.changes(experiment, remedy))
        if repeated := [kind for kind, times in kinds.items() if times > 1]:
            yield f"{path}.{key}: must change each thing once, got two changes of the {repeated[0]} ({remedy!r})"
        for entry in study.changes(experiment, remedy):
            change = entry.build()
            fitting = [name for name, cell in _shipped_cells().items() if change.unmet_need(cell) is None]
            fitting = [name for name in fitting if name in MEANT_FOR.get(entry.change, fitting)]
            unfit = [cell for cell in cells if cell in registries.CELLS and cell not in fitting]
            if unfit:
                legal = ", ".join(sorted(fitting))
                yield f"{path}.{key}: {remedy!r} must go with cells of {legal}, got {', '.join(unfit)}"
            shortest = min(experiment.all_lengths)
            if shortest < change.shortest_length():
                yield (
                    f"{path}.{key}: {remedy!r} must go with lengths of at least {change.shortest_length()} "
                    f"({entry.change}), got {shortest}"
                )
            narrowest, inputs = min(experiment.width_of(cell) for cell in cells), entry.parameters.get(INPUTS)
            if entry.change in registries.CHANGES and inputs is not None and inputs > narrowest:
                yield (
                    f"{path}.{key}: {remedy!r} must go with at least {inputs} hidden units ({INPUTS} of "
                    f"{entry.change}), got {narrowest}"
                )


MEANT_FOR = {"antisymmetric": ("euler",)}
"""Cells of the package for which a change means something, where it could be made of others too."""

LONGEST_RUN = 200
"""Letters of the words that name a run; 255 is what file systems allow, with length, seed, digest and ending."""

INPUTS = "inputs_per_unit"
"""A parameter of changes that no width may be below."""

ORDINARY = {
    "lengths": 100,
    "hidden_size": 32,
    "batch_size": 32,
    "seeds_per_job": 5,
    "pilot_seeds": 5,
    "learning_rates": 3,
    "updates": 1500,
    "evaluation_sequences": 256,
}


def _size_problems(study: Study, experiment: Experiment, path: str) -> Iterator[str]:
    """One sentence where a run exceeds the limits; it names the key that is furthest from its usual size.

    The shortest run has pilot seeds, and may be the one that takes most.
    """
    lengths, limits = experiment.all_lengths, study.limits
    needed = [
        (footprint(_sizes(experiment, length, width), states=states), width)
        for width, states in _states_by_width(experiment).items()
        for length in {min(lengths), max(lengths)}
    ]
    gigabytes, hours = max(each.memory for each, _ in needed) / 1e9, max(each.seconds for each, _ in needed) / 3600
    if gigabytes > limits.memory or hours > limits.hours:
        given = {key: getattr(experiment, key) for key in ORDINARY}
        given["hidden_size"] = max(needed, key=lambda each: each[0].memory)[1]
        given["lengths"], given["learning_rates"] = max(lengths), len(experiment.learning_rates)
        key = max(ORDINARY, key=lambda name: given[name] / ORDINARY[name])
        largest = given[key]
        if key == "lengths":
            key = _key_of_length(experiment, max(lengths))
        yield (
            f"{path}.{key}: a job must take at most {limits.memory:g} GB (limits.memory) and {limits.hours:g} "
            f"hours (limits.hours), but would take up to {gigabytes:.2g} GB and {hours:.2g} hours; got {largest}"
        )


def _key_of_length(experiment: Experiment, length: int) -> str:
    """The key of an experiment that one of its lengths comes from: a task of one length has its own."""
    if experiment.task.build().fixed_length is not None:
        return "task.length" if "length" in experiment.task.parameters else "task"
    return f"lengths.{experiment.lengths.index(length)}" if len(experiment.lengths) > 1 else "lengths"


def _states_by_width(experiment: Experiment) -> dict[int, int]:
    """For every width, the states of the cell with most; a cell of the user's own counts as the largest."""
    shipped, most = _shipped_cells(), dict[int, int]()
    for _, cell in experiment.named_cells:
        width, states = experiment.width_of(cell), len(shipped[cell].state) if cell in shipped else LARGEST.states
        most[width] = max(most.get(width, 0), states)
    return most


def _sizes(experiment: Experiment, length: int, width: int) -> Sizes:
    task, judged = experiment.task.build(), min(experiment.seeds, experiment.seeds_per_job)
    seeds = judged + experiment.pilots_at(length)
    return Sizes(
        length=length,
        hidden_size=width,
        batch_size=experiment.batch_size,
        networks=seeds * len(experiment.learning_rates),
        seeds=seeds,
        judged_seeds=judged,
        updates=experiment.updates,
        evaluate_every=experiment.evaluate_every,
        evaluation_sequences=experiment.evaluation_sequences,
        hidden_gradients_every=experiment.hidden_gradients_every,
        inputs=task.inputs,
        outputs=task.outputs,
        itemsize=4 if experiment.precision == "float32" else 8,
    )


def _number_of_runs_problems(study: Study) -> Iterator[str]:
    runs = [len(e.arms) * len(e.lengths) * -(-e.seeds // e.seeds_per_job) for e in study.experiments]
    if sum(runs) > study.limits.runs:
        worst = runs.index(max(runs))
        yield (
            f"experiments.{worst}: must leave the study at most {study.limits.runs} runs (limits.runs), cells with "
            f"a remedy times lengths times blocks of seeds_per_job; got {sum(runs)}, {runs[worst]} of them here"
        )


@cache
def _shipped_cells() -> dict[str, Any]:
    return {name: registries.load(registries.CELLS, "cell", name)() for name in registries.CELLS}
