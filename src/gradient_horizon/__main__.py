"""Runs the command line: `python -m gradient_horizon STEP ...`."""

from gradient_horizon.startup import importing, leave

with importing():
    from gradient_horizon.cli import main

if __name__ == "__main__":
    main()
    leave()
