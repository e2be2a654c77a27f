"""Commands named as Slurm's on PATH, which print what a test wants them to, and keep what they were called with."""

import json
import os
from pathlib import Path

SCRIPT = """#!{python}
import json, sys
from pathlib import Path
folder, name = Path({folder!r}), Path(sys.argv[0]).name
arguments = sys.argv[1:]
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps([name, *arguments]) + "\\n")
answers = json.loads((folder / "answers.json").read_text())
words = " ".join([name, *arguments])
said, complaint = next((answer for start, answer in answers.items() if words.startswith(start)), ("", "unexpected"))
sys.stdout.write(said)
sys.stderr.write(complaint)
sys.exit(bool(complaint))
"""
PARTITIONS = "debug*|up|1:00:00|8000\nlong|up|infinite|16000+\nlong|up|infinite|64000\nold|down|2-00:00:00|8000\n"
ANSWERS = {
    "scontrol ping": ("Slurmctld(primary) at login is UP\n", ""),
    "scontrol show config": ("MaxJobCount = 10000\nMinJobAge               = 300 sec\n", ""),
    "sinfo --version": ("slurm-wlm 22.05.8\n", ""),
    "sinfo -h -o": (PARTITIONS, ""),
    "sinfo -h -N": ("", ""),
    "sacctmgr": ("physics\nmaths\nphysics\n", ""),
    "sacct ": ("", ""),
    "sbatch": ("", ""),
    "squeue": ("", ""),
    "scancel": ("", ""),
}
DISABLED = ("", "Slurm accounting storage is disabled\n")


class FakeSlurm:
    """Puts the commands first on PATH; `answers` gives (printed, complained) by how a command line begins."""

    def __init__(self, folder: Path, monkeypatch, python: str):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self.answer({})
        for name in ("sbatch", "squeue", "scontrol", "sinfo", "scancel", "sacct", "sacctmgr"):
            (self.bin / name).write_text(SCRIPT.format(python=python, folder=str(folder)))
            (self.bin / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{self.bin}{os.pathsep}{os.environ['PATH']}")

    def answer(self, changed):
        """Answers as ever, but for these."""
        (self.folder / "answers.json").write_text(
            json.dumps({**changed, **{start: answer for start, answer in ANSWERS.items() if start not in changed}})
        )

    @property
    def calls(self):
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
