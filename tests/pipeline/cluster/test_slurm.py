import getpass
import time

import pytest
from fake_slurm import DISABLED

from gradient_horizon.pipeline.cluster import slurm
from gradient_horizon.pipeline.cluster.slurm import Partition, Request


@pytest.mark.parametrize(
    ("limit", "minutes"),
    [("1:00:00", 60), ("2-12:30:00", 3630), ("30:00", 30), ("45", 45), ("infinite", None), ("n/a", None)],
)
def test_limits_of_time_are_read_in_every_form(limit, minutes):
    assert slurm.minutes_of(limit) == minutes


def test_partitions_have_the_memory_of_their_largest_node(fake):
    assert slurm.partitions() == {
        "debug": Partition("debug", is_default=True, is_up=True, minutes=60, megabytes=8000),
        "long": Partition("long", is_default=False, is_up=True, minutes=None, megabytes=64000),
        "old": Partition("old", is_default=False, is_up=False, minutes=2880, megabytes=8000),
    }


def test_accounts_are_those_of_the_user_once(fake):
    assert slurm.accounts() == ["maths", "physics"]
    assert fake.calls[-1] == ["sacctmgr", "-nP", "show", "assoc", f"user={getpass.getuser()}", "format=account"]


@pytest.mark.parametrize(("said", "seconds"), [("MinJobAge = 300 sec", 300), ("MinJobAge = 0 sec", None), ("", None)])
def test_how_long_ended_jobs_are_known(fake, said, seconds):
    fake.answer({"scontrol show config": (f"A = 1\n{said}\n", "")})
    assert slurm.seconds_remembered() == seconds


def test_a_job_is_tried_with_what_it_asks_for_and_not_submitted(fake):
    request = Request("debug", "physics", 91, 1200, ("--qos=high",))
    assert slurm.refusal(request) == ""
    asked = [
        "-p",
        "debug",
        "-A",
        "physics",
        "-t",
        "91",
        "--mem",
        "1200",
        "--ntasks=1",
        "--cpus-per-task=1",
        "--qos=high",
    ]
    assert fake.calls == [["sbatch", "--test-only", *asked]]
    assert Request(minutes=5).options == ["-t", "5", "--ntasks=1", "--cpus-per-task=1"]


def test_a_complaint_is_one_line_without_the_names_of_commands_and_says_nothing_twice(fake):
    complaint = (
        "sbatch: error: Please give one.\nsbatch: error: Please give one.\nallocation failure: Invalid account\n"
    )
    fake.answer({"sbatch": ("", complaint)})
    assert slurm.refusal(Request()) == "Please give one; Invalid account"


def test_what_is_missing_does_not_answer_or_answers_too_late_is_said(fake, monkeypatch):
    assert slurm.missing_commands() == []
    assert slurm.controller_complaint() == ""
    fake.answer(
        {"scontrol ping": ("Slurmctld(primary) at login is DOWN\n*****\n** RESTORE **\n", ""), "sacct ": DISABLED}
    )
    assert slurm.controller_complaint() == "Slurmctld(primary) at login is DOWN"
    assert slurm.accounting_complaint() == "Slurm accounting storage is disabled"
    (fake.bin / "sacct").unlink()
    monkeypatch.setenv("PATH", str(fake.bin))
    assert slurm.accounting_complaint() == "sacct is not there"
    (fake.bin / "sacct").write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    (fake.bin / "sacct").chmod(0o755)
    monkeypatch.setattr(slurm, "SECONDS", 0.2)
    start = time.monotonic()
    assert slurm.accounting_complaint() == "sacct gave no answer in 0.2 seconds"
    assert time.monotonic() - start < 10
    (fake.bin / "squeue").unlink()
    assert slurm.missing_commands() == ["squeue"]


def test_slurm_is_asked_with_the_options_in_the_environment_and_without_an_allocation(fake, monkeypatch):
    given = {"SBATCH_ACCOUNT": "physics", "SLURM_JOB_ID": "7", "SLURM_CONF": "kept"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    seen = fake.folder / "seen"
    (fake.bin / "sbatch").write_text(f"#!/bin/sh\nenv > {seen}\n")
    assert slurm.refusal(Request()) == ""
    found = dict(line.split("=", 1) for line in seen.read_text().splitlines() if "=" in line)
    assert {name: found.get(name) for name in given} == {**given, "SLURM_JOB_ID": None}
