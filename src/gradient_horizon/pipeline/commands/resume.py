"""The study that was started last, started again."""

import json
import subprocess
import sys
from typing import NoReturn

from gradient_horizon.pipeline.command_line import REFUSED
from gradient_horizon.pipeline.places import LAST, RESULTS
from gradient_horizon.pipeline.progress_files import read_study
from gradient_horizon.storage import is_whole


def resume(*, cores: int | None) -> None:
    """Unlocks the folder, and calls Snakemake as it was called last; exits with its status.

    `cores` stand in for those of that call. Exits with 2 where nothing was ever started, or a study is being worked on.
    """
    if not is_whole(LAST):
        _refuse(f"{LAST} must say what was started last, got no such file: nothing was interrupted here")
    for folder in sorted(RESULTS.glob("*")):
        study = read_study(folder)
        if study and study.ended is None and study.process.exists():
            _refuse(f"{folder} must be at rest, but process {study.process.number} works on it; see `make status`")
    arguments: list[str] = json.loads(LAST.read_text(encoding="utf-8"))["arguments"]
    options, targets = _divided(arguments)
    again = [*options, *(["--cores", str(cores)] if cores else []), *targets]
    snakemake = [sys.executable, "-m", "snakemake"]
    subprocess.run([*snakemake, *options, "--unlock", *targets], check=False, capture_output=True)
    print(f"snakemake {' '.join(again)}", flush=True)
    sys.exit(subprocess.run([*snakemake, *again], check=False).returncode)


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before "--", and the rest."""
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place:]


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(REFUSED)
