"""What Snakemake is given beside a study, by --config or in a profile, and what no file of a study may say."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml

BATCH_MINUTES = "batch_minutes"
"""The key that says how long the job of a batch should be."""

CONTAINER = "container"
"""The key with the image in which jobs run: a file, or what Snakemake downloads, such as docker://..."""

BESIDE_STUDY = (BATCH_MINUTES, CONTAINER)


def taken_out(key: str, config: dict[str, Any], files: Sequence[Path], otherwise: Any = None) -> Any:
    """Takes a key out of what Snakemake was given, and returns its value, or `otherwise` where it was not.

    Raises ConfigError where it stands in one of the files of the study, which a profile would silently override.
    """
    if key in read_yaml(*files):
        advice = "it is no part of a study: give it with --config, or in a profile"
        raise ConfigError([f"{key}: must not stand in a file of the study; {advice}"])
    return config.pop(key, otherwise)
