"""The one strict model of config.yaml: what each key means, its unit and its range."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_serializer,
    model_validator,
)

from gradient_horizon import registries
from gradient_horizon.study.files import LONGEST_NAME
from gradient_horizon.study.judging import AllJudged, unfit, with_settings
from gradient_horizon.study.parts import Change
from gradient_horizon.study.task_entry import TaskEntry, task_schema

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


FREE = "x-"
"""Keys beside `experiments` that begin so mean nothing: people put there what aliases repeat."""

LIST, MAPPING = "[list]", "[mapping]"
"""The forms of `cells`, as they stand among the keys of a validation error."""


def _form_of_cells(value: object) -> str:
    return MAPPING if isinstance(value, Mapping) else LIST


MOST = 10**12
"""Sizes beyond this are refused by their key alone; below it, by what a job would take (see `Limits`)."""

Real = Annotated[float, BeforeValidator(_read_number), Field(allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_read_number)]
Title = Annotated[str, AfterValidator(_refuse_unprintable)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
Length = Annotated[Count, Field(ge=2, le=MOST)]
Width = Annotated[Count, Field(ge=1, le=MOST)]
LearningRate = Annotated[Real, Field(gt=0, le=100)]
Remedies = Annotated[tuple[Name, ...], Field(min_length=1)]
Cells = Annotated[
    Annotated[tuple[str, ...], Field(min_length=1), Tag(LIST)]
    | Annotated[dict[str, Remedies], Field(min_length=1), Tag(MAPPING)],
    Discriminator(_form_of_cells),
]


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
    pilot_seeds: Count = Field(
        ge=0,
        le=100,
        description="Further seeds, never judged, at the shortest length: does the arm that must work do so?",
    )
    hidden_size: Width = Field(description="Hidden units of the recurrent layer.")
    batch_size: Count = Field(ge=2, le=MOST, description="Sequences per update.")
    optimiser: Literal["adam", "sgd", "momentum", "nesterov", "rmsprop"] = Field(
        description="adam (Kingma & Ba 2015, beta 0.9 and 0.999), sgd (plain gradient descent), momentum (gradient "
        "descent with momentum 0.9), nesterov (with Nesterov's, Sutskever et al. 2013), or rmsprop (Tieleman & Hinton "
        "2012, decay 0.9)."
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
    """A cross product task x arms x lengths, an arm being a cell with a remedy; any default may be overridden here."""

    name: Name = Field(description="Names the experiment in the report and in file names.")
    task: TaskEntry
    cells: Cells = Field(
        description="Cells of the package, or 'module:Class' of your own: a list of them, each with every one of "
        "`remedies`; or a mapping from each to remedies of its own."
    )
    remedies: Remedies = Field(
        default=("none",),
        description="Names of remedies defined above; 'none' is the run to compare with. Only beside a list of cells.",
    )
    hidden_sizes: dict[str, Width] = Field(
        default={},
        description="Hidden units of single cells, where these are not `hidden_size`: such as the widths at which all "
        "cells have about as many parameters.",
    )
    measures: tuple[str, ...] = Field(
        default=(), description="Measures beyond those of every run, which only this experiment asks for."
    )

    @property
    def arms(self) -> tuple[tuple[str, str], ...]:
        """Each cell with each of its remedies, in the order in which they are written."""
        own = self.cells if isinstance(self.cells, dict) else dict.fromkeys(self.cells, self.remedies)
        return tuple((cell, remedy) for cell, remedies in own.items() for remedy in remedies)

    @property
    def named_cells(self) -> tuple[tuple[str, str], ...]:
        """The keys that name cells, such as 'cells.0' or 'cells.tanh', each with the cell."""
        named = zip(self.cells, self.cells, strict=True) if isinstance(self.cells, dict) else enumerate(self.cells)
        return tuple((f"cells.{key}", cell) for key, cell in named)

    @property
    def named_remedies(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """The keys that name remedies, such as 'remedies.0' or 'cells.tanh.0', each with the remedy and its cells."""
        if not isinstance(self.cells, dict):
            return tuple((f"remedies.{index}", remedy, self.cells) for index, remedy in enumerate(self.remedies))
        return tuple(
            (f"cells.{cell}.{index}", remedy, (cell,))
            for cell, remedies in self.cells.items()
            for index, remedy in enumerate(remedies)
        )

    def with_arms(self, arms: Sequence[tuple[str, str]]) -> "Experiment":
        """The same experiment, with these cells and remedies as well."""
        lacking = [arm for arm in dict.fromkeys(arms) if arm not in self.arms]
        if not lacking:
            return self
        cells = dict(self.cells) if isinstance(self.cells, dict) else dict.fromkeys(self.cells, self.remedies)
        for cell, remedy in lacking:
            cells[cell] = (*cells.get(cell, ()), remedy)
        given = {name: getattr(self, name) for name in self.model_fields_set - {"remedies"}}
        return Experiment.model_validate({**given, "cells": cells})

    @model_serializer(mode="wrap")
    def _as_written(self, written: Callable[["Experiment"], dict[str, Any]]) -> dict[str, Any]:
        content = written(self)
        if isinstance(self.cells, dict):
            del content["remedies"]
        return {key: value for key, value in content.items() if value or key not in ("hidden_sizes", "measures")}

    def width_of(self, cell: str) -> int:
        """The hidden units of a cell."""
        return self.hidden_sizes.get(cell, self.hidden_size)

    @property
    def all_lengths(self) -> tuple[int, ...]:
        """The lengths to run; a task with a fixed length overrides them."""
        fixed = self.task.build().fixed_length
        return self.lengths if fixed is None else (fixed,)

    def pilots_at(self, length: int) -> int:
        """How many pilot seeds the first job of an arm has at this length: none but at the shortest, or untrained."""
        return self.pilot_seeds if self.updates and length == min(self.all_lengths) else 0


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

    form: Literal[1] = Field(
        default=1, description="The form of this file, so that a later version of the project reads it rightly."
    )
    name: Name = Field(
        default="default",
        description="Names the folder of its results; by default as the files beside config.yaml that it is made of.",
    )
    title: Title = Field(min_length=1, max_length=200, description="Names the study in the report.")
    defaults: Settings = Field(description="Holds for every experiment that does not say otherwise.")
    remedies: dict[Name, tuple[ChangeEntry, ...]] = Field(
        description="Remedies by name: each a list of changes to the initial weights, the gradients or the window."
    )
    experiments: Annotated[tuple[Experiment, ...], Field(min_length=1)]
    limits: Limits = Field(default=Limits(), description="What the study may ask of the machine.")
    judge: AllJudged = Field(
        default=(), description="Cells to be judged: whether they remember longer than others. A mapping, or a list."
    )

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

    @model_validator(mode="wrap")
    @classmethod
    def _train_what_is_judged(cls, raw: Any, validated: Callable[[Any], "Study"]) -> "Study":
        """The study with the settings of every judged cell, and its arms among those of the settings."""
        study = validated(raw)
        if not study.judge:
            return study
        judge = tuple(with_settings(each, study.experiments, study.defaults.updates) for each in study.judge)
        known = [each for each in judge if each.remedy in study.remedies]  # of others their own key complains
        experiments = tuple(
            each.with_arms([arm for judged in known if each.name in (judged.settings or ()) for arm in judged.arms])
            if unfit(each) is None
            else each
            for each in study.experiments
        )
        return study.model_copy(update={"judge": judge, "experiments": experiments})

    @model_serializer(mode="wrap")
    def _as_written(self, written: Callable[["Study"], dict[str, Any]]) -> dict[str, Any]:
        content = written(self)
        return content if self.judge else {key: value for key, value in content.items() if key != "judge"}

    @property
    def own_classes(self) -> dict[str, str]:
        """The user's own classes, written 'module:Class', each with the key that first names it."""
        named = [
            *((cell, f"judge.{key}", registries.CELLS) for each in self.judge for key, cell in each.named_cells),
            *(
                (entry.change, f"remedies.{name}.{index}.change", registries.CHANGES)
                for name, entries in self.remedies.items()
                for index, entry in enumerate(entries)
            ),
            *(
                (each.task.task, f"experiments.{index}.task", registries.ALL_TASKS)
                for index, each in enumerate(self.experiments)
            ),
            *(
                (cell, f"experiments.{index}.{key}", registries.CELLS)
                for index, each in enumerate(self.experiments)
                for key, cell in each.named_cells
            ),
        ]
        first = {name: key for name, key, registry in reversed(named) if name not in registry}
        return dict(reversed(first.items()))

    @property
    def own_cells(self) -> list[str]:
        """The cells that are the user's own, each once: those that are judged first."""
        cells = (*(each.cell for each in self.judge), *(cell for each in self.experiments for cell in each.cells))
        return [cell for cell in dict.fromkeys(cells) if cell not in registries.CELLS]

    @property
    def measures(self) -> dict[str, tuple[str, ...]]:
        """The measures that experiments ask for beyond those of every run, by the names of the experiments."""
        return {each.name: each.measures for each in self.experiments}

    def changes(self, experiment: Experiment, remedy: str) -> tuple[ChangeEntry, ...]:
        """What a run with this remedy carries: the remedy's changes, and of `always` those of other kinds."""
        own = self.remedies[remedy]
        kinds = {entry.build().kind for entry in own}
        always = (entry for name in experiment.always for entry in self.remedies[name])
        return (*(entry for entry in always if entry.build().kind not in kinds), *own)


