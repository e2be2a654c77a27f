"""Why runs of a study are trained or measured: what has changed since the store was asked for them last."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

from gradient_horizon.pipeline.batches import PlannedRun
from gradient_horizon.pipeline.places import failures_of
from gradient_horizon.storage import is_whole
from gradient_horizon.store.keys import Keys, differences, identity
from gradient_horizon.store.store import Store

NEW = "new"
"""Of a run that this study has not asked for before."""


class Reasons:
    """What the last start of a study asked of the store, to compare with."""

    def __init__(self, results: Path, store: Store):
        self.store, self.failures = store, failures_of(results)
        self.before: Mapping[str, Keys] = _asked(results / "plan" / "store.csv")
        self.by_name = {_name(run): keys for run, keys in self.before.items()}

    def of(self, run: PlannedRun) -> str:
        """Why a run that the store lacks, or lacks a part of, is worked on."""
        if (self.failures / f"{run.spec.id}.log").exists():
            return "failed before"
        before = self.before.get(run.spec.id) or self.by_name.get(_name(run.spec.id))
        if run.stored.is_trained:
            return (
                "not measured" if before is None or before == run.keys else "the measures, or their libraries, changed"
            )
        if before is None:
            return NEW
        if before.networks == run.keys.networks:
            return "not in the store" if before.history == run.keys.history else "what is recorded of training changed"
        old = self.store.run(before).outcome
        if not is_whole(old):
            return "what decides its weights changed"
        now = json.loads(json.dumps(identity(run.spec)))
        parts = differences(now, json.loads(old.read_text(encoding="utf-8"))["identity"])
        return f"changed: {', '.join(parts)}"


def _name(run: str) -> str:
    """An id without its digest of settings: experiment, task, cell, remedy, length and first seed."""
    return run.rpartition("_")[0]


def _asked(file: Path) -> dict[str, Keys]:
    if not is_whole(file):
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["run"]: Keys.of_row(row) for row in csv.DictReader(lines)}
