"""How long the jobs of a study took: apart from the report, whose bytes are the same however long that was."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from gradient_horizon.storage import require_whole, write

STAGES = ("train", "measure")


class Stage(NamedTuple):
    """What the jobs of a stage took, in seconds."""

    stage: str
    jobs: int
    seconds: float
    longest: float


def write_durations(*, runs: Path, results: Path, out: Path) -> None:
    """Writes a row per stage of the workflow as CSV, for the runs listed in a file, one id a line."""
    require_whole(runs)
    rows = stages(runs.read_text(encoding="utf-8").split(), results)
    write(out, pd.DataFrame(rows, columns=Stage._fields).to_csv(index=False, lineterminator="\n"))


def stages(runs: Sequence[str], results: Path) -> Iterator[Stage]:
    """The computing time of each stage over these runs, from Snakemake's benchmarks, where it has kept them."""
    for stage in STAGES:
        files = [results / "benchmarks" / stage / f"{run}.tsv" for run in runs]
        seconds = [float(pd.read_csv(file, sep="\t")["s"].iloc[0]) for file in files if file.is_file()]
        if seconds:
            yield Stage(stage, len(seconds), round(sum(seconds), 1), max(seconds))
