"""What the road around training costs: processes, planning, tables. Writes results/pipeline.csv and docs/load.md.

Leave the machine alone meanwhile; it takes about five minutes on two cores.
"""

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import load

from gradient_horizon.pipeline.verifying import PARTS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
LENGTHS = 5
"""So many lengths has the study below; runs are a multiple of it."""

STUDY = """
title: load
defaults:
  lengths: [4, 5, 6, 7, 8]
  seeds: {seeds}
  seeds_per_job: 1
  pilot_seeds: 0
  hidden_size: 4
  batch_size: 8
  learning_rates: [0.01]
  updates: 20
  evaluate_every: 10
  evaluation_sequences: 16
experiments:
  - {{name: memory, task: recall, cells: [tanh]}}
"""
SPECS = """
from pathlib import Path
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.plan import expand
specs = expand(validated_study(read_yaml(Path("config.yaml"), Path("load.yaml"))))
"""
TRAINING = f"""{SPECS}
import time
from gradient_horizon.measuring.measure import measure
from gradient_horizon.training.loop import train
measure(specs[0], [0.01], train(specs[0]).networks)
start = time.process_time()
trained = [train(spec) for spec in specs]
print(time.process_time() - start)
start = time.process_time()
for spec, result in zip(specs, trained):
    measure(spec, [0.01], result.networks)
print(time.process_time() - start)
"""
PROCESS = {
    "a process: Python": "pass",
    "a process: all that a batch imports": """
from gradient_horizon.pipeline.startup import importing, leave
with importing():
    import gradient_horizon.pipeline.command_line, gradient_horizon.pipeline.jobs.batch
    import gradient_horizon.measuring.measure
leave()
""",
}
PLANNING = f"""{SPECS}
assert len({{spec.id for spec in specs}}) == len(specs) == {{count}}
"""
TABLE = """
from pathlib import Path
from gradient_horizon.tables.catalogue import TABLES

LAGS = 200
MOMENTS = ("initial", "half", "final")
schema = TABLES["profiles"]

def rows(run):
    for seed in range(5):
        for moment in MOMENTS:
            for lag in range(LAGS):
                yield {{
                    "experiment": f"experiment-{{run % 7}}", "task": "recall", "cell": "tanh", "remedy": f"remedy-{{run // 7}}",
                    "length": LAGS, "seed": seed, "moment": moment, "lag": lag,
                    "gradient": 0.9**lag, "relative_gradient": 0.9**lag, "contribution": 0.8**lag,
                }}

runs = {count} // (5 * 3 * LAGS) + 1
pieces = [
    schema.piece(row for run in range(first, min(first + 33, runs)) for row in rows(run)) for first in range(0, runs, 33)
]
table = schema.join(pieces)
assert len(table) >= {count}
schema.save(table, Path("tables"))
del table
assert len(schema.load(Path("tables"))) >= {count}
"""  # fmt: skip


def main() -> None:
    """Measures everything, and writes the numbers and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--planned", type=int, default=50_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--finished", type=Path, help="a folder in which the default study is finished")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        (folder / "load.yaml").write_text(STUDY.format(seeds=given.runs // LENGTHS), encoding="utf-8")
        python = [sys.executable, "-c"]
        snakemake = [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", "config.yaml", "load.yaml"]
        study = measure(snakemake, folder)
        again = measure(snakemake, folder)
        process = {name: cpu_of([*python, code], folder) for name, code in PROCESS.items()}
        done = subprocess.run([*python, TRAINING], cwd=folder, env=environment(folder), capture_output=True, check=True)
        training, measuring = map(float, done.stdout.split())
        (folder / "load.yaml").write_text(STUDY.format(seeds=given.planned // LENGTHS), encoding="utf-8")
        planning = measure([*python, PLANNING.replace("{count}", str(given.planned))], folder)
        graph = measure([*snakemake, "--dry-run", "--quiet", "all"], folder)
        table = measure([*python, TABLE.format(count=given.rows)], folder)
    if given.finished:
        again = measure([sys.executable, "-m", "snakemake", "--cores", "2"], given.finished)
    rows = [
        {"what": "runs", "count": given.runs, **study},
        {"what": "training alone", "count": given.runs, "wall": "", "cpu": f"{training:.1f}", "memory": ""},
        {"what": "measuring alone", "count": given.runs, "wall": "", "cpu": f"{measuring:.1f}", "memory": ""},
        *({"what": name, "count": 1, "wall": "", "cpu": f"{cpu:.2f}", "memory": ""} for name, cpu in process.items()),
        {"what": "nothing to do: the default study" if given.finished else "nothing to do", "count": 1, **again},
        {"what": "runs planned", "count": given.planned, **planning},
        {"what": "batches planned", "count": given.planned, **graph},
        {"what": "rows", "count": given.rows, **table},
    ]
    with (RESULTS / "pipeline.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    load.write_table(ROOT / "docs" / "load.md", RESULTS)


def cpu_of(command: list[str], folder: Path) -> float:
    """CPU seconds of a short command, the median of seven times."""
    return statistics.median(float(measure(command, folder)["cpu"]) for _ in range(7))


def environment(folder: Path) -> dict[str, str]:
    """Commands run the code of this folder, and find the executor that counts."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "src"), str(ROOT / "tests" / "support")])}


def measure(command: list[str], folder: Path, said: list[str] | None = None) -> dict[str, str]:
    """Wall and CPU seconds of a command with all its processes, and the memory (GB) of the largest of them.

    What it says is added to `said`.
    """
    start = time.monotonic()
    with tempfile.TemporaryFile() as log:  # not in the folder, which may be a checkout
        process = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        log.seek(0)
        text = log.read().decode(errors="replace")
        if status:
            raise RuntimeError(text[-3000:])
    if said is not None:
        said.append(text)
    return {
        "wall": f"{time.monotonic() - start:.1f}",
        "cpu": f"{usage.ru_utime + usage.ru_stime:.2f}",
        "memory": f"{usage.ru_maxrss * 1024 / 1e9:.2f}",
    }


if __name__ == "__main__":
    main()
