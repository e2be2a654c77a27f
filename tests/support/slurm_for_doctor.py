"""Throw-away clusters that want an account, or whose nodes differ; commands of the project in a folder of theirs."""

import shutil
import subprocess
import sys
from pathlib import Path

from slurm import UNLIMITED, SlurmCluster

SOURCES = Path(__file__).parents[2] / "src"
WANTS_ACCOUNT = """
function slurm_job_submit(job, partitions, user)
   if job.account ~= "physics" then
      slurm.log_user("Please give one of your accounts.")
      return slurm.ESLURM_INVALID_ACCOUNT
   end
   return slurm.SUCCESS
end

function slurm_job_modify(job, record, partitions, user)
   return slurm.SUCCESS
end
"""


def cluster_that_wants_an_account(folder, more=""):
    """One that takes jobs of the account physics only, by a plugin for submissions and without a database."""
    folder.mkdir(parents=True)
    (folder / "job_submit.lua").write_text(WANTS_ACCOUNT)
    return SlurmCluster(folder, f"{UNLIMITED}\nJobSubmitPlugins=lua\n{more}")


def run(cluster, folder, *arguments, **environment):
    """Runs a module of Python in a folder, as on the login node of a cluster."""
    given = {**cluster.environment, "PYTHONPATH": str(SOURCES), **environment}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False)


def other_code(folder):
    """A copy of the package that says something else."""
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "gradient_horizon" / "seeding.py").open("a", encoding="utf-8") as file:
        file.write("\nX = 1\n")
    return folder


def lines_for_other_code_on(node, path, folder):
    """Lines of slurm.conf by which jobs on a node find packages elsewhere first, as where it has some of its own."""
    script = folder / "prolog.sh"
    script.write_text(f'#!/bin/sh\n[ "$SLURMD_NODENAME" = {node} ] && echo "export PYTHONPATH={path}"\nexit 0\n')
    script.chmod(0o755)
    return f"TaskProlog={script}"
