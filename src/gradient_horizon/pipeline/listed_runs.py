"""The runs of a study as its plan lists them, each with its place in the store."""

import csv
from collections.abc import Iterator
from pathlib import Path

from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.run_files import RunFiles


def listed_keys(study: Path, runs: Path) -> Iterator[tuple[RunSpec, Keys]]:
    """The runs that a plan lists, which may be a part of those of the study, in the order of the list."""
    specs = {spec.id: spec for spec in expand(Study.model_validate_json(study.read_text(encoding="utf-8")))}
    with runs.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield specs[row["run"]], Keys.of_row(row)


def listed_runs(study: Path, runs: Path, store: Store) -> Iterator[RunFiles]:
    """The same, with the files that they left."""
    for spec, keys in listed_keys(study, runs):
        yield RunFiles(spec, store.run(keys))
