"""The one strict model of config.yaml: what each key means, its unit, its range; and the errors a reader of it sees."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from inspect import isabstract
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from gradient_horizon import registries
from gradient_horizon.config_files import file_problems
from gradient_horizon.errors import ConfigError, UnknownNameError
from gradient_horizon.footprint import Sizes, footprint
from gradient_horizon.remedies.base import Change
from gradient_horizon.tasks.base import Task

VECTOR = 32
"""Numbers that a vector kernel takes at once, twice over; it rounds what is left over at the end differently."""

NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9.]+)*$"


def _read_number(value: object) -> object:
    """A number may be written as 1e-3, which YAML 1.1 reads as text; true and false are no numbers."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            raise ValueError("must be a number") from None
        return int(number) if number.is_integer() else number
    return value


def _refuse_unprintable(text: str) -> str:
    if unprintable := [character for character in text if not character.isprintable()]:
        raise ValueError(f"must be made of characters that can be printed, which {unprintable[0]!r} is not")
    return text


LONGEST_STUDY = 100_000
"""Bytes of a study as JSON; Linux lets a command have 131072 in one argument, and quotes need some."""

MOST = 10**12
"""Sizes beyond this are refused by their key alone; below it, by what a job would take (see `Limits`)."""

Real = Annotated[float, BeforeValidator(_read_number), Field(allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_read_number)]
Title = Annotated[str, AfterValidator(_refuse_unprintable)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=60)]
Length = Annotated[Count, Field(ge=2, le=MOST)]
LearningRate = Annotated[Real, Field(gt=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Settings(_Strict):
    """How the networks of an experiment are trained."""

    lengths: Annotated[tuple[Length, ...], Field(min_length=1)] = Field(
        description="Sequence lengths T, in steps from the first input to the loss. Ignored for tasks with one length."
    )
    seeds: Count = Field(ge=1, le=10_000, description="Judged seeds: independent networks per run and learning rate.")
    first_seed: Count = Field(
        ge=0,
        le=900_000,
        description="Number of the first judged seed: another one gives the same study on networks never seen before.",
    )
    seeds_per_job: Count = Field(
        ge=1,
        le=1000,
        description="Seeds trained side by side in one job; more seeds then add jobs and retrain nothing.",
    )
    selection_seeds: Count = Field(
        ge=0, le=100, description="Further seeds, never judged, on which the learning rate of each run is chosen."
    )
    hidden_size: Count = Field(ge=1, le=MOST, description="Hidden units of the recurrent layer.")
    batch_size: Count = Field(ge=2, le=MOST, description="Sequences per update.")
    optimiser: Literal["adam", "sgd"] = Field(
        description="adam (Kingma & Ba 2015, beta 0.9 and 0.999) or sgd (plain gradient descent)."
    )
    learning_rates: Annotated[tuple[LearningRate, ...], Field(min_length=1)] = Field(
        description="Every run trains all seeds at each of these; all are reported."
    )
    precision: Literal["float32", "float64"] = Field(
        description="Floating-point numbers that networks are trained in; they are always measured in float64."
    )
    updates: Count = Field(
        ge=0,
        le=MOST,
        description="Budget: updates after which a seed counts as unsolved. 0: nothing is trained, only measured.",
    )
    evaluate_every: Count = Field(ge=1, le=MOST, description="Updates between evaluations on fresh sequences.")
    evaluation_sequences: Count = Field(
        ge=1, le=MOST, description="Fresh sequences per evaluation; a multiple of batch_size."
    )
    hidden_gradients_every: Count = Field(
        ge=1,
        le=MOST,
        description="Updates between stored norms of dL/dh at every step; the total norm is stored at each update.",
    )
    always: tuple[Name, ...] = Field(
        description="Remedies that every run carries, the one without a remedy too. A run's own remedy overrides them."
    )


class Experiment(Settings):
    """A cross product task x cells x remedies x lengths; every key of the defaults may be set anew here."""

    name: Name = Field(description="Names the experiment in the report and in file names.")
    task: str = Field(strict=True, description="A task of the package, or 'module:Class' of your own.")
    cells: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="Cells of the package, or 'module:Class' of your own."
    )
    remedies: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        default=("none",), description="Names of remedies defined above; 'none' is the run to compare with."
    )

    @property
    def all_lengths(self) -> tuple[int, ...]:
        """The lengths to run: the task's own where it has just one."""
        fixed = _task(self.task).fixed_length
        return self.lengths if fixed is None else (fixed,)


