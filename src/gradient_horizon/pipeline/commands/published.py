"""Our numbers for published results, kept for the reports of all studies."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from gradient_horizon.errors import PublishedError
from gradient_horizon.literature.kept import kept, write_kept
from gradient_horizon.literature.rows import read_rows
from gradient_horizon.pipeline.calibration import load_speed
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.listed_runs import listed_keys
from gradient_horizon.pipeline.places import CONFIG, SPEED
from gradient_horizon.storage import require_whole
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.catalogue import StoredTables


def keep_published(*, results: list[Path], beyond: Path, sources: Path) -> None:
    """Keeps our number for every published row, from these results; rows whose runs `beyond` names are priced.

    Raises PublishedError, which names the row, where its run is in neither.
    """
    rows = read_rows(sources / "published.json")
    study = validated_study(read_yaml(CONFIG, beyond), [CONFIG, beyond])
    content = kept(rows, [_found(each) for each in results], expand(study), _minutes)
    write_kept(content, sources / "published")
    run = sum(each.ours is not None for each in content.values())
    priced = len(content) - run
    print(f"kept in {sources / 'published'}: {run} rows that were run, {priced} that are priced", flush=True)


def _found(results: Path) -> tuple[Mapping[str, RunSpec], Mapping[str, pd.DataFrame]]:
    study, runs = results / "plan" / "study.json", results / "plan" / "runs.csv"
    if not (study.is_file() and runs.is_file() and (results / "tables").is_dir()):
        raise PublishedError(f"{results} must be results of a study, with its plan and tables; Snakemake makes these")
    require_whole(study, runs, *sorted((results / "tables").glob("*.parquet")))
    tables = StoredTables(results / "tables")
    done = {*tables["runs"]["run"]}
    return {spec.id: spec for spec, _ in listed_keys(study, runs) if spec.id in done}, tables


def _minutes(specs: Sequence[RunSpec]) -> float:
    """What `plan` expects runs to take of a core of this machine, in minutes, to two digits."""
    costs = Costs(load_speed(SPEED))
    return float(f"{sum(costs.of(spec).training for spec in specs) / 60:.2g}")
