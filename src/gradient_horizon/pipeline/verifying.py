"""Runs a study from nothing, again and again, in environments as different as one machine allows, and compares them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gradient_horizon.engine.objects import architecture
from gradient_horizon.pipeline.comparing import different_files, manifest
from gradient_horizon.pipeline.comparing_processors import compare_processors
from gradient_horizon.pipeline.places import results_of
from gradient_horizon.pipeline.processors import AVX2, FAMILY, PLAIN
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

PARTS = ("Snakefile", "config.yaml", "profiles", "report", "src", "workflow")
CIRCUMSTANCES = {
    "one": {"cores": "1", "TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "USER": "somebody"},
    "another path/two": {"cores": "4", "TZ": "Asia/Kathmandu", "LC_ALL": "pl_PL.UTF-8", "PYTHONHASHSEED": "4294967295"},
}
PROCESSORS = {
    "another processor/AVX2 only": {"cores": "4", **AVX2},
    "another processor/plain x86-64": {"cores": "4", **PLAIN},
}

Report = Callable[[str], None]


def verify(root: Path, place: Path, configfiles: Sequence[str], *, report: Report) -> list[str]:
    """Runs the study of a checkout in copies below `place`; returns what differs from the first run and must not.

    Every byte is compared with that of another environment, and what is promised (see `compare_processors`) with that
    of other processors, where this one can compute as they do. Raises RuntimeError where a run fails.
    """
    for name, circumstances in CIRCUMSTANCES.items():
        _run(root, place / name, configfiles, circumstances, report)
    files = [root / file for file in configfiles]
    study = validated_study(read_yaml(*files), files).name
    first, second = (place / name / results_of(study) for name in CIRCUMSTANCES)
    report("\n".join(f"{checksum}  {name}" for name, checksum in manifest(first).items()))
    differing = different_files(first, second)
    if architecture() != FAMILY:
        report(f"other processors are not imitated: this one is of the family {architecture()}, not {FAMILY}")
        return differing
    for name, environment in PROCESSORS.items():
        _run(root, place / name, configfiles, environment, report)
        found = compare_processors(place / name, place / next(iter(CIRCUMSTANCES)), study)
        differing += [f"{name}: {difference.where}: {difference.what}" for difference in found]
    return differing


def _run(
    root: Path, folder: Path, configfiles: Sequence[str], circumstances: Mapping[str, str], report: Report
) -> None:
    report(f"running in {folder}: {', '.join(f'{key} {value}' for key, value in circumstances.items())}")
    run_copy(root, folder, configfiles, circumstances)


def run_copy(root: Path, folder: Path, configfiles: Sequence[str], circumstances: Mapping[str, str]) -> None:
    """Copies the files of a project and runs a study in the copy; raises RuntimeError with the end of the log."""
    folder.mkdir(parents=True)
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / part, folder / part)
    settings = {key: value for key, value in circumstances.items() if key != "cores"}
    environment = {**os.environ, **settings, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "snakemake", "--cores", circumstances["cores"], "--configfile", *configfiles]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the run in {folder} failed:\n{done.stderr[-3000:]}")
