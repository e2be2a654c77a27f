"""A study in a folder of its own that runs on a throw-away Slurm, or beside it on this machine."""

import csv
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import yaml
from slurm import SlurmCluster
from tiny_study import copy_project

SNAKEMAKE = str(Path(sys.executable).parent / "snakemake")
SECONDS = 1800
"""What a study here may take at most."""

MADE = ("tables", "claims", "figures", "report")

QUICK = [
    *("--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1", "--latency-wait", "5"),
    "--slurm-keep-successful-logs",
]
"""What this cluster without accounts needs, and polls without the plugin's patience."""


class ClusterStudy:
    """A copy of the project, with a study that one overlay describes."""

    def __init__(self, folder: Path, overlay: str | dict[str, object], name: str):
        copy_project(folder)
        self.folder, self.name = folder, name
        if isinstance(overlay, dict):
            (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
        self.overlay = "overlay.yaml" if isinstance(overlay, dict) else overlay
        self.results, self.store = folder / "results" / name, folder / "store"
        self.log = folder / "snakemake.log"

    def start(self, environment: dict[str, str], *options: str) -> "subprocess.Popen[bytes]":
        """Starts Snakemake; what it says stands in `log`."""
        command = [SNAKEMAKE, *options, "--configfile", "config.yaml", self.overlay, "--config", f"name={self.name}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env={**environment, "PYTHONPATH": str(self.folder / "src")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_on(self, cluster: SlurmCluster, *options: str) -> "subprocess.Popen[bytes]":
        """Starts it on a cluster, by the profile."""
        return self.start(cluster.environment, "--profile", "profiles/slurm", *QUICK, *options)

    def digests(self) -> dict[str, str]:
        """The SHA-256 of all that the report is made of, and of the report, by path; not of when each job ran."""
        files = [path for part in MADE for path in self.results.glob(f"{part}/**/*")]
        kept = [path for path in files if path.is_file() and not {".sha256", "timeline.svg"}.intersection(path.parts)]
        return {
            path.relative_to(self.results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(kept)
        }

    def whole_files(self) -> dict[Path, int]:
        """Files of the store that a run leaves for good, with the time of their last change."""
        passing = ("checkpoint.safetensors", "durations.json")
        return {
            path: path.stat().st_mtime_ns
            for path in self.store.glob("runs/*/*/*")
            if path.is_file() and path.suffix != ".tmp" and path.name not in passing
        }

    def runs(self) -> int:
        """The runs that the study asks for."""
        with (self.results / "plan" / "store.csv").open(encoding="utf-8", newline="") as file:
            return len(list(csv.DictReader(file)))

    def said(self) -> str:
        """What Snakemake and the jobs of batches have said."""
        logs = [self.log, *self.results.glob("logs/batches/*.log")]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in logs if path.exists())


def batches_of(cluster: SlurmCluster) -> dict[str, dict[str, str]]:
    """The jobs of batches that the controller knows: what it says of the last of each, by the batch's name."""
    found = {}
    for job in cluster.jobs():
        if name := re.search(r"rule_batch_wildcards_(.+)", job.get("Comment", "")):
            found[name[1].partition("_")[2]] = job
    return found
