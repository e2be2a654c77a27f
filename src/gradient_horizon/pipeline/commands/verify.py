"""A study run from nothing, again and again."""

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.verifying import PARTS, verify
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

CONFIG = Path("config.yaml")


def verify_study(*, files: list[Path]) -> None:
    """Runs the study of this folder again and again, here and as on other processors; exits with 1 if any differs.

    Raises ConfigError for files that describe no study. Exits with 2 outside of a checkout of the project, of which
    every run has a copy.
    """
    if lacking := [part for part in PARTS if not Path(part).exists()]:
        here = Path.cwd()
        refuse(f"verify must be called in a checkout of the project, got {here}, without {lacking[0]}")
    named = {file.name for file in files}
    laid = files if CONFIG.name in named else [CONFIG, *files]  # as Snakemake lays them
    validated_study(read_yaml(*laid), laid)
    with TemporaryDirectory(prefix="verify-") as place:
        differing = verify(Path.cwd(), Path(place), [str(file) for file in laid], report=partial(print, flush=True))
    if differing:
        sys.stderr.write("\n".join(("not the same in all runs:", *differing)) + "\n")
        sys.exit(1)
    print("all that is promised to be the same is the same in all runs")
