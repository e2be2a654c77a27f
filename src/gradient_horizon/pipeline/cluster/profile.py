"""What the profile for Slurm says, as far as it is asked before jobs start."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.beside_study import BATCH_MINUTES
from gradient_horizon.pipeline.study_batches import MINUTES_ELSEWHERE, checked_minutes
from gradient_horizon.study.files import read_yaml

FILE = Path("profiles") / "slurm" / "profile.yaml"
"""Relative to the folder of a study."""


class Profile(NamedTuple):
    """Where batches are to run, how Snakemake asks for them, how long each should take, in minutes, how often one
    that failed is submitted again, and further options of sbatch."""

    partition: str = ""
    account: str = ""
    status_command: str | None = None
    batch_minutes: float = MINUTES_ELSEWHERE
    retries: int = 0
    extra: tuple[str, ...] = ()


def read_profile(file: Path = FILE) -> Profile:
    """The profile in this file, or one that says nothing where there is none; raises ConfigError."""
    if not file.is_file():
        return Profile()
    content = read_yaml(file)
    resources, config = (_pairs(content.get(name)) for name in ("default-resources", "config"))
    try:
        minutes = checked_minutes(_number(config.get(BATCH_MINUTES, MINUTES_ELSEWHERE)))
        retries = _retries(content.get("retries", content.get("restart-times", 0)))
        extra = _options(_text(resources, "slurm_extra"))
    except ConfigError as error:
        raise ConfigError(error.problems, str(file)) from None
    return Profile(
        _text(resources, "slurm_partition"),
        _text(resources, "slurm_account"),
        content.get("slurm-status-command"),
        minutes,
        retries,
        extra,
    )


def _text(resources: Mapping[str, Any], name: str) -> str:
    """A text, which Snakemake takes with quotes around it and without."""
    text = str(resources.get(name) or "")
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _number(given: Any) -> Any:
    """A number where a text is one, as Snakemake takes it."""
    try:
        return float(given) if isinstance(given, str) else given
    except ValueError:
        return given


def _retries(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise ConfigError([f"retries: must be a whole number, 0 or more, such as 2, got {given!r}"])
    return given


def _options(given: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(given))
    except ValueError as error:
        raise ConfigError(
            [f"slurm_extra: must be options of sbatch, such as --exclude=node7, got {given!r}: {error}"]
        ) from None


def _pairs(given: Any) -> Mapping[str, Any]:
    """Keys and values, which Snakemake takes as a mapping, as a list of KEY=VALUE, or as one."""
    if isinstance(given, Mapping):
        return given
    pairs = [given] if isinstance(given, str) else given or ()
    return {key: value for key, _, value in (str(each).partition("=") for each in pairs)}
