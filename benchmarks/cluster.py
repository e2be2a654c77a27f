"""What a study of 50,000 runs costs on a cluster: jobs, the controller's time and memory, files. Writes results/cluster.csv.

No run is trained but a few, for their files: the cluster is simulated, by the executor of Snakemake in tests/support that
only counts, and its time runs faster than the controller's. Leave the machine alone meanwhile; it takes some twenty
minutes on two cores. Also writes docs/load.md.
"""

import csv
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

import load

from pipeline import PARTS, RESULTS, ROOT, STUDY, measure

COLUMNS = ("what", "count", "wall", "cpu", "memory", "share", "files", "bytes")
SEEDS, LENGTHS = 10_000, (60, 80, 100, 120, 140)
LARGE = f"""
title: large
defaults:
  lengths: {[*LENGTHS]}
  seeds: {SEEDS}
  seeds_per_job: 1
  pilot_seeds: 0
  learning_rates: [0.001, 0.003, 0.01]
  updates: 10000
  hidden_size: 64
  evaluate_every: 1000
  hidden_gradients_every: 1000
experiments:
  - {{name: memory, task: recall, cells: [lstm]}}
"""
"""50,000 runs of some two minutes each."""

TYPICAL = """
title: typical
defaults: {lengths: [20]}
experiments:
  - {name: memory, task: recall, cells: [tanh]}
"""
"""A run of the default study, of its middle length."""

MINUTES = 30
SUBMISSION = 0.1
"""Seconds that a submission takes: of sbatch on a cluster in use; on a machine of its own it takes a hundredth of one."""

CLUSTERS = {
    "a cluster of 200 cores": (200, 100),
    "a cluster of 1,000 cores": (1000, 20),
    "as fast as it can": (1000, 2000),
}
"""Cores, and how many times as fast as the controller's time that of the cluster runs."""

AHEAD = 1.25
"""So many jobs as there are cores, times this, are submitted: some wait in the queue, so that no core waits for a look."""


def main() -> None:
    """Measures everything, and writes the numbers and the tables."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        with (RESULTS / "cluster.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
            writer.writeheader()
            for measured in (simulations, stored, planning):
                writer.writerows(measured(folder))
                file.flush()
    load.write_table(ROOT / "docs" / "load.md", RESULTS)


def snakemake(*options: str) -> list[str]:
    """A call of Snakemake for the study that stands in study.yaml."""
    return [sys.executable, "-m", "snakemake", "--configfile", "config.yaml", "study.yaml", *options]


def planning(folder: Path) -> list[dict[str, object]]:
    """What is planned, by Snakemake and by the command for people; jobs are counted by Snakemake."""
    (folder / "study.yaml").write_text(LARGE, encoding="utf-8")
    told = measure([sys.executable, "-m", "gradient_horizon", "plan", "config.yaml", "study.yaml"], folder)
    (folder / "store" / "speed.json").unlink()  # which it has measured: batches are to be those of the simulations
    rows: list[dict[str, object]] = [{"what": "plan", "count": SEEDS * len(LENGTHS), **told}]
    for minutes in (MINUTES, 1):
        options = ("--executor", "counting", "--jobs", "250", "--dry-run", "--config", f"batch_minutes={minutes}")
        said: list[str] = []
        spent = measure(snakemake(*options, "--quiet", "rules"), folder, said)
        batches = re.search(r"^batch +(\d+)$", said[0], re.MULTILINE)
        assert batches, said[0][-3000:]
        rows.append({"what": f"dry run, {minutes}-minute batches", "count": int(batches[1]), **spent})
    return rows


def simulations(folder: Path) -> list[dict[str, object]]:
    """The controller on simulated clusters, what it leaves, and what Snakemake takes that is started for one job."""
    (folder / "study.yaml").write_text(LARGE, encoding="utf-8")
    rows: list[dict[str, object]] = []
    for what, (cores, acceleration) in CLUSTERS.items():
        for left in ("results", ".snakemake"):
            shutil.rmtree(folder / left, ignore_errors=True)
        counting = {
            "cores": cores,
            "acceleration": acceleration,
            "submission-seconds": SUBMISSION,
            "out": folder / "counted.json",
            "command-file": folder / "command.sh",
        }
        options = [f"--counting-{name}={value}" for name, value in counting.items()]
        jobs = ("--executor", "counting", "--jobs", str(round(AHEAD * cores)), "--until", "batch")
        spent = measure(snakemake(*jobs, *options, "--config", f"batch_minutes={MINUTES}"), folder)
        counted = json.loads((folder / "counted.json").read_text(encoding="utf-8"))
        starts = sorted(job["start"] for job in counted["jobs"])
        wall = (starts[-1] - starts[0]) / acceleration
        share = f"{counted['occupancy']:.4f}" if "occupancy" in counted else ""  # where its cores were never all busy
        rows.append(
            {
                "what": what,
                "count": len(starts),
                "wall": f"{wall:.1f}",
                "cpu": f"{counted['cpu']:.1f}",
                "memory": spent["memory"],
                "share": share,
            }
        )
    rows.append({"what": "Snakemake's metadata", "count": len(starts), **files_in(folder / ".snakemake" / "metadata")})
    command = (folder / "command.sh").read_text(encoding="utf-8")
    command = re.sub(r"--wait-for-files '[^']*'|--runtime-source-cache-path '[^']*'", "", command)
    rows.append(
        {"what": "a process for one job", "count": 1, **measure(["bash", "-c", f"{command} --dry-run"], folder)}
    )
    return rows


def stored(folder: Path) -> list[dict[str, object]]:
    """Files and bytes that runs leave in the store."""
    rows: list[dict[str, object]] = []
    for what, study in (("a tiny run", STUDY.format(seeds=1)), ("a run of the default study", TYPICAL)):
        for left in ("results", "store"):
            shutil.rmtree(folder / left, ignore_errors=True)
        (folder / "study.yaml").write_text(study, encoding="utf-8")
        measure(snakemake("--cores", "2", "--until", "batch"), folder)
        runs = [*(folder / "store" / "runs").glob("*/*")]
        rows.append({"what": what, "count": len(runs), **files_in(*runs)})
    (manifest,) = (folder / "results").glob("*/batches/*.json")
    rows.append(
        {"what": "a batch in the results", "count": 1, **files_in(*(folder / "results").rglob(f"{manifest.stem}.*"))}
    )
    return rows


def files_in(*places: Path) -> dict[str, int]:
    """Files and folders at and below these places, which a cluster counts alike, and the bytes of the files."""
    found = [path for place in places for path in (place, *place.rglob("*"))]
    return {"files": len(found), "bytes": sum(path.stat().st_size for path in found if path.is_file())}


if __name__ == "__main__":
    main()
