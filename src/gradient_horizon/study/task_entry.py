"""The task of an experiment, as config.yaml names it: a name, or a mapping of a name or a file to parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

from gradient_horizon import registries
from gradient_horizon.study.parts import make_task, settled_parameters
from gradient_horizon.study.task_text import task_text

LEGAL = "the name of a task, or a mapping such as {task: recall, symbols: 4} or {csv: data.csv, input: [a], target: b}"


class TaskEntry(BaseModel):
    """A task: its name, and its parameters beside it; `{csv: ...}` stands for the task csv."""

    model_config = ConfigDict(frozen=True, extra="allow")

    task: str

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"task": given}
        if not isinstance(given, Mapping):
            raise ValueError(f"must be {LEGAL}")
        kinds = [*registries.FILE_TASKS]
        named = (
            {**given, "task": next((kind for kind in kinds if kind in given), None)} if "task" not in given else given
        )
        if not isinstance(named["task"], str):
            raise ValueError(f"must be {LEGAL}")
        return named

    @model_serializer(mode="wrap")
    def _as_written(self, written: Callable[["TaskEntry"], dict[str, Any]]) -> str | dict[str, Any]:
        if not self.parameters:
            return self.task
        content = written(self)
        return {key: value for key, value in content.items() if key != "task" or self.task not in content}

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that are given."""
        return dict(self.model_extra or {})

    @property
    def settled(self) -> dict[str, Any]:
        """Those that are not as by default; raises ValidationError for illegal ones."""
        return settled_parameters(self.task, self.parameters)

    @property
    def text(self) -> str:
        """The task with these, as tables name it."""
        return task_text(self.task, self.settled)

    def build(self, length: int | None = None) -> Any:
        """The task itself, for networks that train on `length` steps; raises as `make_task`."""
        return make_task(self.task, self.parameters, length)


def task_schema() -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON schema of a task, and the definitions that it refers to.

    It is a name, or one of the mappings, each with the parameters of its task.
    """
    own = {"type": "string", "pattern": "^[\\w.]+:\\w+$"}
    forms: list[dict[str, Any]] = [{"enum": sorted(registries.TASKS)}, own]
    definitions: dict[str, Any] = {}
    parameters_of = registries.load({}, "function", "gradient_horizon.tasks.parameters:parameters_of")
    for name, kind in sorted(registries.ALL_TASKS.items()):
        schema = parameters_of(registries.load({}, "task", kind)).model_json_schema()
        definitions |= schema.pop("$defs", {})
        if name in registries.FILE_TASKS:
            forms.append(schema)
        elif schema["properties"]:
            forms.append(
                {**schema, "properties": {"task": {"const": name}, **schema["properties"]}, "required": ["task"]}
            )
    forms.append({"type": "object", "properties": {"task": own}, "required": ["task"]})
    return {
        "description": "A task of the package, or 'module:Class' of your own; or a mapping: `task` and its "
        "parameters, or `csv`, a file of your own, and what is predicted from it.",
        "anyOf": forms,
    }, definitions
