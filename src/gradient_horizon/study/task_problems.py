"""The problems of an experiment's task as sentences: its parameters, and the data that they name."""

from collections.abc import Iterator

from pydantic import ValidationError

from gradient_horizon import registries
from gradient_horizon.study.booleans import booleans_for_numbers
from gradient_horizon.study.model import Experiment
from gradient_horizon.study.own_places import place
from gradient_horizon.study.own_tasks import form_of, init_problem
from gradient_horizon.study.refusals import near
from gradient_horizon.study.task_entry import TaskEntry


def parameter_problems(entry: TaskEntry, path: str) -> Iterator[str]:
    """A sentence for each parameter that the task does not have, lacks, or that is out of its range."""
    task = registries.load(registries.ALL_TASKS, "task", entry.task)
    if refused := init_problem(task):
        yield f"{path}: {entry.task!r} {refused}"
        return
    model = registries.load({}, "function", "gradient_horizon.tasks.parameters:parameters_of")(task)
    fields = model.model_fields
    legal = ", ".join(sorted(fields)) or "none"
    if booleans := list(booleans_for_numbers(model, entry.parameters)):
        for key, value in booleans:
            yield f"{path}.{key}: must be a number, got {value}; parameters of {entry.task!r}: {legal}"
        return
    try:
        entry.build()
    except ValidationError as error:
        for problem in error.errors():
            where = [str(part) for part in problem["loc"]]
            key = ".".join([path, *where])
            if problem["type"] == "extra_forbidden" and len(where) == 1:
                meant = near(where[0], fields) or _undeclared(where[0], entry, task)
                yield f"{key}: unknown parameter {where[0]!r} of task {entry.task!r}; legal: {legal}.{meant}"
            elif problem["type"] == "missing":
                yield f"{key}: must be given for task {entry.task!r}, got nothing; legal: {legal}"
            else:
                said = problem["msg"].removeprefix("Value error, ")
                said, given = f"{said[0].lower()}{said[1:]}", problem["input"]
                yield f"{key}: {said}, got {given!r}; parameters of {entry.task!r}: {legal}"
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        yield f"{path}: {entry.task!r} must be made from its parameters, got {said}{place(error)}"


def _undeclared(name: str, entry: TaskEntry, task: type) -> str:
    """What a class of the user's own lacks, where it has an attribute of this name that is no parameter."""
    if entry.task in registries.ALL_TASKS or name not in vars(task):
        return ""
    form = form_of(name, repr(vars(task)[name]))
    return f" The class has {name!r} as a plain attribute; parameters are declared {form}."


def data_problems(experiment: Experiment, path: str) -> Iterator[str]:
    """A sentence for each reason why the data of a task do not allow the lengths of its experiment."""
    task = experiment.task.build()
    if experiment.measures and experiment.task.task in registries.FILE_TASKS and task.fixed_length is None:
        yield (
            f"{path}.measures.0: must go with a task of any length, got {experiment.measures[0]!r} with task "
            f"{experiment.task.task!r}, whose windows are as long as its file allows"
        )
    yield from (f"{path}.task: {problem}" for problem in task.problems(experiment.all_lengths))
