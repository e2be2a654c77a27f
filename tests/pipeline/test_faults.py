"""Interruptions of a study, and damage to its files: one command goes on, nothing is lost, the bytes are the same.

Each injection works on a copy of a small finished study from which one stage and what follows it has been taken away.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "config.yaml", "profiles", "report", "workflow")
SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
TARGETS = ["results/claims/verdicts.parquet"]
STUDY = {
    "title": "faults",
    "defaults": {
        "lengths": [4, 6],
        "seeds": 2,
        "seeds_per_job": 2,
        "hidden_size": 4,
        "batch_size": 8,
        "learning_rates": [0.01],
        "updates": 3000,
        "evaluate_every": 1000,
        "evaluation_sequences": 16,
        "hidden_gradients_every": 100,
    },
    "experiments": [{"name": "memory", "task": "recall", "cells": ["tanh"]}],
}
SECONDS = 1800
"""What any command here may take at most."""

SIGNALS = {
    "kill -9 of Snakemake": (signal.SIGKILL, "snakemake"),
    "kill -9 of a job": (signal.SIGKILL, "job"),
    "kill -9 of the group": (signal.SIGKILL, "group"),
    "SIGTERM to Snakemake": (signal.SIGTERM, "snakemake"),
    "SIGTERM to a job": (signal.SIGTERM, "job"),
    "SIGTERM to the group": (signal.SIGTERM, "group"),
    "Ctrl-C": (signal.SIGINT, "group"),
    "closed terminal": (signal.SIGHUP, "group"),
}
STAGES = ("train", "measure", "tables", "claims")
HARMS = ("bit-flipped", "truncated", "empty", "another's", "without its checksum")
HARMED = (
    "runs/{run}/networks.safetensors",
    "runs/{run}/history.safetensors",
    "runs/{run}/outcome.json",
    "measures/{run}.safetensors",
    "measures/powers.json",
    "plan/runs.txt",
    "tables/networks.parquet",
    "tables/gradients.parquet",
)


@dataclass(frozen=True)
class Study:
    """A folder with a Snakefile, and the package that its jobs import."""

    folder: Path
    package: Path

    @property
    def results(self):
        return self.folder / "results"

    @property
    def run(self):
        """The run that is disturbed; the other one is not."""
        return sorted(path.name for path in (self.package.parent / "template/results/runs").iterdir())[0]

    def start(self, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(self.package)}
        command = [SNAKEMAKE, "--cores", "2", "--configfile", "config.yaml", "tiny.yaml", *arguments, "--", *TARGETS]
        with (self.folder / "snakemake.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log, process_group=0)

    def finish(self, *arguments):
        return self.start(*arguments).wait(SECONDS)

    def resume(self):
        """What `make resume` does."""
        assert self.finish("--unlock") == 0
        assert self.finish() == 0, (self.folder / "snakemake.log").read_text()[-4000:]

    def take_away(self, stage):
        """Removes what a stage has made, of one run where it is one, and all that is made from it."""
        measures = (f"measures/{self.run}.safetensors", f"measures/.sha256/{self.run}.safetensors")
        made = {
            "train": [f"runs/{self.run}", *measures, "tables", "claims"],
            "measure": [*measures, "tables", "claims"],
            "tables": ["tables", "claims"],
            "claims": ["claims"],
        }[stage]
        for path in (self.results / name for name in [*made, f"logs/train/{self.run}.log"]):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def kept(self):
        """What is there and whole, with the time of its last change."""
        return {path: path.stat().st_mtime_ns for path in files(self.results)}

    def job(self, stage):
        """The process of a stage's job, once there is one."""
        for process in Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
                if [b"gradient_horizon", stage.encode()] == command[2:4] and (
                    process / "cwd"
                ).readlink() == self.folder:
                    return int(process.name)
            except (OSError, ValueError):
                continue
        return None


def files(results):
    """All that a study has made, but for logs, timings and what an interruption leaves lying about."""
    found = (path for path in results.rglob("*") if path.is_file() and path.suffix not in (".tmp", ".damaged"))
    return [path for path in found if path.relative_to(results).parts[0] not in ("logs", "benchmarks", "checkpoints")]


def wait_for(condition):
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A finished study, whose package keeps a training's state after every tenth of a second."""
    place = tmp_path_factory.mktemp("faults")
    shutil.copytree(ROOT / "src", place / "package", ignore=shutil.ignore_patterns("__pycache__"))
    checkpoints = place / "package" / "gradient_horizon" / "training" / "checkpoints.py"
    slow = "SECONDS_BETWEEN_CHECKPOINTS = 30.0"
    assert slow in checkpoints.read_text()
    checkpoints.write_text(checkpoints.read_text().replace(slow, "SECONDS_BETWEEN_CHECKPOINTS = 0.1"))
    folder = place / "template"
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    (folder / "tiny.yaml").write_text(yaml.safe_dump(STUDY))
    study = Study(folder, place / "package")
    assert study.finish() == 0, (folder / "snakemake.log").read_text()[-4000:]
    return study


@pytest.fixture
def study(template, tmp_path):
    """A copy of the finished study."""
    return copy_of(template, tmp_path / "study")


def copy_of(template, folder):
    shutil.copytree(template.folder, folder)
    return Study(folder, template.package)


def outcome(study, template, kept):
    """Files that were there and are lost or made again, and those whose bytes differ from the undisturbed study's."""
    own, expected = ({path.relative_to(s.results): path for path in files(s.results)} for s in (study, template))
    lost = [path for path, changed in kept.items() if not path.exists() or path.stat().st_mtime_ns != changed]
    both = own.keys() & expected.keys()
    unequal = (own.keys() ^ expected.keys()) | {n for n in both if own[n].read_bytes() != expected[n].read_bytes()}
    return lost, sorted(unequal)


