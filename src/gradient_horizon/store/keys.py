"""The digests under which the parts of a run are stored: each of all that decides the part, and of nothing else."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon import registries
from gradient_horizon.engine.equations import trace
from gradient_horizon.errors import ConfigError
from gradient_horizon.store.imports import SOURCES, base_of, closure, imported, is_installed, packages_of, versions
from gradient_horizon.store.syntax import digest_of_code
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.assembly import build_cell, build_changes
from gradient_horizon.training.version import ENGINE_VERSION

NAMES = ("experiment", "remedy", "task", "task_parameters", "cell", "changes")
"""Settings of a run that only name something; what they name decides."""

HISTORY = "hidden_gradients_every"
"""The setting that decides what is recorded of training, and no weight."""

TRAINING = ("numpy", "llvmlite")
MEASURING = ("numpy", "torch")
"""Libraries whose versions take part in every training, and in every measure."""

COUNTED = frozenset({"numpy", "jaxtyping", "pydantic"})
"""Packages of tasks and changes that are counted already, or decide no number."""

NAMING = ("gradient_horizon/__init__.py", "gradient_horizon/registries.py", "gradient_horizon/errors.py")
"""Modules that only name things, or hold sentences."""


REGISTRIES = {"task": registries.ALL_TASKS, "cell": registries.CELLS, "change": registries.CHANGES}
"""By the kind of a class; others are named by their paths alone."""


@dataclass(frozen=True)
class Keys:
    """Where the parts of a run stand in a store.

    `networks` is the digest of all that decides a weight. With the same networks, `history` and `measures` are those of
    what is recorded of their training, and of what is measured on them. `further` are the measures that only some
    experiments ask for, as NAME-DIGEST with semicolons between them; empty: none.
    """

    networks: str
    history: str
    measures: str
    further: str = ""

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> "Keys":
        """The keys in a row of a list of runs; lists of earlier versions name no further measures."""
        return cls(row["networks"], row["history"], row["measures"], row.get("further") or "")

    @property
    def of_every_run(self) -> "Keys":
        """The same without further measures."""
        return Keys(self.networks, self.history, self.measures)


def keys_of(spec: RunSpec, further: Iterable[str] = ()) -> Keys:
    """The keys of a run with these further measures; raises what importing its own classes raises."""
    networks = _digest(identity(spec))
    asked = ";".join(f"{name}-{_further_key(name)}" for name in further)
    return Keys(networks[:32], _history_key(getattr(spec, HISTORY)), _measures_key(), asked)


def identity(spec: RunSpec) -> dict[str, Any]:
    """All that decides the weights of a run, part by part.

    "settings" as they are; "task", "cell", "changes" by what they do, not by what they are called; "engine" and
    "versions" of what trains them.
    """
    settings = {
        field.name: _as_json(getattr(spec, field.name)) for field in fields(spec) if field.name not in (*NAMES, HISTORY)
    }
    changes = json.dumps(spec.changes, sort_keys=True)
    return {
        "settings": settings,
        "task": _task(spec),
        "cell": _cell(spec.cell, changes),
        "changes": [{**_change(name), "parameters": values} for name, values in spec.changes],
        "engine": ENGINE_VERSION,
        "versions": _versions_of_training(),
    }


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The parts in which two identities differ, in words such as "cell" or "updates"."""
    found = [part for part in one if part != "settings" and one[part] != other.get(part)]
    before = other.get("settings", {})
    return [name for name, value in one["settings"].items() if value != before.get(name)] + found


def _as_json(value: Any) -> Any:
    """As it is when read again, so that identities can be compared with stored ones."""
    return list(value) if isinstance(value, tuple) else value


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def deciding_files(spec: RunSpec) -> frozenset[Path]:
    """The files that decide a run beside the engine: code of its task, cell and changes, and data files."""
    named = [("task", spec.task), ("cell", spec.cell), *(("change", name) for name, _ in spec.changes)]
    code = frozenset[Path]().union(*(counted_files(*each) for each in named))
    return code.union(_data_files(spec.task).values(), _given_files(spec).values())


def _task(spec: RunSpec) -> dict[str, Any]:
    files = {**_data_files(spec.task), **_given_files(spec)}
    data = {path: _digest_of_data(spec.task, file) for path, file in files.items()}
    described = {**_code("task", spec.task), "data": data}
    given = {name: value for name, value in spec.task_parameters.items() if name not in _given_files(spec)}
    return {**described, "parameters": given} if given else described


