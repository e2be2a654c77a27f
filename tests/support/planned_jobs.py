"""The jobs of the default study, none of which is done, as a dry run of Snakemake lists them."""

import re
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tiny_study import PARTS

from gradient_horizon.pipeline.steps import STEPS

ROOT = Path(__file__).parents[2]


class Job(NamedTuple):
    """A job: its rule, and the words of its command."""

    rule: str
    command: tuple[str, ...]

    @property
    def entry(self):
        """The file of the function that the command runs, relative to the package."""
        step = next(step for step in STEPS if step.name == self.command[self.command.index("gradient_horizon") + 1])
        return "/".join(step.function.partition(":")[0].split(".")[1:]) + ".py"


@cache
def planned_jobs():
    """All jobs of a study of which nothing is done."""
    options = ["--cores", "1", "--dry-run", "--printshellcmds", "--forceall"]
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            (Path(folder) / part).symlink_to(ROOT / part)
        command = [sys.executable, "-m", "snakemake", *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found = re.findall(r"^Job \d+: ([a-z]+) .*\nShell command: (.*)$", done.stdout + done.stderr, re.MULTILINE)
    return tuple(Job(rule, tuple(shlex.split(command.split(" > ")[0]))) for rule, command in found)
