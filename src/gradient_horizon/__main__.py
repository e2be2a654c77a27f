"""Runs the command line: `python -m gradient_horizon STEP ...`."""

import os

from gradient_horizon.pipeline.startup import importing, leave

os.environ["MPLBACKEND"] = "agg"  # one that a notebook passes on may not exist here, and Matplotlib would not start

with importing():
    from gradient_horizon.pipeline.command_line import main

if __name__ == "__main__":
    main()
    leave()