def _given_files(spec: RunSpec) -> dict[str, Path]:
    """The data files that parameters of a task name, by these; they are relative to the folder of config.yaml."""
    task = registries.load(registries.ALL_TASKS, "task", spec.task)
    return {name: Path(spec.task_parameters[name]) for name in task.file_parameters if name in spec.task_parameters}


def _data_files(name: str) -> dict[str, Path]:
    """The data files of a task, by the paths that it declares; raises ConfigError where it declares none of these."""
    task = registries.load(registries.ALL_TASKS, "task", name)
    if not isinstance(task.data_files, tuple) or not all(isinstance(path, str) for path in task.data_files):
        raise ConfigError([f"task {name!r} must give data_files as a tuple, such as ('x',), got {task.data_files!r}"])
    if not task.data_files:
        return {}
    folder = registries.source_file(registries.ALL_TASKS, "task", name).parent
    return {path: folder / path for path in task.data_files}


def _digest_of_data(task: str, file: Path) -> str:
    try:
        state = file.stat()
        return _digest_of_file(file, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise ConfigError([f"task {task!r} must have data files that can be read, got {error}"]) from None


@cache
def _digest_of_file(file: Path, changed: int, size: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@cache
def _change(name: str) -> dict[str, Any]:
    change = registries.load(registries.CHANGES, "change", name)
    described = _code("change", name)
    if change.parametrisation is None:
        return described
    return {**described, "parametrisation": _code("parametrisation", change.parametrisation)}


@cache
def _cell(name: str, changes: str) -> dict[str, Any]:
    """What a cell computes: its equations as traced, not the text that states them; nor the names of its symbols."""
    cell = build_cell(name, build_changes((change, values) for change, values in json.loads(changes)))
    described: dict[str, Any] = {
        "blocks": [[block.sees, block.gate] for block in cell.blocks],
        "parameters": [[each.name, float(each.low), float(each.high)] for each in cell.parameters],
        "normalised": cell.normalised,
    }
    if cell.mixes_units:
        return {**described, **_code("cell", name), "torch": version("torch")}
    return {**described, "equations": hashlib.sha256(trace(cell).text().encode()).hexdigest()}


@cache
def _code(kind: str, name: str) -> dict[str, Any]:
    """A class by its name and by what its file and the modules beside it say."""
    source, files = _source(kind, name), counted_files(kind, name)
    packages = packages_of(files, base=source.base, only=source.only) - COUNTED
    return {"class": source.attribute, "code": digest_of_code(files), "versions": versions(packages)}


@cache
def counted_files(kind: str, name: str) -> frozenset[Path]:
    """The files that decide what a class does: its own, and all that it imports but for what trains every run.

    Files of this package are among them, such as that of a task which another one is made from.
    """
    source = _source(kind, name)
    beside = closure([source.file], base=source.base, only=source.only, without=NAMING)
    shipped = {path for file in beside for path in imported(file, SOURCES, registries.PACKAGE).files}
    reached = beside | closure(shipped, base=SOURCES, only=registries.PACKAGE, without=NAMING)
    return (reached - training_files()) | {source.file}


@cache
def training_files() -> frozenset[Path]:
    """What trains every run, whatever its task, cell and changes; it is held by a version and golden bits."""
    file = SOURCES / "gradient_horizon" / "training" / "loop.py"
    return closure([file], base=SOURCES, only=registries.PACKAGE, without=NAMING)


class _Source(NamedTuple):
    """Where a class stands: its file, the folder that it is imported from, the one package there that counts."""

    file: Path
    base: Path
    only: str | None
    attribute: str


def _source(kind: str, name: str) -> _Source:
    registry: Mapping[str, str] = REGISTRIES.get(kind, {})
    module, _, attribute = registries.locate(registry, kind, name).partition(":")
    file = registries.source_file(registry, kind, name)
    base, package = base_of(file, module), module.partition(".")[0]
    return _Source(file, base, package if package == registries.PACKAGE or is_installed(base) else None, attribute)


@cache
def _history_key(every: int) -> str:
    return _digest({HISTORY: every})[:16]


@cache
def _measures_key() -> str:
    return _key_of_measures(SOURCES / "gradient_horizon" / "measuring" / "measure.py")


@cache
def _further_key(name: str) -> str:
    return _key_of_measures(registries.source_file(registries.MEASURES, "measure", name))


def _key_of_measures(file: Path) -> str:
    """The digest of the code and the libraries that the measures of a file depend on."""
    code = digest_of_code(closure([file], base=SOURCES, only=registries.PACKAGE, without=NAMING))
    return _digest({"code": code, "versions": {package: version(package) for package in MEASURING}})[:16]


@cache
def _versions_of_training() -> dict[str, str]:
    return {package: version(package) for package in TRAINING}
