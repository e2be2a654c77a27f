"""The folder that a study stands in: its config.yaml, its own modules, and what Snakemake makes of it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from gradient_horizon.pipeline.places import CONFIG, PRESETS, PROJECT
from gradient_horizon.pipeline.startup import find_own_modules_last


def find_configuration(workflow: Any) -> str:
    """The configuration that the Snakefile starts from, as a path from the folder that Snakemake works in.

    That is config.yaml of the current folder, else the one beside the Snakefile: a study in a folder of its own is then
    worked on there, unless --directory says otherwise. Presets of the project are laid over its own config.yaml.
    Raises WorkflowError.
    """
    here, beside = Path(CONFIG.name), Path(workflow.basedir).resolve() / CONFIG.name
    if not here.exists() and beside.exists() and (beside != CONFIG or PROJECT in Path.cwd().parents):
        workflow.workdir(str(beside.parent))
    if any(PRESETS in Path(file).resolve().parents for file in workflow.overwrite_configfiles):
        return _from_here(CONFIG)
    if here.exists():
        return str(here)
    if beside.exists():
        return _from_here(beside)
    raise WorkflowError(
        f"a study must have a file {here}, got none in {Path.cwd()} or {beside.parent}; "
        "`python -m gradient_horizon new NAME` makes a folder with one"
    )


def _from_here(file: Path) -> str:
    return file.name if file.parent == Path.cwd() else str(file)


def configuration_files(workflow: Any) -> list[Path]:
    """The files that a study is described by, each once, in the order in which they are laid over each other."""
    *given, first = (Path(file) for file in workflow.configfiles)  # Snakemake puts that of the Snakefile last
    return [first, *(file for file in given if file.resolve() != first.resolve())]


def shown(files: Sequence[Path]) -> list[str]:
    """The files as their names stay when a study's folder, or the project, is moved."""
    return [_shown(file.resolve()) for file in files]


def _shown(file: Path) -> str:
    here = Path.cwd()
    if file.is_relative_to(here):
        return file.relative_to(here).as_posix()
    return f"gradient_horizon/{file.relative_to(PROJECT).as_posix()}" if file.is_relative_to(PROJECT) else str(file)


def import_own_modules(config: Path) -> Path:
    """Lets this process and its jobs find modules of the user's own, in the study's folder, which it returns.

    That is the current folder, or the one that `config` stands in, if that is a study's.
    """
    here, beside = Path.cwd(), config.resolve().parent
    folder = here if beside == PROJECT else beside
    find_own_modules_last(str(folder))
    if folder != here:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return folder
