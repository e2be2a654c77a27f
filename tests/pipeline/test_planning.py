"""What the workflow asks of Snakemake, and of the job that writes the plan."""

import inspect
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.cli import get_argument_parser
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler
from snakemake.settings.types import MaxJobsPerTimespan
from tiny_study import ROOT

from gradient_horizon.errors import ConfigError, PlanError
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.jobs.list_runs import words, write_plan
from gradient_horizon.pipeline.places import LAST, RESULTS
from gradient_horizon.pipeline.progress_files import begin_study
from gradient_horizon.pipeline.workflow import batch_minutes, cores_of, is_elsewhere, lift_job_limit
from gradient_horizon.storage import write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.study.files import folder_name, read_yaml, study_name
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import NAME_PATTERN
from gradient_horizon.study.plan import digest_of_runs, expand


def test_a_plan_is_not_written_with_other_runs_than_the_workflow_waits_for(tmp_path):
    study = validated_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))
    names = " ".join(experiment.name for experiment in study.experiments)
    runs = [(spec, keys_of(spec)) for spec in expand(study)]
    files = {"study_out": tmp_path / "study.json", "out": tmp_path / "runs.csv"}
    asked = {"study": study.model_dump_json(), "experiments": names}
    write_plan(**asked, digest=digest_of_runs(map(words, runs)), **files)
    assert pd.read_csv(files["out"])["run"].to_list() == [spec.id for spec, _ in runs]
    with pytest.raises(PlanError, match="those that the workflow has planned"):
        write_plan(**asked, digest=digest_of_runs(map(words, runs[1:])), **files)


def test_the_limit_of_jobs_per_second_is_lifted_unless_a_cluster_s_user_has_set_one():
    assert "self.job_rate_limiter is None" in inspect.getsource(JobScheduler)
    (default,) = (option.default for option in get_argument_parser()._actions if option.dest == "max_jobs_per_timespan")
    usual, own = (JobRateLimiter(MaxJobsPerTimespan.parse_choice(text)) for text in (default, "5/1m"))
    for local, limiter, expected in ((True, usual, None), (True, own, None), (False, usual, None), (False, own, own)):
        workflow = SimpleNamespace(local_exec=local, scheduler=SimpleNamespace(job_rate_limiter=limiter))
        lift_job_limit(workflow)
        assert workflow.scheduler.job_rate_limiter is expected


def test_the_length_of_batches_is_taken_out_of_the_configuration():
    config = {"batch_minutes": 0.5, "title": "a study"}
    assert batch_minutes(config) == 0.5
    assert config == {"title": "a study"}
    assert batch_minutes(config) == 1.0
    assert batch_minutes(config, elsewhere=True) == 30.0


@pytest.mark.parametrize(
    ("given", "elsewhere"),
    [
        ({"cores": 2, "nodes": None}, False),
        ({"cores": 1, "nodes": 2}, False),  # a dry run with --jobs 2
        ({"cores": None, "nodes": 400}, True),
        ({"cores": 1, "nodes": 400, "default_resources": {"slurm_account": "a"}}, True),  # with a profile, dry or not
    ],
)
def test_a_cluster_is_known_by_what_snakemake_is_given(given, elsewhere):
    settings = SimpleNamespace(**{"default_resources": None} | given)
    workflow = SimpleNamespace(resource_settings=settings, cores=given["cores"])
    assert is_elsewhere(workflow) is elsewhere
    assert cores_of(workflow) == (None if elsewhere else given["cores"])


def test_the_length_of_batches_has_no_place_in_a_file_of_the_study(tmp_path):
    (tmp_path / "mine.yaml").write_text("batch_minutes: 5\n")
    with pytest.raises(ConfigError, match="batch_minutes: must not stand in a file of the study"):
        batch_minutes({"batch_minutes": 5}, [tmp_path / "mine.yaml"])


