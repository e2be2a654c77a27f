"""The profiles for clusters: copied into a study's folder, and read by Snakemake; that for any scheduler is run."""

import re
import subprocess
import tomllib

import pytest
import yaml
from grid_engine import grid_engine, put_command
from snakemake.cli import parse_args
from tiny_study import ROOT, copy_project, snakemake

from gradient_horizon.pipeline.command_line import main

GENERIC = ROOT / "profiles" / "generic"
OPTIONS = ("--profile", "profiles/generic", "--seconds-between-status-checks", "1", "--latency-wait", "5")


def test_a_profile_is_copied_with_all_its_files_and_never_over_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["profile", "generic"])
    assert capsys.readouterr().out == (
        "profiles/generic/profile.yaml is yours to adapt; then `snakemake --profile profiles/generic`\n"
    )
    copies = {file.name: file.read_text() for file in (tmp_path / "profiles" / "generic").iterdir()}
    assert copies == {file.name: file.read_text() for file in GENERIC.iterdir()}
    (tmp_path / "profiles" / "generic" / "profile.yaml").write_text("jobs: 7\n")
    with pytest.raises(SystemExit) as caught:
        main(["profile", "generic"])
    assert caught.value.code == 2
    assert "must be new, got profiles/generic, which exists" in capsys.readouterr().err
    assert (tmp_path / "profiles" / "generic" / "profile.yaml").read_text() == "jobs: 7\n"


def test_profiles_are_listed_with_what_they_are_for(capsys):
    main(["profile"])
    lines = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == {folder.name for folder in (ROOT / "profiles").iterdir()} - {"default"}
    assert lines["generic"].strip().startswith("A cluster by its scheduler's own commands")


@pytest.mark.parametrize("name", ["default", "nothing", "../generic"])
def test_only_profiles_for_clusters_are_copied(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["profile", name])
    assert caught.value.code == 2
    assert re.search(rf"the profile must be one of .*generic.*, got '{name}'", capsys.readouterr().err)
    assert not (tmp_path / "profiles").exists()


