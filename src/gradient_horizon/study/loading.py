"""Validates a merged configuration: gives a study, or a sentence for each reason why it cannot be run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import called, file_problems, study_name
from gradient_horizon.study.model import FREE, Study
from gradient_horizon.study.origins import Origins
from gradient_horizon.study.overruled import overruled
from gradient_horizon.study.problems import contradictions
from gradient_horizon.study.refusals import explain


def validated_study(config: Mapping[str, Any], files: Sequence[Path] = ()) -> Study:
    """The validated study; raises ConfigError listing every problem with its key, what was given, what is legal.

    `config` is the merged configuration, `files` are those that it was read from, checked as text as well. A study
    without a name has that of its files. Keys that begin with x- are the user's own, to hold what aliases repeat.
    """
    if problems := [problem for file in files for problem in file_problems(file)]:
        raise ConfigError(problems, called(files))
    plain = {key: value for key, value in _plain(config).items() if not str(key).startswith(FREE)}
    try:
        study = Study.model_validate({**plain, "name": study_name(config, files)})
        problems = list(contradictions(study)) or list(overruled(study, plain))
    except ValidationError as error:
        problems = list(explain(error, plain))
    if problems:
        origins = Origins(files, config)
        raise ConfigError(map(origins.told, problems), called(files))
    return study


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