def interrupt(study, kind, stage, delay):
    """Starts the study, and sends the signal when a job of this stage has been at work for so long."""
    number, receiver = SIGNALS[kind]
    process = study.start()
    log = study.results / "logs" / "train" / f"{study.run}.log"
    job = wait_for(lambda: study.job(stage))
    if stage == "train":
        wait_for(lambda: log.exists() and "training" in log.read_text())
    time.sleep(delay)
    if receiver == "group":
        os.killpg(process.pid, number)
    else:
        try:
            os.kill(process.pid if receiver == "snakemake" else job, number)
        except ProcessLookupError:
            assert receiver == "job"  # over before its time had come
    process.wait(SECONDS)


def inject_signal(study, template, kind, generator):
    stage = generator.choice(STAGES)
    study.take_away(stage)
    kept = study.kept()
    interrupt(study, kind, stage, generator.uniform(0, 1.2))
    study.resume()
    return outcome(study, template, kept)


def inject_lost_training(study, template, kind, generator):
    """A training that is killed goes on from its last state, or from the start where the state is damaged."""
    study.take_away("train")
    kept = study.kept()
    state = study.results / "checkpoints" / f"{study.run}.safetensors"
    process = study.start()
    wait_for(state.exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(SECONDS)
    assert state.exists()
    if kind == "damaged state of training":
        harm(state, generator.choice(HARMS), generator)
    study.resume()
    log = (study.results / "logs" / "train" / f"{study.run}.log").read_text()
    assert ("going on after update" in log) == (kind == "lost training")
    assert not state.exists()
    return outcome(study, template, kept)


def harm(path, way, generator):
    content = path.read_bytes()
    place = generator.randrange(len(content))
    if way == "bit-flipped":
        path.write_bytes(
            content[:place] + bytes([content[place] ^ (1 << generator.randrange(8))]) + content[place + 1 :]
        )
    elif way == "truncated":
        path.write_bytes(content[:place])
    elif way == "empty":
        path.write_bytes(b"")
    elif way == "another's":
        path.write_bytes(content.replace(b"0", b"1") + b" ")
    else:
        (path.parent / ".sha256" / path.name).unlink()


def inject_harm(study, template, kind, generator):
    name = generator.choice(HARMED).format(run=study.run)
    stage = {"tables": "claims", "runs": "measure" if "networks" in name else "tables"}.get(
        name.split("/")[0], "tables"
    )
    study.take_away(stage)
    harm(study.results / name, kind.removesuffix(" file"), generator)
    kept = {path: changed for path, changed in study.kept().items() if not is_made_with(path, study, name)}
    assert study.finish() != 0
    log = (study.folder / "snakemake.log").read_text()
    assert f"results/{name} is not what was written there" in log
    assert "Traceback" not in log
    study.resume()
    return outcome(study, template, kept)


def is_made_with(path, study, name):
    """Whether a file is made by the job that makes the harmed one, or from it."""
    own = name.split("/")[0] if study.run not in name else study.run
    parts = path.relative_to(study.results).parts
    return any(part.startswith(own) for part in parts) or parts[0] in ("tables", "claims")


def mounted(study):
    """The study's results on a small file system of their own; skips where that is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    content = study.results.rename(study.folder / "content")
    study.results.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(study.results)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs a kernel that lets root mount a small file system")
    shutil.copytree(content, study.results, dirs_exist_ok=True)
    return study.results


def remount(results, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(results)], check=True)


def inject_disk(study, template, kind, generator):
    results = mounted(study)
    try:
        study.take_away(generator.choice(STAGES))
        kept = study.kept()
        if kind == "full disk":
            used = sum(-(-path.stat().st_size // 4096) * 4096 for path in results.rglob("*"))
            remount(results, f"size={used + 4096 * generator.randrange(1, 8)}")
        else:
            remount(results, "ro")
        assert study.finish() != 0
        remount(results, "rw,size=64m")
        study.resume()
        return outcome(study, template, kept)
    finally:
        subprocess.run(["umount", "--lazy", str(results)], check=True)


KINDS = {
    **dict.fromkeys(SIGNALS, inject_signal),
    "lost training": inject_lost_training,
    "damaged state of training": inject_lost_training,
    **dict.fromkeys((f"{way} file" for way in HARMS), inject_harm),
    "full disk": inject_disk,
    "read-only results": inject_disk,
}


ALWAYS = ("kill -9 of the group", "lost training", "bit-flipped file", "full disk")
"""Kinds that every run of the tests injects; `make test-long` injects the others."""


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind in ALWAYS else pytest.mark.long) for kind in KINDS]
)
def test_a_study_goes_on_after(kind, study, template):
    assert KINDS[kind](study, template, kind, random.Random(kind)) == ([], [])


TIMES = 4


@pytest.mark.faults
def test_many_faults_of_every_kind(template, tmp_path, capsys):
    harmless = True
    with capsys.disabled():
        print(f"\n{'fault':28}{'injected':>9}{'files lost':>11}{'final bytes equal':>19}")
        for kind, inject in KINDS.items():
            found = []
            for number in range(TIMES):
                copy = copy_of(template, tmp_path / "study")
                found.append(inject(copy, template, kind, random.Random(f"{kind} {number}")))
                shutil.rmtree(copy.folder)
            lost, unequal = (sum(len(names) for names in part) for part in zip(*found, strict=True))
            print(f"{kind:28}{len(found):9}{lost:11}{'no' if unequal else 'yes':>19}", flush=True)
            harmless &= lost == unequal == 0
    assert harmless
    assert len(KINDS) >= 12
    assert len(KINDS) * TIMES >= 60
