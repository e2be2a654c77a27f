"""A study run twice from nothing."""

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from gradient_horizon.pipeline.verifying import verify


def verify_study(*, files: list[Path]) -> None:
    """Runs the study of this folder twice from nothing and compares every byte; exits with 1 if any differs."""
    with TemporaryDirectory(prefix="verify-") as place:
        differing = verify(Path.cwd(), Path(place), [str(file) for file in files], report=partial(print, flush=True))
    if differing:
        sys.stderr.write("\n".join(("not the same in both runs:", *differing)) + "\n")
        sys.exit(1)
    print("all files are the same in both runs")
