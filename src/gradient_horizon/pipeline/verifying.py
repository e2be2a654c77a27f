"""Runs a study twice from nothing, in environments as different as one machine allows, and compares the bytes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from gradient_horizon.pipeline.comparing import different_files, manifest

PARTS = ("Snakefile", "config.yaml", "profiles", "report", "src", "workflow")
CIRCUMSTANCES = {
    "one": {"cores": "1", "TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "USER": "somebody"},
    "another path/two": {"cores": "4", "TZ": "Asia/Kathmandu", "LC_ALL": "pl_PL.UTF-8", "PYTHONHASHSEED": "4294967295"},
}


def verify(root: Path, place: Path, configfiles: Sequence[str], *, report: Callable[[str], None]) -> list[str]:
    """Runs the study of a checkout twice, each time in a copy below `place`; returns the files that differ.

    Raises RuntimeError where a run fails.
    """
    for name, circumstances in CIRCUMSTANCES.items():
        report(f"running in {place / name}: {', '.join(f'{key} {value}' for key, value in circumstances.items())}")
        run_copy(root, place / name, configfiles, circumstances)
    first, second = (place / name / "results" for name in CIRCUMSTANCES)
    report("\n".join(f"{checksum}  {name}" for name, checksum in manifest(first).items()))
    return different_files(first, second)


def run_copy(root: Path, folder: Path, configfiles: Sequence[str], circumstances: dict[str, str]) -> None:
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
