"""The specification of one training job."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from gradient_horizon.study.task_text import task_text

SPEC_VERSION = 1
PILOT_SEED_OFFSET = 1_000_000
"""Pilot seeds are numbered from here on, so that no judged seed is one of them."""


@dataclass(frozen=True)
class RunSpec:
    """All settings that decide the numbers of one training job, and no others.

    `task_parameters` are those of the task that are not as by default; without any, a run has the form that it had
    before tasks had parameters.
    """

    experiment: str
    task: str
    cell: str
    remedy: str
    changes: tuple[tuple[str, dict[str, Any]], ...]
    length: int
    hidden_size: int
    batch_size: int
    optimiser: str
    learning_rates: tuple[float, ...]
    precision: Literal["float32", "float64"]
    updates: int
    evaluate_every: int
    evaluation_sequences: int
    hidden_gradients_every: int
    seeds: tuple[int, ...]
    pilot_seeds: tuple[int, ...]
    version: int = SPEC_VERSION
    task_parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def named_task(self) -> str:
        """The task with its parameters, as tables name it."""
        return task_text(self.task, self.task_parameters)

    def to_json(self) -> str:
        """One canonical line: the same spec always gives the same text."""
        return self._json

    @cached_property
    def _json(self) -> str:
        content = asdict(self)
        if not self.task_parameters:
            del content["task_parameters"]
        return json.dumps(content, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "RunSpec":
        """The inverse of `to_json`."""
        raw = json.loads(text)
        changes = tuple((name, parameters) for name, parameters in raw.pop("changes"))
        lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
        return cls(changes=changes, **{**raw, **lists})

    @cached_property
    def id(self) -> str:
        """A readable name, unique to these settings; it is never parsed."""
        parts = (self.experiment, self.task, self.cell, self.remedy, f"T{self.length}", f"s{self.seeds[0]}")
        digest = hashlib.sha256(self.to_json().encode()).hexdigest()[:8]
        return "_".join([*(re.sub(r"[^A-Za-z0-9.-]", "-", part) for part in parts), digest])