class ChangeEntry(BaseModel):
    """One change of a remedy: its name, and its parameters beside it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    change: str = Field(strict=True, description="A change of the package, or 'module:Class' of your own.")

    @property
    def parameters(self) -> dict[str, Any]:
        """The change's own keys."""
        return dict(self.model_extra or {})

    def build(self) -> Change:
        """The change itself; raises UnknownNameError, ValidationError."""
        change: Change = registries.load(registries.CHANGES, "change", self.change)(**self.parameters)
        return change


class Limits(_Strict):
    """What a study may ask of a machine; beyond it nothing is started. Changing a limit runs nothing again."""

    memory: Real = Field(default=16, gt=0, description="Gigabytes that one job may take, by a generous estimate.")
    hours: Real = Field(default=48, gt=0, description="Hours that one job may take on one core, by a rough estimate.")
    runs: Count = Field(default=100_000, ge=1, le=MOST, description="Jobs of training that the study may have.")


class Study(_Strict):
    """A whole study, as config.yaml describes it."""

    title: Title = Field(min_length=1, max_length=200, description="Names the study in the report.")
    defaults: Settings = Field(description="Holds for every experiment that does not say otherwise.")
    remedies: dict[Name, tuple[ChangeEntry, ...]] = Field(
        description="Remedies by name: each a list of changes to the initial weights, the gradients or the window."
    )
    experiments: Annotated[tuple[Experiment, ...], Field(min_length=1)]
    limits: Limits = Field(default=Limits(), description="What the study may ask of the machine.")

    @model_validator(mode="before")
    @classmethod
    def _spread_defaults(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or not isinstance(raw.get("defaults"), Mapping):
            return raw
        experiments = raw.get("experiments")
        if not isinstance(experiments, Sequence) or isinstance(experiments, str):
            return raw
        spread = [{**raw["defaults"], **given} if isinstance(given, Mapping) else given for given in experiments]
        return {**raw, "experiments": spread}

    @property
    def own_classes(self) -> dict[str, str]:
        """The user's own classes, written 'module:Class', each with the key that first names it."""
        named = [
            *(
                (entry.change, f"remedies.{name}.{index}.change", registries.CHANGES)
                for name, entries in self.remedies.items()
                for index, entry in enumerate(entries)
            ),
            *(
                (each.task, f"experiments.{index}.task", registries.TASKS)
                for index, each in enumerate(self.experiments)
            ),
            *(
                (cell, f"experiments.{index}.cells.{place}", registries.CELLS)
                for index, each in enumerate(self.experiments)
                for place, cell in enumerate(each.cells)
            ),
        ]
        first = {name: key for name, key, registry in reversed(named) if name not in registry}
        return dict(reversed(first.items()))

    def changes(self, experiment: Experiment, remedy: str) -> tuple[ChangeEntry, ...]:
        """What a run with this remedy carries: the remedy's changes, and of `always` those of other kinds."""
        own = self.remedies[remedy]
        kinds = {entry.build().kind for entry in own}
        always = (entry for name in experiment.always for entry in self.remedies[name])
        return (*(entry for entry in always if entry.build().kind not in kinds), *own)


def load_study(config: Mapping[str, Any], files: Iterable[Path] = ()) -> Study:
    """The validated study; raises ConfigError listing every problem with its key, what was given, what is legal.

    `config` is the merged configuration, `files` are those it was read from, searched for what YAML hides.
    """
    if problems := [problem for file in files for problem in file_problems(Path(file))]:
        raise ConfigError(problems)
    try:
        study = Study.model_validate(_plain(config))
    except ValidationError as error:
        raise ConfigError(_explain(error, config)) from None
    if problems := list(_contradictions(study)):
        raise ConfigError(problems)
    return study


def json_schema() -> dict[str, Any]:
    """The JSON schema of config.yaml, for completion and checking in editors."""
    schema = Study.model_json_schema()
    names = {"cells": registries.CELLS, "task": registries.TASKS}
    properties = schema["$defs"]["Experiment"]["properties"]
    for key, registry in names.items():
        target = properties[key]["items"] if key == "cells" else properties[key]
        target["anyOf"] = [{"enum": sorted(registry)}, {"pattern": "^[\\w.]+:\\w+$"}]
    schema["$defs"]["ChangeEntry"]["properties"]["change"]["anyOf"] = [
        {"enum": sorted(registries.CHANGES)},
        {"pattern": "^[\\w.]+:\\w+$"},
    ]
    schema["$defs"]["Experiment"]["required"] = ["name", "task", "cells"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


LONGEST_KEY = 80


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value


_LEGAL = {
    "greater_than": "greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "too_short": "a list of at least {min_length} element(s)",
    "string_pattern_mismatch": "a name of lower-case letters, digits and dashes, such as 'memory-2'",
    "string_too_long": "at most {max_length} characters long",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "finite_number": "a finite number",
    "literal_error": "one of {expected}",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "string_type": "text (in quotes, if YAML reads it as something else)",
}


def _explain(error: ValidationError, config: Mapping[str, Any]) -> Iterator[str]:
    inside = {problem["loc"][:depth] for problem in error.errors() for depth in range(len(problem["loc"]))}
    for problem in error.errors():
        if problem["type"] == "too_short" and problem["loc"] in inside:
            continue  # pydantic counts the elements that are legal; what is wrong with the others is said there
        location = [_short(str(part)) for part in problem["loc"] if part != "[key]"]
        if location[0] == "experiments" and len(location) > 2 and not _is_given(config, location):
            continue  # spread from the defaults, where the same problem is named
        path = ".".join(location)
        context = problem.get("ctx", {})
        if problem["type"] == "missing":
            yield f"{path}: must be given, got nothing"
        elif problem["type"] == "extra_forbidden":
            yield _unknown_key(path, location)
        elif problem["type"] == "value_error":
            yield f"{path}: {context['error']}, got {problem['input']!r}"
        else:
            legal = _LEGAL.get(problem["type"], problem["msg"]).format(**context)
            yield f"{path}: must be {legal}, got {problem['input']!r}"


def _short(key: str) -> str:
    return (key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}...") if key.strip() else repr(key)


def _is_given(config: Mapping[str, Any], location: list[str]) -> bool:
    given = config["experiments"][int(location[1])]
    return location[2] in given or location[2] not in Settings.model_fields


def _unknown_key(path: str, location: list[str]) -> str:
    models: dict[str, type[BaseModel]] = {"defaults": Settings, "experiments": Experiment}
    legal = sorted(models[location[0]].model_fields if location[0] in models else Study.model_fields)
    near = get_close_matches(location[-1], legal, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{path}: unknown key {location[-1]!r}; legal: {', '.join(legal)}.{hint}"


def _contradictions(study: Study) -> Iterator[str]:
    """What each key alone cannot show: unknown names, duplicates, combinations that make no sense."""
    broken = []
    for name, entries in study.remedies.items():
        for index, entry in enumerate(entries):
            problems = list(_change_problems(f"remedies.{name}.{index}", entry))
            yield from problems
            broken += [name] if problems else []
    names = Counter(experiment.name for experiment in study.experiments)
    for index, experiment in enumerate(study.experiments):
        path = f"experiments.{index}"
        if names[experiment.name] > 1:
            times = names[experiment.name]
            yield f"{path}.name: must be given to one experiment only, got {experiment.name!r} {times} times"
        problems = [*_name_problems(study, experiment, path), *_setting_problems(experiment, path)]
        yield from problems
        if not problems and not broken:
            yield from _run_problems(study, experiment, path)
            yield from _size_problems(study, experiment, path)
    yield from _number_of_runs_problems(study)
    if (size := len(study.model_dump_json().encode())) > LONGEST_STUDY:
        yield f"experiments: must fit {LONGEST_STUDY} bytes with everything around them written out, got {size}"


def _change_problems(path: str, entry: ChangeEntry) -> Iterator[str]:
    if problems := list(_unloadable(registries.CHANGES, "change", entry.change, Change, f"{path}.change")):
        yield from problems
        return
    try:
        entry.build()
    except ValidationError as error:
        fields = registries.load(registries.CHANGES, "change", entry.change).model_fields
        for problem in error.errors():
            key = ".".join([path, *map(str, problem["loc"])])
            legal = ", ".join(fields) or "none"
            yield f"{key}: {problem['msg'].lower()}, got {problem['input']!r}; keys of {entry.change!r}: {legal}"


def _name_problems(study: Study, experiment: Experiment, path: str) -> Iterator[str]:
    for index, cell in enumerate(experiment.cells):
        yield from _unresolved(registries.CELLS, "cell", cell, f"{path}.cells.{index}")
    yield from _unloadable(registries.TASKS, "task", experiment.task, Task, f"{path}.task")
    for key, names in (("remedies", experiment.remedies), ("always", experiment.always)):
        for index, name in enumerate(names):
            if name not in study.remedies:
                near = get_close_matches(name, study.remedies, n=1, cutoff=0.5)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                legal = ", ".join(sorted(study.remedies))
                yield f"{path}.{key}.{index}: must be one of the study's remedies ({legal}), got {name!r}.{hint}"


def _unresolved(registry: Mapping[str, str], kind: str, name: str, path: str) -> Iterator[str]:
    try:
        target = registries.locate(registry, kind, name)
    except UnknownNameError as error:
        yield f"{path}: {error}"
        return
    module = target.partition(":")[0]
    try:
        found = re.fullmatch(r"[A-Za-z_][\w.]*:\w+", target) is not None and find_spec(module) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        yield f"{path}: must be importable, got {name!r} (there is no module {module!r})"


def _unloadable(registry: Mapping[str, str], kind: str, name: str, base: type, path: str) -> Iterator[str]:
    """As `_unresolved`, and loads the class, which the plan needs; code of the user's own may fail in any way."""
    if problems := list(_unresolved(registry, kind, name, path)):
        yield from problems
        return
    try:
        found = registries.load(registry, kind, name)
    except (Exception, SystemExit) as error:
        yield f"{path}: must be importable, got {name!r} ({type(error).__name__}: {error})"
        return
    if not isinstance(found, type) or not issubclass(found, base) or isabstract(found):
        yield f"{path}: must be a class made from {base.__module__}:{base.__name__}, got {name!r}"


def _setting_problems(experiment: Experiment, path: str) -> Iterator[str]:
    for key in ("lengths", "learning_rates", "cells", "remedies"):
        for value, times in Counter(getattr(experiment, key)).items():
            if times > 1:
                yield f"{path}.{key}: must name each value once, got {value!r} {times} times"
    if experiment.evaluation_sequences % experiment.batch_size:
        yield (
            f"{path}.evaluation_sequences: must be a multiple of batch_size ({experiment.batch_size}), "
            f"got {experiment.evaluation_sequences}"
        )
    if experiment.batch_size * experiment.hidden_size % VECTOR:
        yield (
            f"{path}.batch_size: batch_size times hidden_size must be a multiple of {VECTOR}, or a network's "
            f"last digits would depend on its company; got {experiment.batch_size} times {experiment.hidden_size}"
        )
    if experiment.evaluate_every > experiment.updates > 0:
        yield f"{path}.evaluate_every: must be at most updates ({experiment.updates}), got {experiment.evaluate_every}"
    if len(experiment.learning_rates) > 1 and experiment.selection_seeds == 0:
        yield f"{path}.selection_seeds: must be at least 1 to choose among several learning rates, got 0"


def _run_problems(study: Study, experiment: Experiment, path: str) -> Iterator[str]:
    minimal = _task(experiment.task).minimal_length
    for index, length in enumerate(experiment.all_lengths):
        if length < minimal:
            yield f"{path}.lengths.{index}: must be at least {minimal} for task {experiment.task!r}, got {length}"
    for index, remedy in enumerate(experiment.remedies):
        kinds = Counter(entry.build().kind for entry in study.changes(experiment, remedy))
        if repeated := [kind for kind, times in kinds.items() if times > 1]:
            where = f"{path}.remedies.{index}"
            yield f"{where}: must change each thing once, got two changes of the {repeated[0]} ({remedy!r})"
        for entry in study.changes(experiment, remedy):
            change = entry.build()
            unfit = [
                cell for cell in experiment.cells if cell in registries.CELLS and cell not in (change.cells or {cell})
            ]
            if unfit:
                legal = ", ".join(sorted(change.cells or ()))
                yield f"{path}.remedies.{index}: {remedy!r} must go with cells of {legal}, got {', '.join(unfit)}"
            shortest = min(experiment.all_lengths)
            if shortest < change.shortest_length():
                yield (
                    f"{path}.remedies.{index}: {remedy!r} must go with lengths of at least {change.shortest_length()} "
                    f"({entry.change}), got {shortest}"
                )


ORDINARY = {
    "lengths": 100,
    "hidden_size": 32,
    "batch_size": 32,
    "seeds_per_job": 5,
    "learning_rates": 3,
    "updates": 1500,
    "evaluation_sequences": 256,
}


def _size_problems(study: Study, experiment: Experiment, path: str) -> Iterator[str]:
    """One sentence where the longest run's job would not fit; it names the key that is furthest from the ordinary."""
    needed = footprint(_sizes(experiment))
    gigabytes, hours, limits = needed.memory / 1e9, needed.seconds / 3600, study.limits
    if gigabytes > limits.memory or hours > limits.hours:
        given = {key: getattr(experiment, key) for key in ORDINARY}
        given["lengths"], given["learning_rates"] = max(experiment.all_lengths), len(experiment.learning_rates)
        key = max(ORDINARY, key=lambda name: given[name] / ORDINARY[name])
        index = f".{experiment.lengths.index(given[key])}" if key == "lengths" and len(experiment.lengths) > 1 else ""
        yield (
            f"{path}.{key}{index}: a job must take at most {limits.memory:g} GB (limits.memory) and {limits.hours:g} "
            f"hours (limits.hours), but would take up to {gigabytes:.2g} GB and {hours:.2g} hours; got {given[key]}"
        )


def _sizes(experiment: Experiment) -> Sizes:
    task, judged = _task(experiment.task), min(experiment.seeds, experiment.seeds_per_job)
    return Sizes(
        length=max(experiment.all_lengths),
        hidden_size=experiment.hidden_size,
        batch_size=experiment.batch_size,
        networks=(judged + experiment.selection_seeds) * len(experiment.learning_rates),
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
    runs = [len(e.cells) * len(e.remedies) * len(e.lengths) * -(-e.seeds // e.seeds_per_job) for e in study.experiments]
    if sum(runs) > study.limits.runs:
        worst = runs.index(max(runs))
        yield (
            f"experiments.{worst}: must leave the study at most {study.limits.runs} runs (limits.runs), cells times "
            f"remedies times lengths times blocks of seeds_per_job; got {sum(runs)}, {runs[worst]} of them here"
        )


def _task(name: str) -> Task:
    task: Task = registries.load(registries.TASKS, "task", name)()
    return task
