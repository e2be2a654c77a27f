"""A small study that is disturbed: what is there, what is taken away, which jobs run."""

import csv
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tiny_study
from tiny_study import TINY

from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store

PARTS = tuple(part for part in tiny_study.PARTS if part != "src")
SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
RESULTS = "results/tiny"
TARGETS = [f"{RESULTS}/claims/verdicts.parquet"]
STUDY = {
    "title": "faults",
    "defaults": {**TINY["defaults"], "updates": 3000, "evaluate_every": 1000, "hidden_gradients_every": 100},
    "experiments": [{"name": "memory", "task": "recall", "cells": ["tanh"]}],
}
SECONDS = 1800
"""What any command here may take at most."""


@dataclass(frozen=True)
class Study:
    """A folder with a Snakefile, and the package that its jobs import."""

    folder: Path
    package: Path

    @property
    def results(self):
        return self.folder / RESULTS

    @property
    def store(self):
        return self.folder / "store"

    @property
    def stored(self):
        """The run that is disturbed; the other one is not."""
        with (self.package.parent / "template" / RESULTS / "plan" / "runs.csv").open() as file:
            row = next(csv.DictReader(file))
        return Store(self.store).run(Keys(row["networks"], row["history"], row["measures"]))

    def start(self, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(self.package)}
        command = [SNAKEMAKE, "--cores", "2", "--configfile", "config.yaml", "tiny.yaml", *arguments, "--", *TARGETS]
        with (self.folder / "snakemake.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log, process_group=0)

    def finish(self, *arguments):
        return self.start(*arguments).wait(SECONDS)

    def resume(self):
        """What `make resume` does."""
        command = [sys.executable, "-m", "gradient_horizon", "resume"]
        environment = {**os.environ, "PYTHONPATH": str(self.package)}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def take_away(self, stage):
        """Removes what a stage has made, of one run where it is one, and all that is made from it."""
        own = {"training": [self.stored.folder], "measuring": [self.stored.measures]}.get(stage, [])
        if stage == "measuring":
            own.append(self.stored.measures.parent / ".sha256" / self.stored.measures.name)
        made = ["claims"] if stage == "claims" else ["tables", "claims", "made_of.json", ".sha256/made_of.json"]
        logs = self.results.glob("logs/batches/*.log")
        for path in (*own, *(self.results / name for name in made), *logs):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def kept(self):
        """What is there and whole, with the time of its last change."""
        return {path: path.stat().st_mtime_ns for path in files(self)}

    def log_of_batch(self):
        """What the jobs of batches have printed since the last was taken away."""
        return "".join(path.read_text() for path in self.results.glob("logs/batches/*.log"))

    def job(self, step):
        """The process of a job, once there is one."""
        for process in Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
                if [b"gradient_horizon", step.encode()] == command[2:4] and (process / "cwd").readlink() == self.folder:
                    return int(process.name)
            except (OSError, ValueError):
                continue
        return None


def files(study):
    """All that a study has made, but for logs, timings and what an interruption leaves lying about."""
    found = (path for top in (study.results, study.store) for path in top.rglob("*") if path.is_file())
    return [path for path in found if not is_passing(path.relative_to(study.folder))]


def is_passing(path):
    """Whether a file tells of the way to the results rather than being one."""
    ways = (
        "timeline.svg",
        "started.json",
        "logs",
        "progress",
        "batches",
        "last.json",
        "rounds.json",
        "store.csv",
        "durations.json",
        "durations.csv",
    )
    return path.suffix in (".tmp", ".damaged") or any(part in (*ways, "checkpoint.safetensors") for part in path.parts)


def wait_for(condition):
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found
