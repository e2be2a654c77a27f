"""What Slurm's own commands say: the controller, partitions, accounts, and whether it would take a job."""

import getpass
import os
import re
import shutil
import subprocess
from typing import NamedTuple

COMMANDS = ("sbatch", "squeue", "scontrol", "sinfo", "scancel")
SECONDS = 30
"""That a command may take; with a controller that does not answer, some take longer."""

UNLIMITED = ("infinite", "n/a", "UNLIMITED")


class Answer(NamedTuple):
    """What a command printed, and its complaint where it failed, on one line; empty: it did not."""

    said: str
    complaint: str = ""


class Partition(NamedTuple):
    """A partition: whether it takes jobs, minutes that one may take (None: any), megabytes of its largest node."""

    name: str
    is_default: bool
    is_up: bool
    minutes: int | None
    megabytes: int


class Request(NamedTuple):
    """What a job asks for; an empty partition or account is left to Slurm. `extra`: further options of sbatch.

    `attempt`, from 1, is the one that has these minutes.
    """

    partition: str = ""
    account: str = ""
    minutes: int = 0
    megabytes: int = 0
    extra: tuple[str, ...] = ()
    attempt: int = 1

    @property
    def time(self) -> str:
        """Its minutes, in words."""
        return f"{self.minutes} minutes{f' at attempt {self.attempt}' if self.attempt > 1 else ''}"

    @property
    def options(self) -> list[str]:
        """The options of sbatch for it."""
        given = {"-p": self.partition, "-A": self.account, "-t": self.minutes, "--mem": self.megabytes}
        asked = [word for option, value in given.items() if value for word in (option, str(value))]
        return [*asked, "--ntasks=1", "--cpus-per-task=1", *self.extra]


def ask(*command: str, script: str | None = None) -> Answer:
    """Runs a command of Slurm; `script` is what sbatch is to submit."""
    try:
        done = subprocess.run(
            command, input=script, env=_environment(), capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except FileNotFoundError:
        return Answer("", f"{command[0]} is not there")
    except subprocess.TimeoutExpired:
        return Answer("", f"{command[0]} gave no answer in {SECONDS} seconds")
    if done.returncode:
        return Answer(done.stdout, _on_one_line(done.stderr) or f"{command[0]} ended with {done.returncode}")
    return Answer(done.stdout)


def _environment() -> dict[str, str]:
    """Without the allocation that this process may run in; options for sbatch stay, which Snakemake's jobs have too."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SLURM_JOB")}


def _on_one_line(text: str) -> str:
    """What a command says went wrong, without its name, each sentence once."""
    lines = (re.sub(r"^(?:\w+: )?(?:error|allocation failure): ", "", line).strip(" .") for line in text.splitlines())
    return "; ".join(dict.fromkeys(filter(None, lines)))


def missing_commands() -> list[str]:
    """The commands that are not on PATH."""
    return [name for name in COMMANDS if shutil.which(name) is None]


def controller_complaint() -> str:
    """Why the controller does not answer, at once; empty: it does. Other commands try for ten seconds and more."""
    found = ask("scontrol", "ping")
    if " is UP" in found.said:
        return ""
    return _on_one_line(found.said.partition("***")[0]) or found.complaint or "no controller is named"


def version() -> str:
    """The version of Slurm."""
    return ask("sinfo", "--version").said.strip()


def accounting_complaint() -> str:
    """Why job accounting does not answer; empty: it does."""
    return ask("sacct", "-nX", "-S", "now").complaint


def seconds_remembered() -> int | None:
    """How long squeue knows jobs that have ended; None: for ever, or Slurm does not say."""
    found = re.search(r"^MinJobAge\s*=\s*(\d+)", ask("scontrol", "show", "config").said, re.MULTILINE)
    return int(found[1]) or None if found else None


def partitions() -> dict[str, Partition]:
    """The partitions that this user sees, by name."""
    found: dict[str, Partition] = {}
    for line in ask("sinfo", "-h", "-o", "%P|%a|%l|%m").said.splitlines():
        given, state, limit, memory = line.split("|")
        name = given.rstrip("*")
        largest = max(int(re.sub(r"\D", "", memory) or 0), found[name].megabytes if name in found else 0)
        found[name] = Partition(name, given != name, state == "up", minutes_of(limit), largest)
    return found


def minutes_of(limit: str) -> int | None:
    """A limit such as 1-12:00:00 in minutes; None: there is none."""
    if limit in UNLIMITED:
        return None
    days, _, rest = limit.rpartition("-")
    parts = [int(part) for part in rest.split(":")]
    hours, minutes, _ = parts if len(parts) == 3 else (0, *parts) if len(parts) == 2 else (0, parts[0], 0)
    return (int(days or 0) * 24 + hours) * 60 + minutes


def accounts() -> list[str]:
    """The accounts of this user, where Slurm's database answers."""
    found = ask("sacctmgr", "-nP", "show", "assoc", f"user={getpass.getuser()}", "format=account").said
    return sorted(set(filter(None, map(str.strip, found.splitlines()))))


def refusal(request: Request) -> str:
    """What Slurm has against a job, which is not submitted; empty: nothing."""
    return ask("sbatch", "--test-only", *request.options, script="#!/bin/sh\n").complaint


def cancel(name: str) -> None:
    """Ends all jobs of this name."""
    ask("scancel", f"--name={name}")