def json_schema() -> dict[str, Any]:
    """The JSON schema of config.yaml, for completion and checking in editors."""
    schema = Study.model_json_schema()
    properties = schema["$defs"]["Experiment"]["properties"]
    listed, mapped = properties["cells"]["oneOf"]
    for target, registry in (
        (listed["items"], registries.CELLS),
        (mapped.setdefault("propertyNames", {}), registries.CELLS),
        (properties["hidden_sizes"].setdefault("propertyNames", {}), registries.CELLS),
        (schema["$defs"]["ChangeEntry"]["properties"]["change"], registries.CHANGES),
    ):
        target["anyOf"] = [{"enum": sorted(registry)}, {"pattern": "^[\\w.]+:\\w+$"}]
    properties["measures"]["items"]["enum"] = sorted(registries.MEASURES)
    schema["patternProperties"] = {f"^{FREE}": {}}
    properties["task"], of_tasks = task_schema()
    del schema["$defs"]["TaskEntry"]
    schema["$defs"] |= of_tasks
    of_judged = schema["$defs"]["Judged"]["properties"]
    for target in (of_judged["cell"], of_judged["against"]["items"]):
        target["anyOf"] = [{"enum": sorted(registries.CELLS)}, {"pattern": "^[\\w.]+:\\w+$"}]
    listed = schema["properties"].pop("judge")
    about = {key: listed.pop(key) for key in ("description", "default")}
    schema["properties"]["judge"] = {**about, "anyOf": [{"$ref": listed["items"]["$ref"]}, listed]}
    schema["$defs"]["Experiment"]["required"] = ["name", "task", "cells"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
