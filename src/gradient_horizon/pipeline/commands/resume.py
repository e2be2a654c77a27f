"""The study that was started last, started again."""

import json
import subprocess
import sys

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.places import LAST, RESULTS
from gradient_horizon.pipeline.progress_view import look
from gradient_horizon.storage import is_whole


def resume(*, cores: int | None) -> None:
    """Unlocks the folder, and calls Snakemake as it was called last; exits with its status.

    `cores` stand in for those of that call. Raises ConfigError where nothing was ever started, or something goes on.
    """
    if not is_whole(LAST):
        raise ConfigError([f"{LAST}: must say what was started last, got no such file: nothing was interrupted here"])
    if going_on := [folder.name for folder in RESULTS.glob("*") if (seen := look(folder)) and seen.state.goes_on]:
        raise ConfigError([f"results/{going_on[0]}: must be at rest, but is being worked on; `make status` shows it"])
    arguments: list[str] = json.loads(LAST.read_text(encoding="utf-8"))["arguments"]
    options, targets = _divided(arguments)
    again = [*options, *(["--cores", str(cores)] if cores else []), *targets]
    snakemake = [sys.executable, "-m", "snakemake"]
    subprocess.run([*snakemake, *options, "--unlock", *targets], check=False, capture_output=True)
    print(f"snakemake {' '.join(again)}", flush=True)
    sys.exit(subprocess.run([*snakemake, *again], check=False).returncode)


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before "--", and the rest."""
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place:]
