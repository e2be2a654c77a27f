"""Runs the command line: `python -m gradient_horizon STEP ...`, or `gradient_horizon STEP ...`."""

import os
from pathlib import Path
from typing import NoReturn

from gradient_horizon.pipeline.startup import find_own_modules_last, importing, leave

os.environ["MPLBACKEND"] = "agg"  # one that a notebook passes on may not exist here, and Matplotlib would not start

find_own_modules_last(str(Path.cwd()))
with importing():
    from gradient_horizon.pipeline.command_line import main


def run() -> NoReturn:
    """Runs the command that this process was called with; modules of the user's own are found in the current folder."""
    main()
    leave()


if __name__ == "__main__":
    run()
