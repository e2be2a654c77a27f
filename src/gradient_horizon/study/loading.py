"""Validates a merged configuration: gives a study, or a sentence for each reason why it cannot be run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import file_problems, study_name
from gradient_horizon.study.model import Study
from gradient_horizon.study.problems import contradictions, explain


def load_study(config: Mapping[str, Any], files: Sequence[Path] = ()) -> Study:
    """The validated study; raises ConfigError listing every problem with its key, what was given, what is legal.

    `config` is the merged configuration, `files` are those that it was read from, checked as text as well. A study
    without a name has that of its files.
    """
    if problems := [problem for file in files for problem in file_problems(file)]:
        raise ConfigError(problems)
    try:
        study = Study.model_validate({**_plain(config), "name": study_name(config, files)})
    except ValidationError as error:
        raise ConfigError(explain(error, config)) from None
    if problems := list(contradictions(study)):
        raise ConfigError(problems)
    return study


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
