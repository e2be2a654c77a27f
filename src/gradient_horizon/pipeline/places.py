"""Where things stand in the folder of a study, relative to it."""

from pathlib import Path

STORE = Path("store")
"""The runs of all studies of the folder."""

SPEED = STORE / "speed.json"
"""How fast this machine is, as measured."""

RESULTS = Path("results")
"""A folder for each study."""

LAST = RESULTS / "last.json"
"""How Snakemake was called last."""

CONTRACT, STUDY, COMMAND, RUNS, VERDICT = "contract.json", "study.json", "command.txt", "runs.csv", "verdict.json"
CLAIM_FILES = (CONTRACT, STUDY, COMMAND, RUNS, VERDICT)
"""What the folder of every claim has."""

ROWS = "rows"
"""The folder in it for the rows of tables that the claim rests on."""

CONTROL, INDEPENDENT, RUN_TIME = "control.json", "independent.json", "run_time.json"
"""What `make check-claims` adds to the folder of a claim."""


def results_of(study: str) -> Path:
    """The results of a study."""
    return RESULTS / study


def failures_of(results: Path) -> Path:
    """The folder with the log of every run that failed."""
    return results / "logs" / "failed"