def test_the_lock_of_the_plugin_has_its_version_and_those_of_the_main_lock():
    def pins(name):
        return set(re.findall(r"^([a-z0-9-]+==[^ ]+) ", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    (asked,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["generic"]
    assert pins("requirements.generic.lock") - pins("requirements.lock") == {asked}


# What each scheduler prints of a job, written down without one at hand.
PBS = "Job Id: 7.server\n    Job_Name = gh-batch\n    job_state = {}\n    queue = workq\n    {}\n"
ACCOUNT = "qname        all.q\nfailed       100 : assumedly after job\nexit_status  {}              (Killed)\n"


@pytest.mark.parametrize(
    ("scheduler", "prints", "word"),
    [
        ("sge", {"qstat": "exit 0"}, "running"),
        ("sge", {"qstat": "exit 1", "qacct": ACCOUNT.format(0)}, "success"),
        ("sge", {"qstat": "exit 1", "qacct": ACCOUNT.format(137)}, "failed"),
        ("sge", {"qstat": "exit 1", "qacct": ACCOUNT.format(137) + ACCOUNT.format(0)}, "success"),
        ("sge", {"qstat": "exit 1", "qacct": ACCOUNT.format(0) + ACCOUNT.format(137)}, "failed"),
        ("sge", {"qstat": "exit 1", "qacct": "exit 1"}, "failed"),
        ("pbs", {"qstat": PBS.format("R", "resources_used.walltime = 00:01:00")}, "running"),
        ("pbs", {"qstat": PBS.format("F", "Exit_status = 0")}, "success"),
        ("pbs", {"qstat": PBS.format("F", "Exit_status = 271")}, "failed"),
        ("pbs", {"qstat": "exit 153"}, "failed"),
        ("torque", {"qstat": PBS.format("Q", "Rerunable = True")}, "running"),
        ("torque", {"qstat": PBS.format("C", "exit_status = 0")}, "success"),
        ("torque", {"qstat": PBS.format("C", "exit_status = -11")}, "failed"),
        ("slurm", {"squeue": "PENDING\n"}, "running"),
        ("slurm", {"squeue": "COMPLETED\n"}, "success"),
        ("slurm", {"squeue": "OUT_OF_MEMORY\n"}, "failed"),
        ("slurm", {"squeue": "exit 1"}, "failed"),
    ],
)
def test_the_status_of_a_job_is_one_of_three_words(scheduler, prints, word, tmp_path):
    asked = tmp_path / "asked"
    for name, text in prints.items():
        said = text if text.startswith("exit") else f"cat <<'END'\n{text}END\n"
        put_command(tmp_path / "bin", name, f'echo "{name} $*" >> {asked}\n{said}')
    put_command(tmp_path / "bin", "sleep", "")
    command = ["sh", str(GENERIC / "status.sh"), scheduler, "7"]
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{word}\n", "")
    first = {"sge": "qstat -j 7", "pbs": "qstat -x -f 7", "torque": "qstat -f 7"}
    slurm = "squeue --noheader --states all --format %T --jobs 7"
    assert asked.read_text().splitlines()[0] == first.get(scheduler, slurm)


@pytest.mark.parametrize(
    ("scheduler", "command", "prints"),
    [
        ("sge", "qstat", ""),
        ("pbs", "qstat", PBS.format("R", "")),
        ("torque", "qstat", PBS.format("R", "")),
        ("slurm", "squeue", "RUNNING\n"),
    ],
)
@pytest.mark.parametrize(("failures", "word"), [(1, "running"), (2, "running"), (3, "failed")])
def test_a_scheduler_that_gives_no_answer_is_asked_again_twice(scheduler, command, prints, failures, word, tmp_path):
    asked = tmp_path / "asked"
    fails = f"[ $(wc -l < {asked}) -le {failures} ] && exit 1"
    put_command(tmp_path / "bin", command, f"echo >> {asked}\n{fails}\ncat <<'END'\n{prints}END\n")
    put_command(tmp_path / "bin", "qacct", "exit 1")
    put_command(tmp_path / "bin", "sleep", "")
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    ask = ["sh", str(GENERIC / "status.sh"), scheduler, "7"]
    done = subprocess.run(ask, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{word}\n"
    assert len(asked.read_text()) == min(failures + 1, 3)


@pytest.mark.parametrize(
    ("scheduler", "command", "said"),
    [("slurm", "squeue", "OUT_OF_MEMORY\n"), ("pbs", "qstat", PBS.format("F", "Exit_status = 271"))],
)
def test_a_job_that_has_failed_is_asked_for_once(scheduler, command, said, tmp_path):
    asked = tmp_path / "asked"
    put_command(tmp_path / "bin", command, f"echo >> {asked}\ncat <<'END'\n{said}END\n")
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    ask = ["sh", str(GENERIC / "status.sh"), scheduler, "7"]
    assert subprocess.run(ask, env=environment, capture_output=True, text=True, check=True).stdout == "failed\n"
    assert asked.read_text() == "\n"


def test_another_scheduler_is_refused_with_those_that_there_are():
    done = subprocess.run(["sh", str(GENERIC / "status.sh"), "lsf", "7"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "status.sh: the scheduler must be one of sge, pbs, torque, slurm, got 'lsf'\n"


@pytest.fixture
def project(tmp_path):
    """A copy of the project with a tiny study."""
    pytest.importorskip("snakemake_executor_plugin_cluster_generic", reason="`make generic` installs it")
    return copy_project(tmp_path / "project")


def test_the_profile_for_any_scheduler_stands_beside_the_default_one(project, monkeypatch):
    monkeypatch.chdir(project)
    _, read = parse_args(["--profile", "profiles/generic"])
    default, generic = (
        yaml.safe_load((project / "profiles" / name / "profile.yaml").read_text()) for name in ("default", "generic")
    )
    assert (read.executor, read.jobs, read.retries) == ("cluster-generic", generic["jobs"], generic["retries"])
    assert (read.cluster_generic_status_cmd, read.cluster_generic_cancel_cmd) == (
        "sh profiles/generic/status.sh sge",
        "qdel",
    )
    assert (read.scheduler, read.keep_going) == (default["scheduler"], default["keep-going"])
    assert {trigger.name.lower() for trigger in read.rerun_triggers} == {
        trigger.replace("-", "_") for trigger in default["rerun-triggers"]
    }


def test_jobs_of_either_scheduler_have_the_variable_that_says_what_their_study_was_planned_with():
    submitting = re.findall(r"qsub (?:.*\n)", (GENERIC / "profile.yaml").read_text())
    assert len(submitting) == 2
    assert [line for line in submitting if " -V " not in line] == []


def test_a_study_is_planned_for_any_scheduler(project):
    done = snakemake(project, "--dry-run", *OPTIONS)
    assert done.returncode == 0, done.stderr
    assert {*re.findall(r"^Job \d+: ([a-z]+) ", done.stdout + done.stderr, re.MULTILINE)} >= {"batch", "tables", "pdf"}


@pytest.mark.slow
def test_tables_are_those_of_a_local_run_though_the_scheduler_kills_a_job(project, tmp_path):
    target = "results/tiny/tables/horizons.csv"
    engine = grid_engine(tmp_path / "bin", killed="batch")
    done = snakemake(project, *OPTIONS, "--", target, **engine)
    assert done.returncode == 0, done.stdout + done.stderr
    local = copy_project(tmp_path / "local")
    done = snakemake(local, "--cores", "2", "--", target)
    assert done.returncode == 0, done.stderr
    tables = sorted((local / target).parent.glob("*.csv"))
    assert len(tables) > 10
    assert [each.name for each in tables if each.read_bytes() != (project / each.relative_to(local)).read_bytes()] == []
    jobs = [(folder / "options").read_text() for folder in (tmp_path / "bin" / "jobs").glob("[0-9]*")]
    batches = [job for job in jobs if "-N gradient-horizon-batch" in job]
    assert len(jobs) == len({"plan", "checks", "tables"}) + 2
    assert len(batches) == 2
    assert all(re.search(r" -l h_rt=\d+0 -l h_vmem=\d+M ", job) for job in jobs), jobs
