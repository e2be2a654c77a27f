"""The key `judge` of config.yaml: cells that are held against others, and the runs that this takes."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

if TYPE_CHECKING:
    from gradient_horizon.study.model import Experiment

PLAIN = "none"
"""The remedy of the cells that a judged one is held against."""

FEWEST_LENGTHS = 3
"""With fewer, the length that half of the networks solve lies beyond those tried as often as between them."""

LONGEST_SLUG = 50

PREFIX = "judged-"
"""Of the ids of claims on judged cells, so that none is one of the registry."""


class Judged(BaseModel):
    """A cell that is judged: whether it remembers longer than others, in settings that are experiments of the study."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    cell: str = Field(strict=True, description="The cell to be judged: 'module:Class' of your own, or of the package.")
    against: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="Cells, without a remedy, that it is held against."
    )
    settings: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None,
        alias="in",
        description="Names of experiments to judge it in, each with at least three lengths and with training. Without "
        "it: in those of them that have every cell of `against` without a remedy, and compare cells at the updates of "
        "`defaults`; if there are none, in all that have these cells.",
    )
    remedy: str = Field(default=PLAIN, strict=True, description="A remedy that the judged cell has; by default none.")

    @property
    def arms(self) -> tuple[tuple[str, str], ...]:
        """The judged cell with its remedy, and those that it is held against: what a setting has to train."""
        return ((self.cell, self.remedy), *((cell, PLAIN) for cell in self.against))

    @property
    def named_cells(self) -> tuple[tuple[str, str], ...]:
        """The keys that name cells, such as 'cell' or 'against.0', each with the cell."""
        return (("cell", self.cell), *((f"against.{place}", cell) for place, cell in enumerate(self.against)))

    @property
    def slug(self) -> str:
        """Its name in file names and addresses."""
        name = slug(self.cell)
        return name if self.remedy == PLAIN else f"{name}-{self.remedy.replace('.', '-')}"

    @property
    def claim(self) -> str:
        """The id of the claim on it, which is the name of its figure as well."""
        return f"{PREFIX}{self.slug}"


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list | tuple):
        raise ValueError("must be a mapping of keys to values, or a list of such")
    return value


AllJudged = Annotated[tuple[Judged, ...], BeforeValidator(_listed)]
"""A mapping, or a list of such."""


def slug(cell: str) -> str:
    """The name of a cell in file names.

    >>> slug("mine:MinimalGatedUnit"), slug("min-gru")
    ('mine-minimal-gated-unit', 'min-gru')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cell).lower()
    return re.sub(r"[^a-z0-9]+", "-", words)[:LONGEST_SLUG].strip("-") or "cell"


def with_settings(judged: Judged, experiments: Sequence["Experiment"], updates: int) -> Judged:
    """The same with the settings that it is judged in, where none are given; `updates` is the study's budget.

    These are the experiments that have every cell of `against`, and in which something can be judged: those that
    compare cells at the budget of the study or, where there are none, all of them.
    """
    if judged.settings is not None:
        return judged
    wanted = {(cell, PLAIN) for cell in judged.against}
    fitting = [each for each in experiments if wanted <= {*each.arms} and unfit(each) is None]
    comparing = [each for each in fitting if len({*each.cells}) > 1 and each.updates == updates]
    return judged.model_copy(update={"settings": tuple(each.name for each in comparing or fitting)})


def unfit(experiment: "Experiment") -> str | None:
    """Why nothing can be judged in an experiment, as what it has; None: it can."""
    if not experiment.updates:
        return "updates 0, so that nothing is trained"
    try:
        fixed = experiment.task.build().fixed_length
    except (Exception, SystemExit):  # a task that its own key complains of
        return None
    lengths = len({*experiment.lengths}) if fixed is None else 1
    if lengths < FEWEST_LENGTHS:
        return f"{lengths} {'length' if lengths == 1 else 'lengths'}"
    return None
