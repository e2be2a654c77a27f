"""A folder for a study of one's own, with examples of all that it may hold."""

import re
import shutil
from pathlib import Path

from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.places import CONFIG, DEFAULT_PROFILE, PROFILES, PROJECT
from gradient_horizon.study.files import LONGEST_NAME, read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import NAME_PATTERN

TEMPLATE = PROJECT / "workflow" / "templates" / "study"
PLACEHOLDER = "study-name"
TAKEN = ("default",)
"""Names that mean another study: that of the package's config.yaml."""
RENAMED = {"gitignore": ".gitignore"}


def new_study(*, name: Path, from_: Path | None) -> None:
    """Makes a folder with a short study: config.yaml, examples of a cell, a task and data, and the Snakefile.

    `from_` is a configuration that stands in for the example. Exits with 2 for a folder that has something in it, or
    a name that no study can have; raises ConfigError for a configuration that is none.
    """
    if not re.fullmatch(NAME_PATTERN, name.name) or len(name.name) > LONGEST_NAME or name.name in TAKEN:
        rule = f"small letters, digits and single hyphens, at most {LONGEST_NAME}"
        refuse(f"the name of a study must be {rule}, such as my-study, and not {TAKEN[0]!r}, got {name.name!r}")
    if not name.parent.is_dir():
        refuse(f"the folder of a study must be made in one that exists, got {str(name)!r}")
    if name.is_symlink() or (name.exists() and not (name.is_dir() and not any(name.iterdir()))):
        refuse(f"the folder of a study must be new or empty, got {str(name)!r}, which exists")
    if from_:
        validated_study(read_yaml(from_), [from_])
    try:
        _fill(name, from_)
    except OSError as error:
        shutil.rmtree(name, ignore_errors=True)
        refuse(f"the folder of a study must be where files can be written, got {str(name)!r}: {error.strerror}")
    print(
        f"{name} has a study; there, `snakemake --cores 2` runs it, and `gradient_horizon plan` says how long it takes"
    )


def _fill(folder: Path, config: Path | None) -> None:
    for file in sorted(TEMPLATE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            _copy(file, folder / file.relative_to(TEMPLATE).with_name(RENAMED.get(file.name, file.name)), folder.name)
    shutil.copytree(DEFAULT_PROFILE, folder / PROFILES.name / DEFAULT_PROFILE.name)
    if config:
        shutil.copyfile(config, folder / CONFIG.name)


def _copy(file: Path, copy: Path, study: str) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(file.read_text(encoding="utf-8").replace(PLACEHOLDER, study), encoding="utf-8")
