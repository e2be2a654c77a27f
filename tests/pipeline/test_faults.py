"""Interruptions of a study, and damage to its files: one command goes on, nothing is lost, the bytes are the same.

Each injection works on a copy of a small finished study from which one stage and what follows it has been taken away.
"""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest
import yaml
from disturbed_study import PARTS, SECONDS, SNAKEMAKE, STUDY, Study, files, is_passing, wait_for
from tiny_study import ROOT

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
STAGES = ("training", "measuring", "tables", "claims")
BATCH = ("training", "measuring")
"""Stages that the job of a batch goes through, run by run."""

HARMS = ("bit-flipped", "truncated", "empty", "another's", "without its checksum")
HARMED = ("networks", "history", "outcome", "provenance", "measures")
"""Parts of a run in the store."""

HARMED_RESULTS = (
    "checks/powers.json",
    "plan/runs.csv",
    "tables/networks.parquet",
    "tables/gradients.parquet",
)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A finished study, whose package keeps a training's state after every tenth of a second.

    It does not look for room before it starts, so that a disk can fill up in the middle.
    """
    place = tmp_path_factory.mktemp("faults")
    shutil.copytree(ROOT / "src", place / "package", ignore=shutil.ignore_patterns("__pycache__"))
    checkpoints = place / "package" / "gradient_horizon" / "training" / "checkpoints.py"
    slow = "SECONDS_BETWEEN_CHECKPOINTS = 30.0"
    assert slow in checkpoints.read_text()
    checkpoints.write_text(checkpoints.read_text().replace(slow, "SECONDS_BETWEEN_CHECKPOINTS = 0.1"))
    room = place / "package" / "gradient_horizon" / "pipeline" / "room.py"
    looks = "    problems = [*disk_problems"
    assert looks in room.read_text()
    room.write_text(room.read_text().replace(looks, f"    return\n{looks}"))
    folder = place / "template"
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        for whole in (place, folder):  # the package finds its texts above itself
            copy(ROOT / part, whole / part)
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
    own, expected = ({path.relative_to(s.folder): path for path in files(s)} for s in (study, template))
    lost = [path for path, changed in kept.items() if not path.exists() or path.stat().st_mtime_ns != changed]
    both = own.keys() & expected.keys()
    unequal = (own.keys() ^ expected.keys()) | {n for n in both if own[n].read_bytes() != expected[n].read_bytes()}
    return lost, sorted(unequal)


def interrupt(study, kind, stage, delay):
    """Starts the study, and sends the signal when a job of this stage has been at work for so long."""
    number, receiver = SIGNALS[kind]
    process = study.start()
    job = wait_for(lambda: study.job("batch" if stage in BATCH else stage))
    if stage in BATCH:
        wait_for(lambda: stage in study.log_of_batch())
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
    study.take_away("training")
    kept = study.kept()
    state = study.stored.checkpoint
    process = study.start()
    wait_for(state.exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(SECONDS)
    assert state.exists()
    if kind == "damaged state of training":
        harm(state, generator.choice(HARMS), generator)
    study.resume()
    assert ("going on after update" in study.log_of_batch()) == (kind == "lost training")
    assert not state.exists()
    return outcome(study, template, kept)


def inject_batch_between_runs(study, template, kind, generator):
    """A batch that is killed when its first run is complete leaves that run, and the next call does the other only."""
    shutil.rmtree(study.store)
    study.take_away("tables")
    process = study.start("--config", "batch_minutes=60")
    wait_for(lambda: len(list(study.store.glob("runs/*/*/measures-*.safetensors"))) == 1)
    job = study.job("batch")
    os.kill(job, signal.SIGKILL)
    process.wait(SECONDS)
    (measures,) = study.store.glob("runs/*/*/measures-*.safetensors")
    kept = {path: path.stat().st_mtime_ns for path in measures.parent.iterdir() if path.is_file()}
    study.resume()
    return outcome(study, template, {path: changed for path, changed in kept.items() if not is_passing(path)})


def inject_second_snakemake(study, template, kind, generator):
    """Two studies of one folder that ask for the same runs work on one store at once."""
    shutil.rmtree(study.store)
    study.take_away("tables")
    shutil.copy(study.folder / "tiny.yaml", study.folder / "second.yaml")
    environment = {**os.environ, "PYTHONPATH": str(study.package)}
    command = [SNAKEMAKE, "--cores", "1", "--configfile", "config.yaml", "second.yaml", "--"]
    process = study.start()
    time.sleep(generator.uniform(0, 2))
    second = subprocess.run(
        [*command, "results/second/claims/verdicts.parquet"], cwd=study.folder, env=environment, capture_output=True
    )
    assert second.returncode == 0, second.stderr.decode()[-4000:]
    assert process.wait(SECONDS) == 0
    for table in ("networks", "gradients"):
        one, other = (study.folder / "results" / name / "tables" / f"{table}.parquet" for name in ("tiny", "second"))
        assert one.read_bytes() == other.read_bytes()
    return outcome(study, template, {})


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
    """A file that is not what was written is never used; the step that needs it says so, or makes it again at once."""
    part = generator.choice([*HARMED, *HARMED_RESULTS])
    if part in HARMED:
        path = getattr(study.stored, part)
        study.take_away("measuring" if part == "networks" else "tables")
    else:
        path = study.results / part
        study.take_away("claims" if part.startswith("tables") else "tables")
    harm(path, kind.removesuffix(" file"), generator)
    kept = {path_: changed for path_, changed in study.kept().items() if not is_made_with(path_, study, path)}
    heals_itself = part == "networks"
    assert (study.finish() == 0) == heals_itself
    log = study.log_of_batch() if heals_itself else (study.folder / "snakemake.log").read_text()
    assert f"{path.relative_to(study.folder)} is not what was written there" in log
    assert "Traceback" not in log
    study.resume()
    return outcome(study, template, kept)


def is_made_with(path, study, harmed):
    """Whether a file is made by the job that makes the harmed one, or from it."""
    if harmed.is_relative_to(study.store):
        return path.is_relative_to(study.stored.folder)
    first, parts = harmed.relative_to(study.results).parts[0], path.relative_to(study.folder).parts
    return parts[0] == "results" and parts[2] in (first, "tables", "claims", "made_of.json", ".sha256")


def mounted(folder):
    """A folder on a small file system of its own; skips where that is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    content = folder.rename(folder.with_name(f"{folder.name} before"))
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs a kernel that lets root mount a small file system")
    shutil.copytree(content, folder, dirs_exist_ok=True)
    shutil.rmtree(content)
    return folder


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def inject_disk(study, template, kind, generator):
    is_store = kind.endswith("store")
    folder = mounted(study.store if is_store else study.folder / "results")
    try:
        study.take_away(generator.choice(BATCH if is_store else STAGES))
        kept = study.kept()
        if kind.startswith("full disk"):
            used = sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*"))
            remount(folder, f"size={used + 4096 * generator.randrange(1, 8)}")
        else:
            remount(folder, "ro")
        assert study.finish() != 0
        log = (study.folder / "snakemake.log").read_text()
        assert not is_store or "must be a folder that can be written to" in log
        remount(folder, "rw,size=64m")
        assert study.finish() == 0, (study.folder / "snakemake.log").read_text()[-4000:]
        return outcome(study, template, kept)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


