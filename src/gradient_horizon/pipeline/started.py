"""How a study was started: what goes on with it, and what keeps another one out of its results."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.places import RESULTS, results_of
from gradient_horizon.storage import is_whole, write_json
from gradient_horizon.study.model import Study

FILE = Path("plan") / "started.json"


@dataclass(frozen=True)
class Started:
    """A call of Snakemake: its arguments, the folder in which it was made, and the study's files with their digest."""

    arguments: list[str]
    folder: str = "."
    files: list[str] = field(default_factory=list)
    study: str = ""

    @classmethod
    def read(cls, file: Path) -> "Started | None":
        """What was recorded; nothing where nothing was."""
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if is_whole(file) else None

    def write(self, file: Path) -> None:
        """Keeps it, for whoever goes on with the study; a file that says the same stays as it is."""
        if Started.read(file) != self:
            write_json(file, asdict(self))


def started_studies() -> dict[str, Started]:
    """The studies that were started in this folder, by name."""
    found = {folder.name: Started.read(folder / FILE) for folder in sorted(RESULTS.glob("*/"))}
    return {name: started for name, started in found.items() if started}


def started(study: Study, arguments: list[str], files: list[str], workflow: Any) -> Started:
    """This call of Snakemake."""
    digest = hashlib.sha256(study.model_dump_json().encode()).hexdigest()
    return Started(arguments, os.path.relpath(_called_in(workflow)), files, digest)


def refuse_other_files(study: Study, now: Started) -> None:
    """Raises ConfigError where the results of this name are those of another study, made of other files."""
    before = Started.read(results_of(study.name) / FILE)
    if before and before.files != now.files and before.study != now.study:
        raise ConfigError(
            [
                f"name: must be one of its own for each study of a folder, got {study.name!r}, whose results in "
                f"{results_of(study.name)} were made from {', '.join(before.files)}, for {', '.join(now.files)}; "
                "state another `name`, or move these results away"
            ]
        )


def _called_in(workflow: Any) -> Path:
    """The folder from which Snakemake was called, which --directory makes it leave before it reads the Snakefile."""
    if workflow.overwrite_workdir is None:
        return Path(workflow.workdir_init)
    shell = Path(os.environ.get("PWD", ""))
    there = shell / workflow.overwrite_workdir
    return shell if there.is_dir() and there.samefile(workflow.workdir_init) else Path(workflow.workdir_init)
