"""A study that was started, the last one or one by name, started again."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from gradient_horizon.folders import require_folders
from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.places import LAST, RESULTS, STORE
from gradient_horizon.pipeline.progress_files import read_study
from gradient_horizon.pipeline.started import Started, started_studies


def resume(*, study: str | None, cores: int | None) -> NoReturn:
    """Unlocks the folder, and becomes Snakemake, called as it was for this study, or last.

    So Ctrl-C and other signals reach Snakemake itself. `cores` stand in for those of that call, unless it was for a
    cluster. Exits with 2 where that study was never started, or one is being worked on.
    """
    require_folders(STORE, RESULTS)
    started = _started(study)
    for folder in sorted(RESULTS.glob("*")):
        _require_rest(folder)
    options, targets = _divided(started.arguments)
    is_elsewhere = _is_elsewhere(options)
    wished = ["--cores", str(cores)] if cores and not is_elsewhere else []
    if cores and is_elsewhere:
        print(f"--cores {cores} is left out: the study was started with a profile or an executor, which has its own")
    again = [*options, *wished, *targets]
    snakemake = [sys.executable, "-m", "snakemake"]
    subprocess.run([*snakemake, *options, "--unlock", *targets], cwd=started.folder, check=False, capture_output=True)
    print(f"snakemake {' '.join(again)}", flush=True)
    os.chdir(started.folder)
    os.execv(sys.executable, [*snakemake, *again])


def _require_rest(folder: Path) -> None:
    """Refuses to go on where a process works on a study; one of another machine does, unless it has said that it ended.

    What that machine is doing cannot be seen from here, and jobs may wait in a queue for days without a word.
    """
    known = read_study(folder)
    if known is None or known.ended is not None:
        return
    number, exists = known.process.number, known.process.exists()
    if exists:
        refuse(f"{folder} must be at rest, but process {number} works on it; see `status`")
    if exists is None:
        refuse(
            f"{folder} must be at rest, but process {number} of {known.process.machine} has not said that it ended; "
            "look there, and end it. If it is gone, say `snakemake --unlock`, then what you started the study with"
        )


def _is_elsewhere(options: list[str]) -> bool:
    """Whether Snakemake was called for a cluster, where the cores of this machine say nothing."""
    return any(re.fullmatch(r"(--profile|--executor|-e)(=.*)?", option) for option in options)


def _started(study: str | None) -> Started:
    """How the study, or the last one, was started; one may also be given by its folder, results/STUDY."""
    if study is None:
        if last := Started.read(LAST):
            return last
        refuse(f"{LAST} must say what was started last, got no such file: nothing was interrupted here")
    known = started_studies()
    name = study.rstrip("/").removeprefix(f"{RESULTS}/")
    if name not in known:
        legal = ", ".join(known) or "none, since no study was started here"
        refuse(f"the study must be one that was started in this folder, got {study!r}; legal: {legal}")
    return known[name]


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before "--", and the rest."""
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place:]
