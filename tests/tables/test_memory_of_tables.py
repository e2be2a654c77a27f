"""The job of the tables takes little more memory for many runs than for few."""

import subprocess
import sys
from pathlib import Path

import pytest

from gradient_horizon.storage import write_json
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXPERIMENTS = (0, 1, 20)
"""Almost nothing for the base; then an experiment of fifty runs, and twenty times as many."""
STUDY = """
title: many runs
defaults: {{lengths: {lengths}, seeds: {seeds}, pilot_seeds: 0, seeds_per_job: 1, hidden_size: 4, batch_size: 8,
  learning_rates: [0.01], updates: 20, evaluate_every: 10, evaluation_sequences: 16}}
experiments: [{experiments}]
"""
JOB = """
import sys
from pathlib import Path
from gradient_horizon.pipeline.jobs.tables import make_tables
from gradient_horizon.tables import assemble, row_groups, schema
assemble.ROWS_IN_A_PIECE = schema.ROWS_IN_A_PIECE = row_groups.ROWS_IN_A_GROUP = 2_000
folder = Path(sys.argv[1])
make_tables(
    study=folder / "plan" / "study.json",
    runs=folder / "plan" / "runs.csv",
    store=folder / "store",
    checks=folder / "checks",
    out=folder / "tables",
    made_of=folder / "made_of.json",
    durations=folder / "durations.csv",
)
(most,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(most)
"""


def memory_of_tables(folder):
    """The largest memory of the job, in megabytes."""
    # as the kernel counts it from where the program starts: getrusage counts the process that forked it, too
    done = subprocess.run([sys.executable, "-c", JOB, folder], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def test_twenty_times_the_runs_take_less_than_five_times_the_memory(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from fan_in import make_study, train

    found, trained = [], {}
    for count in EXPERIMENTS:
        config, folder = tmp_path / f"{count}.yaml", tmp_path / str(count)
        experiments = ", ".join(f"{{name: e-{n}, task: recall, cells: [tanh]}}" for n in range(max(1, count)))
        lengths, seeds = ([40, 41, 42, 43, 44], 10) if count else ([40], 1)
        config.write_text(STUDY.format(lengths=lengths, seeds=seeds, experiments=experiments))
        study = validated_study(read_yaml(ROOT / "config.yaml", config), (ROOT / "config.yaml", config))
        trained |= train(study, tmp_path / "trained") if count < 2 else {}
        make_study(study, folder, trained)
        for name in ("powers", "equality"):
            write_json(folder / "checks" / f"{name}.json", [])
        found.append(memory_of_tables(folder))
    base, few, many = found
    assert many - base < 5 * (few - base), found  # what grows: specifications, and tables of a row per network
