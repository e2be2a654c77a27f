"""A throw-away Slurm of two nodes on the loopback interface: no systemd, no munge, no database; it needs root."""

import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

COMMANDS = ("slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo", "scancel", "srun")
NODES = ("node1", "node2")
CORES, MEGABYTES = 2, 8000
SECONDS = 30
"""That a daemon may take to start, or a node to answer."""

CONFIGURATION = """
ClusterName=loopback
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
MailProg={true}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
SlurmdTimeout=10
ReturnToService=2
MinJobAge=300
KillWait=5
{more}
NodeName=node1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[1]} CPUs={cores} RealMemory={megabytes}
NodeName=node2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]} CPUs={cores} RealMemory={megabytes}
PartitionName=debug Nodes=node1,node2 Default=YES MaxTime=60 State=UP
"""
UNLIMITED = "JobAcctGatherType=jobacct_gather/none"
LIMITED = "JobAcctGatherType=jobacct_gather/linux\nJobAcctGatherFrequency=task=1\nJobAcctGatherParams=OverMemoryKill"
"""What ends jobs that take more memory than they asked for."""


def missing() -> list[str]:
    """What a cluster here would need and lacks, in words."""
    found = [name for name in COMMANDS if shutil.which(name) is None]
    return found if getpass.getuser() == "root" else [*found, "the rights of root"]


class SlurmCluster:
    """Starts daemons in a folder and ends them with all their jobs; `environment` is for commands that use it.

    `more`: further lines of slurm.conf.
    """

    def __init__(self, folder: Path, more: str = UNLIMITED):
        self.folder = folder
        for name in ("state", *(f"spool.{node}" for node in NODES), "bin"):
            (folder / name).mkdir(parents=True)
        self.file = folder / "slurm.conf"
        self.file.write_text(
            CONFIGURATION.format(
                ports=_free_ports(3),
                folder=folder,
                user=getpass.getuser(),
                true=shutil.which("true"),
                cores=CORES,
                megabytes=MEGABYTES,
                more=more,
            ),
            encoding="utf-8",
        )
        # The Slurm plugin's job step drops SLURM_CONF before it calls srun, which would look for the file in /etc.
        shim = folder / "bin" / "srun"
        shim.write_text(f'#!/bin/sh\nSLURM_CONF={self.file} exec {shutil.which("srun")} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
        self.environment = {
            **os.environ,
            "SLURM_CONF": str(self.file),
            "PATH": os.pathsep.join([str(shim.parent), os.environ["PATH"]]),
        }
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "SlurmCluster":
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        self.wait_for_nodes()
        return self

    def __exit__(self, *problem: object) -> None:
        for daemon in [*self.daemons]:
            self.stop(daemon)
        for number in _processes_of(f"SLURM_CONF={self.file}"):
            _kill(number)

    def start_controller(self) -> None:
        """Starts slurmctld; it goes on with what an earlier one left."""
        self._start("controller", ["slurmctld", "-D"])

    def start_node(self, node: str, environment: dict[str, str] | None = None) -> None:
        """Starts the slurmd of a node; jobs there see this environment besides that of their submission."""
        self._start(node, ["slurmd", "-D", "-N", node], environment)

    def _start(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.daemons[name] = subprocess.Popen(
            command,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self, name: str) -> None:
        """Ends a daemon in the orderly way; jobs of a node go on."""
        daemon = self.daemons.pop(name)
        daemon.terminate()
        daemon.wait(SECONDS)

    def lose(self, node: str) -> list[int]:
        """What the loss of a machine does: its slurmd and every process of its jobs are gone at once.

        Returns the numbers of the jobs that ran there.
        """
        lost = [int(number) for number in self.ask("squeue", "-h", "-t", "running", "-w", node, "-o", "%A").split()]
        daemon = self.daemons.pop(node)
        daemon.send_signal(signal.SIGKILL)
        for job in lost:
            for number in _processes_of(f"SLURM_JOB_ID={job}"):
                _kill(number)
        daemon.wait(SECONDS)
        return lost

    def wait_for_nodes(self, count: int = len(NODES)) -> None:
        """Waits until so many nodes are idle or at work."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            states = self.ask("sinfo", "-h", "-N", "-o", "%T", check=False).split()
            if sum(state in ("idle", "mixed", "allocated") for state in states) >= count:
                return
            time.sleep(0.1)
        raise TimeoutError((self.folder / "slurmctld.log").read_text(errors="replace")[-2000:])

    def ask(self, *command: str, check: bool = True) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=check)
        return done.stdout

    def jobs(self) -> list[dict[str, str]]:
        """All jobs that the controller knows, by the names that scontrol has for what it knows of them."""
        lines = self.ask("scontrol", "-o", "show", "jobs").splitlines()
        return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines if line.startswith("JobId=")]


def _processes_of(variable: str) -> list[int]:
    """The processes with this in their environment, but for the one that asks and what it is part of."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return [number for number in found if number not in (os.getpid(), os.getppid())]


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
