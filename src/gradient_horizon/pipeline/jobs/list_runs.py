"""The plan of a study, or of a part of it."""

from pathlib import Path

from gradient_horizon.errors import PlanError
from gradient_horizon.storage import write, write_json
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import digest_of_runs, expand


def write_plan(*, study: str, experiments: str, digest: str, study_out: Path, out: Path) -> None:
    """Writes the study as it is run, and the ids of the runs of some experiments, one a line.

    `digest` is that of the runs which the workflow waits for; raises PlanError where these are others.
    """
    asked, wanted = Study.model_validate_json(study), set(experiments.split())
    runs = [spec.id for spec in expand(asked) if spec.experiment in wanted]
    if digest_of_runs(runs) != digest:
        raise PlanError(f"the runs must be those that the workflow has planned ({digest}), got {digest_of_runs(runs)}")
    write_json(study_out, asked.model_dump(mode="json"))
    write(out, "".join(f"{run}\n" for run in runs))