def test_what_is_being_worked_on_is_not_resumed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_json(LAST, {"arguments": ["--cores", "1"]})
    begin_study(RESULTS / "mine", title="mine", cores=1, networks=1, networks_present=0, batches={})
    with pytest.raises(SystemExit) as caught:
        main(["resume"])
    assert caught.value.code == 2
    assert "results/mine must be at rest, but process " in capsys.readouterr().err


def test_what_another_machine_works_on_is_not_resumed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_json(LAST, {"arguments": ["--cores", "1"]})
    monkeypatch.setattr("platform.node", lambda: "login1")
    begin_study(RESULTS / "mine", title="mine", cores=1, networks=1, networks_present=0, batches={})
    monkeypatch.setattr("platform.node", lambda: "login2")
    with pytest.raises(SystemExit) as caught:
        main(["resume"])
    assert caught.value.code == 2
    assert f"process {os.getpid()} of login1 has not said that it ended; look there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (["config.yaml"], "default"),
        (["config.yaml", "smoke.yaml"], "smoke"),
        (["config.yaml", "one.yaml", "two-2.yaml"], "one-two-2"),
    ],
)
def test_a_study_is_named_by_its_files(files, name):
    assert folder_name(map(Path, files)) == name


@pytest.mark.parametrize(
    ("base", "overlay", "name"),
    [
        ("name: mine\n", "title: x\n", "mine-more"),
        ("name: mine\n", "name: other\n", "other"),
        ("title: x\n", "title: y\n", "more"),
        (f"name: {'a' * 60}\n", "title: x\n", f"{'a' * 53}-{sha256(('a' * 60 + '-more').encode()).hexdigest()[:6]}"),
    ],
)
def test_what_is_laid_over_a_named_study_is_a_study_of_its_own(tmp_path, base, overlay, name):
    files = [tmp_path / "config.yaml", tmp_path / "more.yaml"]
    for file, text in zip(files, (base, overlay), strict=True):
        file.write_text(text)
    assert study_name(read_yaml(*files), files) == name


def test_a_name_on_the_command_line_is_the_name(tmp_path):
    files = [tmp_path / "config.yaml", tmp_path / "more.yaml"]
    for file in files:
        file.write_text("name: mine\n" if file.stem == "config" else "title: x\n")
    assert study_name({"name": "given"}, files) == "given"
    assert study_name({"name": "mine"}, files[:1]) == "mine"


def test_files_of_different_names_never_share_results():
    names = ["a-b", "a.b", "a+b", "A_B", "a b", "ünï", "Ω", "ж"]
    found = [folder_name([Path(f"{name}.yaml")]) for name in names]
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(NAME_PATTERN, name) for name in found)


@pytest.mark.parametrize("value", [0, -1, "x", True, float("nan"), float("inf"), None, [1]])
def test_a_length_of_batches_that_is_none_is_refused_with_its_key(value):
    with pytest.raises(ConfigError, match="batch_minutes: must be a number of minutes above 0"):
        batch_minutes({"batch_minutes": value})


ONE_ENVIRONMENT = "Specify a conda environment or container for each rule."
"""Of no use here: one environment, locked with checksums, has Snakemake and all that its jobs run."""


@pytest.mark.slow
def test_snakemake_s_lint_has_nothing_else_to_say():
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--lint",
        "--configfile",
        "config.yaml",
        "workflow/presets/smoke.yaml",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found = re.findall(r"^    \* (.*):$", done.stdout + done.stderr, re.MULTILINE)
    assert {*found} == {ONE_ENVIRONMENT}


def test_every_rule_states_its_threads_memory_and_minutes():
    rules = "".join(file.read_text() for file in (ROOT / "workflow" / "rules").glob("*.smk")).split("\nrule ")[1:]
    assert len(rules) == 14
    for rule in rules:
        assert re.search(r"threads: 1\n    resources:\n        mem_mb=.+,\n        runtime=", rule, re.S), rule[:20]
