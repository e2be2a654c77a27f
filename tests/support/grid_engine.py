"""A stand-in for Grid Engine: its commands as small scripts, which run a job at once, in the background.

It writes what was asked of it into the folder `jobs` beside its commands: the options of a job, and its exit status.
"""

import os

QSUB = r"""
jobs=$(dirname "$0")/jobs
mkdir -p "$jobs"
number=1
while ! mkdir "$jobs/$number" 2>/dev/null; do number=$((number + 1)); done
echo "$*" > "$jobs/$number/options"
for script; do :; done
case "$*" in
    *-N\ gradient-horizon-"$KILLED"\ *)
        mkdir "$jobs/killed" 2>/dev/null && { echo 137 > "$jobs/$number/status"; echo "$number"; exit; } ;;
esac
(
    sh "$script" > "$jobs/$number/output" 2>&1
    echo $? > "$jobs/$number/status"
) > /dev/null 2>&1 < /dev/null &
echo "$number"
"""
QSTAT = """
[ "$1" = -j ] && [ -d "$(dirname "$0")/jobs/$2" ] && [ ! -f "$(dirname "$0")/jobs/$2/status" ]
"""
QACCT = """
file=$(dirname "$0")/jobs/$2/status
[ -f "$file" ] || { echo "error: job id $2 not found" >&2; exit 1; }
printf 'qname        all.q\\njobnumber    %s\\nexit_status  %s\\n' "$2" "$(cat "$file")"
"""


def grid_engine(folder, *, killed="nothing"):
    """Puts the commands into a folder; returns environment variables with which they are found.

    `killed`: a rule whose first job is killed at once, as one that takes too much memory is.
    """
    for name, text in {"qsub": QSUB, "qstat": QSTAT, "qacct": QACCT, "qdel": "", "sleep": ""}.items():
        put_command(folder, name, text)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "KILLED": killed}


def put_command(folder, name, text):
    """A script of the shell as a command of this name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    (folder / name).chmod(0o755)
