"""Checks the user's own cells, tasks and changes on one tiny batch, before anything is trained."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from inspect import isabstract
from types import ModuleType

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.pipeline.own.cells import cell_findings, fitting_findings
from gradient_horizon.pipeline.own.changes import a_cell_for, change_findings
from gradient_horizon.pipeline.own.finding import Finding, is_wrong, said, shown, wrong
from gradient_horizon.pipeline.own.tasks import task_findings
from gradient_horizon.remedies.base import Change
from gradient_horizon.study.model import Study
from gradient_horizon.study.own_modules import misnamed
from gradient_horizon.study.own_places import place
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.assembly import build_cell, build_changes, task_of
from gradient_horizon.training.loop import train

SEQUENCES, HIDDEN = 4, 4
A_LENGTH = 10
"""Steps of the sequences that a class is tried for which no study names."""


def own_class_problems(study: Study) -> Iterator[str]:
    """A sentence for each fault of the user's own classes; classes without faults are then trained together."""
    own, specs = study.own_classes, expand(study)
    broken = set()
    for name in own:
        found = list(_findings_in(study, name, specs))
        yield from (f"{own[name]}: {name!r} {finding.text}" for finding in found if finding.level == "wrong")
        broken |= {name} if is_wrong(found) else set()
    for spec in _smallest(specs):
        names = [name for name in _names(spec) if name in own]
        if names and not broken & set(names):
            yield from (
                f"{own[names[0]]}: {' with '.join(map(repr, names))} {problem}" for problem in _run_problems(spec)
            )


def own_class_remarks(study: Study) -> Iterator[str]:
    """A sentence for each thing in the user's own tasks that is allowed, and often not meant."""
    own, specs = study.own_classes, expand(study)
    for name in dict.fromkeys(spec.task for spec in specs if spec.task in own):
        found = _findings_in(study, name, specs)
        yield from (f"{own[name]}: {name!r} {finding.text}" for finding in found if finding.level == "remark")


def findings_of(name: str) -> Iterator[Finding]:
    """What was found of a class of any kind, "module:Class", outside of a study."""
    made = _loaded(name)
    if isinstance(made, Finding):
        yield made
    elif issubclass(made, Cell):
        found = list(cell_findings(made))
        yield from found
        if not is_wrong(found):
            yield from fitting_findings(made)
    elif issubclass(made, Task):
        yield from task_findings(made, made)
    else:
        yield from _change_findings(made)


def kind_of(name: str) -> str | None:
    """The kind of a class, "cell", "task" or "change"; None: it cannot be loaded, or is of no kind."""
    made = _loaded(name)
    if isinstance(made, Finding):
        return None
    bases = {"cell": Cell, "task": Task, "change": Change}
    return next(kind for kind, base in bases.items() if issubclass(made, base))


def _findings_in(study: Study, name: str, specs: tuple[RunSpec, ...]) -> list[Finding]:
    task = next((spec for spec in specs if spec.task == name), None)
    made = _loaded(name)
    kind: type = Task if task else Cell if any(spec.cell == name for spec in specs) else Change
    if isinstance(made, Finding):
        return [made]
    if not issubclass(made, kind):
        return [_of_no_kind(made, f"{kind.__module__}:{kind.__name__}")]
    if issubclass(made, Task):
        return list(task_findings(made, partial(task_of, task), task.length)) if task else []
    if issubclass(made, Cell):
        return list(cell_findings(made))
    found = next(((spec, values) for spec in specs for change, values in spec.changes if change == name), None)
    if found is None:
        return []
    spec, parameters = found
    return list(change_findings(made, _cell_of(spec, name), spec.length, parameters))


def _cell_of(spec: RunSpec, without: str) -> Cell:
    """The cell of a run, or a plain one where its own cannot be made: that is said of the cell."""
    try:
        return build_cell(spec.cell, build_changes(each for each in spec.changes if each[0] != without))
    except (Exception, SystemExit):
        return build_cell("tanh", ())


def _change_findings(made: type[Change]) -> Iterator[Finding]:
    """Of a change without parameters, or with such as it has by itself."""
    if needed := [name for name, field in made.model_fields.items() if field.is_required()]:
        yield wrong(
            f"must have values for its parameters to be tried alone, got none for {', '.join(needed)}: name it in a "
            "remedy of config.yaml, and `python -m gradient_horizon preflight` tries it there",
            made,
        )
        return
    yield from change_findings(made, a_cell_for(made, {}), A_LENGTH, {})


def _loaded(name: str) -> type[Cell] | type[Task] | type[Change] | Finding:
    """The class with this name, or what is wrong with it."""
    module = name.partition(":")[0]
    if problem := misnamed(module):
        return wrong(problem)
    try:
        found = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        return wrong(f"must be importable, got {said(error)}", error)
    attribute = name.partition(":")[2]
    if not hasattr(found, attribute):
        return wrong(
            f"must be importable, got AttributeError: {module!r} has no {attribute!r}{_near(found, attribute)}"
        )
    made = getattr(found, attribute)
    legal = " or ".join(registries.BASES.values())
    if not (isinstance(made, type) and issubclass(made, Cell | Task | Change)):
        return _of_no_kind(made, legal)
    if isabstract(made):
        lacking = ", ".join(sorted(made.__abstractmethods__))
        return wrong(f"must have all methods of its base class, got none named {lacking}", made)
    if issubclass(made, Cell) and not made.blocks:
        return wrong("must say its blocks, such as blocks = (Block('a'),), got none", made)
    return made


def _near(module: ModuleType, attribute: str) -> str:
    """The classes of a module that may be meant."""
    own = [name for name, each in vars(module).items() if isinstance(each, type) and each.__module__ == module.__name__]
    lowered = {name.lower(): name for name in own}
    near = [lowered[each] for each in get_close_matches(attribute.lower(), lowered, n=1, cutoff=0.5)]
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; its classes: {', '.join(own)}" if own else "; it has no classes of its own"


def _of_no_kind(made: object, legal: str) -> Finding:
    given = (
        f"a class made from {made.__mro__[1].__module__}:{made.__mro__[1].__name__}" if isinstance(made, type) else ""
    )
    return wrong(
        f"must be a class made from {legal}, got {given or shown(made)}", made if isinstance(made, type) else None
    )


def _run_problems(spec: RunSpec) -> Iterator[str]:
    try:
        train(spec)
    except (Exception, SystemExit) as error:
        where = f"task {spec.task}, cell {spec.cell}, remedy {spec.remedy}"
        yield f"must train on a tiny batch ({where}), got {said(error)}{place(error)}"


def _smallest(specs: tuple[RunSpec, ...]) -> list[RunSpec]:
    """One run of each task, cell and remedy: the shortest, with one network and one update."""
    shortest: dict[str, RunSpec] = {}
    for spec in sorted(specs, key=lambda spec: spec.length):
        shortest.setdefault(repr((spec.named_task, spec.cell, spec.changes)), spec)
    return [
        replace(
            spec,
            hidden_size=HIDDEN,
            batch_size=SEQUENCES,
            learning_rates=spec.learning_rates[:1],
            updates=1,
            evaluate_every=1,
            evaluation_sequences=SEQUENCES,
            hidden_gradients_every=1,
            seeds=spec.seeds[:1],
            pilot_seeds=(),
        )
        for spec in shortest.values()
    ]


def _names(spec: RunSpec) -> list[str]:
    return [spec.task, spec.cell, *(name for name, _ in spec.changes)]
