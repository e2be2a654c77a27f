"""On a real Slurm of two nodes: what is refused before jobs start, and what the doctor sees of the nodes."""

import re
import signal
import subprocess
import sys
import time

import pytest
from slurm_for_doctor import SOURCES, cluster_that_wants_an_account, lines_for_other_code_on, other_code, run
from tiny_study import copy_project

pytestmark = pytest.mark.cluster
ACCOUNT = ("slurm_partition=debug", "slurm_account=physics")
LAST = re.compile(r"^(ok|warn|fail)\s+node (node[12]): (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def elsewhere(folder):
    return other_code(folder / "elsewhere")


@pytest.fixture(scope="module")
def cluster(folder, elsewhere):
    """One that wants an account; node2 finds other code once there is a file `differs`."""
    lines = lines_for_other_code_on("node2", elsewhere, folder)
    script = folder / "prolog.sh"
    script.write_text(script.read_text().replace("] &&", f'] && [ -e "{folder}/differs" ] &&'))
    with cluster_that_wants_an_account(folder / "slurm", lines) as started:
        yield started


@pytest.fixture(scope="module")
def study(folder):
    return copy_project(folder / "study")


@pytest.fixture
def node2_differs(folder):
    (folder / "differs").touch()
    yield
    (folder / "differs").unlink()


def snakemake(cluster, study, *resources, status="squeue", target="results/tiny/tables/runs.csv"):
    options = ["--executor", "slurm", "--jobs", "4", "--configfile", "config.yaml", "tiny.yaml", "--latency-wait", "5"]
    options += ["--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"]
    options += ["--slurm-status-command", status, "--default-resources", *resources]
    done = run(cluster, study, "snakemake", *options, "--", target, PYTHONPATH=str(study / "src"))
    return done.returncode, done.stdout + done.stderr


def short_batches(folder):
    """A profile whose batches fit into the partition's hour."""
    profile = folder / "profiles" / "slurm" / "profile.yaml"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text("config: [batch_minutes=10]\n")
    return folder / "profiles"


def doctor(cluster, folder, *options):
    short_batches(folder)
    done = run(cluster, folder, "gradient_horizon", "doctor", "--cluster", *options)
    return done.returncode, done.stdout + done.stderr


def left(cluster):
    return [job["JobId"] for job in cluster.jobs() if job["JobState"] in ("PENDING", "RUNNING")]


def runs_of(study):
    return [path for path in (study / "store" / "runs").rglob("*") if path.is_file()]


def test_what_slurm_refuses_is_a_sentence_before_any_job(cluster, study):
    before = len(cluster.jobs())
    status, said = snakemake(cluster, study, "slurm_partition=debug", status="sacct")
    assert status == 1
    assert "slurm-status-command: must be squeue where there is no job accounting, got sacct" in said
    assert re.search(
        r"slurm_account: must be as the cluster takes jobs, got none for the job of \w+ \S+: Slurm says 'Please give "
        r"one of your accounts; Invalid account or account/partition combination specified'; put it under",
        said,
    )
    status, said = snakemake(cluster, study, "slurm_partition=nowhere", "slurm_account=physics")
    assert status == 1
    assert "slurm_partition: must be as the cluster takes jobs, got nowhere" in said
    assert "Slurm says 'invalid partition specified: nowhere; Invalid partition name specified'; legal: debug" in said
    assert len(cluster.jobs()) == before
    assert runs_of(study) == []


def test_the_doctor_finds_two_nodes_alike_and_leaves_nothing_behind(cluster, tmp_path):
    status, said = doctor(cluster, tmp_path, "--account", "physics")
    assert {(level, node) for level, node, _ in LAST.findall(said)} == {("ok", "node1"), ("ok", "node2")}, said
    assert all("the same versions, code and processor" in found for *_, found in LAST.findall(said))
    assert "ok    partition: debug takes jobs for up to 60 minutes; batches of 10 minutes are given 31 minutes" in said
    assert "fail  accounting: sacct says 'Slurm accounting storage is disabled'" in said
    assert status == 1
    assert left(cluster) == []
    assert list(tmp_path.iterdir()) == [tmp_path / "profiles"]


def test_a_node_with_other_code_is_named_by_the_doctor_and_by_a_start_before_any_job(cluster, study, node2_differs):
    _, said = doctor(cluster, study.parent, *("--partition", "debug", "--account", "physics"))
    found = {node: (level, words) for level, node, words in LAST.findall(said)}
    assert found["node1"][0] == "ok"
    assert found["node2"][0] == "fail"
    assert re.match(r"code of gradient-horizon \w{12} \(here \w{12}\): install", found["node2"][1])
    status, said = snakemake(cluster, study, *ACCOUNT)
    assert status == 1
    assert re.search(r"(?m)^node node2: code of gradient-horizon \w{12} \(here \w{12}\): install the same ver", said)
    assert "node node1:" not in said
    assert left(cluster) == []
    assert not (study / "results/tiny/logs").exists()
    status, said = snakemake(
        cluster, study, *ACCOUNT, "slurm_extra='--exclude=node2'", target="results/tiny/plan/runs.csv"
    )
    assert (status, "compute with: node1\n" in said) == (0, True), said
    (study / "results/tiny/plan/runs.csv").unlink()


def test_the_first_job_on_a_node_with_other_code_that_was_busy_does_nothing(cluster, study, node2_differs):
    script = "#!/bin/sh\nsleep 900\n"
    command = ["sbatch", "--parsable", "-A", "physics", "-n", "1", "--mem=100", "-w", "node2", "--output=/dev/null"]
    busy = subprocess.run(command, env=cluster.environment, input=script, capture_output=True, text=True, check=True)
    cluster.ask("scontrol", "update", "node=node1", "state=drain", "reason=test")
    try:
        status, said = snakemake(cluster, study, *ACCOUNT, target="results/tiny/plan/runs.csv")
    finally:
        cluster.ask("scontrol", "update", "node=node1", "state=resume")
        cluster.ask("scancel", busy.stdout.strip())
    assert status == 1
    wanted = (
        r"node node2 must compute with what the study was planned with on \S+: code of gradient-horizon \w{12}, got "
    )
    assert re.match(wanted, (study / "results/tiny/logs/plan.log").read_text())
    assert re.search(wanted, said)
    assert not (study / "results/tiny/plan/runs.csv").exists()
    assert runs_of(study) == []


def test_a_node_that_does_not_answer_in_time_is_a_warning_and_its_job_is_cancelled(cluster, tmp_path):
    script = "#!/bin/sh\nsleep 900\n"
    command = ["sbatch", "--parsable", "-A", "physics", "--exclusive", "-w", "node1", "--output=/dev/null"]
    busy = subprocess.run(command, env=cluster.environment, input=script, capture_output=True, text=True, check=True)
    try:
        _, said = doctor(cluster, tmp_path, "--account", "physics", "--wait", "30")
        assert left(cluster) == [busy.stdout.strip()]
    finally:
        cluster.ask("scancel", busy.stdout.strip())
    found = {node: (level, words) for level, node, words in LAST.findall(said)}
    assert found["node1"][0] == "warn"
    assert found["node1"][1].startswith("gave no answer in 30 seconds, and its job was cancelled")
    assert found["node2"][0] == "ok"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_doctor_that_is_ended_takes_its_jobs_with_it(cluster, tmp_path, number):
    profiles = short_batches(tmp_path)
    command = [sys.executable, "-m", "gradient_horizon", "doctor", "--cluster", "--account", "physics"]
    environment = {**cluster.environment, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while not left(cluster) and time.monotonic() < end:
            time.sleep(0.05)
        assert left(cluster)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert left(cluster) == []
    assert list(tmp_path.iterdir()) == [profiles]