KINDS = {
    **dict.fromkeys(SIGNALS, inject_signal),
    "lost training": inject_lost_training,
    "damaged state of training": inject_lost_training,
    **dict.fromkeys((f"{way} file" for way in HARMS), inject_harm),
    "full disk": inject_disk,
    "read-only results": inject_disk,
    "full disk of the store": inject_disk,
    "read-only store": inject_disk,
    "a batch killed between its runs": inject_batch_between_runs,
    "two Snakemakes on one store": inject_second_snakemake,
}


ALWAYS = ("kill -9 of the group", "lost training", "bit-flipped file", "full disk of the store")
RARELY = (
    "kill -9 of Snakemake", "kill -9 of a job", "SIGTERM to a job", "SIGTERM to the group", "closed terminal",
    "truncated file", "empty file", "another's file",
)  # fmt: skip
"""Kinds that are another's but for their signal or bytes, which only `make faults` injects.

Every run of the tests injects those of ALWAYS, `make test-long` all others.
"""


def when(kind):
    """The mark of a kind of fault: none, long, or faults."""
    return () if kind in ALWAYS else pytest.mark.faults if kind in RARELY else pytest.mark.long


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=when(kind)) for kind in KINDS])
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
    assert len(KINDS) >= 17
    assert len(KINDS) * TIMES >= 68
