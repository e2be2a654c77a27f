"""Runs the command line: `python -m gradient_horizon STEP ...`."""

import os
from pathlib import Path

from gradient_horizon.pipeline.startup import find_own_modules_last, importing, leave

os.environ["MPLBACKEND"] = "agg"  # one that a notebook passes on may not exist here, and Matplotlib would not start

find_own_modules_last(str(Path.cwd()))
with importing():
    from gradient_horizon.pipeline.command_line import main

if __name__ == "__main__":
    main()
    leave()
