"""The plan of a study, or of a part of it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

from gradient_horizon.errors import PlanError
from gradient_horizon.pipeline.study_parts import runs_of_parts
from gradient_horizon.storage import write, write_json
from gradient_horizon.store.keys import Keys, keys_of
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import digest_of_runs, expand
from gradient_horizon.study.run_spec import RunSpec

COLUMNS = ("run", *(field.name for field in fields(Keys)))
"""The id of a run, and where the store has its parts."""


def write_plan(*, study: str, experiments: str, digest: str, study_out: Path, out: Path) -> None:
    """Writes the study as it is run, and the runs of some experiments, or for some judged cells, with their keys.

    `digest` is that of the runs which the workflow waits for; raises PlanError where these are others.
    """
    asked = Study.model_validate_json(study)
    further = asked.measures
    wanted = runs_of_parts(asked, expand(asked), experiments.split())
    runs = [(spec, keys_of(spec, further[spec.experiment])) for spec in wanted]
    found = digest_of_runs(map(words, runs))
    if found != digest:
        raise PlanError(
            f"the runs must be those that the workflow has planned ({digest}), got {found}: the configuration, or code "
            "that decides runs, has changed since; call Snakemake again"
        )
    write_json(study_out, asked.model_dump(mode="json"))
    write(out, as_csv(runs))


def as_csv(runs: Iterable[tuple[RunSpec, Keys]]) -> str:
    """Runs and their keys, a line each."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((spec.id, *astuple(keys)) for spec, keys in runs)
    return text.getvalue()


def words(run: tuple[RunSpec, Keys]) -> str:
    """The id of a run and its keys, separated by spaces."""
    spec, keys = run
    return " ".join(filter(None, (spec.id, *astuple(keys))))
