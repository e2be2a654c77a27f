"""What it costs that all runs of a study meet in tables: time, memory, files and bytes. Writes results/fan_in.csv.

A few runs are trained; the others of a study have their files, under digests and seeds of their own. These are hard
links but for outcome.json, so that reading 50,000 runs from a disk is not in the numbers.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq

from gradient_horizon.pipeline.batch_work import complete
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import CHECKSUMS, write, write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store, StoredRun
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from pipeline import RESULTS, ROOT, measure

STUDY = """
title: fan-in
defaults: {{lengths: {lengths}, seeds: {seeds}, pilot_seeds: 0, {others}}}
experiments:
  - {{name: memory, task: recall, cells: {{tanh: [none, orthogonal], gru: [none], lstm: [none, chrono]}}}}
"""
ARMS = 25
"""Five cells with a remedy, at five lengths."""
KINDS = {
    "tiny": (
        1,
        {
            "lengths": "[4, 5, 6, 7, 8]",
            "others": "seeds_per_job: 1, hidden_size: 4, batch_size: 8, learning_rates: [0.01], updates: 20, "
            "evaluate_every: 10, evaluation_sequences: 16",
        },
    ),
    "typical": (5, {"lengths": "[10, 20, 40, 60, 80]", "others": "seeds_per_job: 5"}),
}
"""By kind of run: its seeds, and what differs from the defaults of config.yaml."""
Trained = dict[tuple[str, str, int], tuple[RunSpec, StoredRun]]

PACKAGE = (sys.executable, "-m", "gradient_horizon")
JOB = (
    "tables --study plan/study.json --runs plan/runs.csv --store store --checks checks --out tables "
    "--made-of made_of.json --durations durations.csv"
)
"""The job of the tables, in a folder of its own."""


def main() -> None:
    """Measures the job of the tables on studies of several sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", type=int, nargs="*", default=[500, 5_000, 50_000], help="numbers of tiny runs")
    parser.add_argument("--typical", type=int, nargs="*", default=[100, 1_000], help="numbers of typical runs")
    given = parser.parse_args()
    counts = {kind: getattr(given, kind) for kind in KINDS}
    rows = [row for kind in KINDS if counts[kind] for row in fan_in(kind, counts[kind])]
    with (RESULTS / "fan_in.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fan_in(kind: str, counts: Sequence[int]) -> Iterator[dict[str, str | int]]:
    """A row per number of runs of a kind."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "src").symlink_to(ROOT / "src")
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # the memory of this process counts in its children
            trained = apart.submit(train, study_of(kind, ARMS, folder), folder / "trained").result()
        measure([*PACKAGE, "checks", "--out", "checks"], folder)
        for count in counts:
            make_study(study_of(kind, count, folder), folder, trained)
            found = measure([*PACKAGE, *JOB.split()], folder)
            tables = [pq.read_metadata(file) for file in (folder / "tables").glob("*.parquet")]
            yield {
                "what": f"tables of {kind} runs",
                "count": count,
                **found,
                "rows": sum(table.num_rows for table in tables),
                "bytes": size(folder / "tables"),
                "files of runs": sum(1 for _ in (folder / "store").rglob("*")),
                "bytes of runs": size(folder / "store"),
            }
            shutil.rmtree(folder / "store")


def study_of(kind: str, count: int, folder: Path) -> Study:
    """A study of so many runs, a multiple of `ARMS`."""
    seeds_of_run, settings = KINDS[kind]
    (folder / "study.yaml").write_text(STUDY.format(**settings, seeds=seeds_of_run * count // ARMS), encoding="utf-8")
    files = (ROOT / "config.yaml", folder / "study.yaml")
    return validated_study(read_yaml(*files), files)


def train(study: Study, folder: Path) -> Trained:
    """Trains and measures one run of every cell, remedy and length of a study."""
    progress = ProgressWriter(folder / "progress.json", batch="", experiments=[], runs=1, networks=1, work=1.0)
    trained: Trained = {}
    for spec in expand(study):
        if arm_of(spec) not in trained:
            stored = Store(folder / "store").run(keys_of(spec))
            complete(spec, stored, progress, training=1.0)
            trained[arm_of(spec)] = spec, stored
    return trained


def make_study(study: Study, folder: Path, trained: Trained) -> None:
    """The plan and the store of a study, all runs of which are there."""
    runs = [(spec, keys_of(spec)) for spec in expand(study)]
    write_json(folder / "plan" / "study.json", study.model_dump(mode="json"))
    write(folder / "plan" / "runs.csv", as_csv(runs))
    different = {keys: spec for spec, keys in runs}  # of runs that several experiments have, once
    for keys, spec in different.items():
        copy_run(*trained[arm_of(spec)], spec, Store(folder / "store").run(keys))


def arm_of(spec: RunSpec) -> tuple[str, str, int]:
    """What runs on different seeds have in common."""
    return spec.cell, spec.remedy, spec.length


def copy_run(spec: RunSpec, stored: StoredRun, other: RunSpec, copy: StoredRun) -> None:
    """The files of a run once more, as if they were of other seeds."""
    (copy.folder / CHECKSUMS).mkdir(parents=True)
    for file in stored.folder.rglob("*"):
        if file.is_file() and file.name != stored.outcome.name:
            os.link(file, copy.folder / file.relative_to(stored.folder))
    outcome = json.loads(stored.outcome.read_text(encoding="utf-8"))
    seeds = dict(zip(spec.seeds, other.seeds, strict=True))
    write_json(copy.outcome, outcome | {"networks": [n | {"seed": seeds[n["seed"]]} for n in outcome["networks"]]})


def size(folder: Path) -> int:
    """Bytes of all files below a folder, each of them counted as if it had no other name."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
