import inspect
import re
import shutil
from collections import defaultdict
from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.scheduling.job_scheduler import JobScheduler
from tiny_study import ROOT, TINY, copy_project, snakemake, write_overlay

from gradient_horizon import registries
from gradient_horizon.errors import PlanError
from gradient_horizon.pipeline.comparing import different_files, manifest
from gradient_horizon.pipeline.jobs.list_runs import write_plan
from gradient_horizon.pipeline.workflow import lift_job_limit
from gradient_horizon.storage import is_whole
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import digest_of_runs, expand
from gradient_horizon.tables.catalogue import TABLES


def jobs(folder):
    """By rule, the wildcards of the jobs that a dry run would run: runs, figures, languages."""
    done = snakemake(folder, "--cores", "1", "--dry-run")
    assert done.returncode == 0, done.stderr
    planned = defaultdict(list)
    for rule, block in re.findall(r"^(?:local)?rule (\w+):\n((?: +.*\n)+)", done.stdout + done.stderr, re.MULTILINE):
        wildcards = re.search(r"wildcards: (.*)", block)
        planned[rule].append(wildcards[1] if wildcards else rule)
    return planned


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("finished") / "project")
    done = snakemake(folder, "--cores", "2")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture
def study(finished):
    """The finished study; what a test changes in it is put back, content for content."""
    changed = [finished / "tiny.yaml", *(finished / "src").rglob("*.py"), finished / "report" / "layout.typ"]
    before = {path: path.read_bytes() for path in changed}
    yield finished
    for path, content in before.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


@pytest.fixture
def disposable(finished, tmp_path):
    """A copy of the finished study, for tests that build something in it."""
    return shutil.copytree(finished, tmp_path / "copy")


def append(file, text):
    file.write_text(file.read_text() + text)


def test_a_finished_study_has_nothing_to_do(study):
    done = snakemake(study, "--cores", "2")
    assert done.returncode == 0
    assert "Nothing to be done" in done.stderr + done.stdout


def test_the_report_of_a_finished_study_counts_its_runs(study):
    page = (study / "results" / "report" / "en" / "report.html").read_text()
    assert "4 of 4 runs" in page
    assert "inconclusive" in page


def test_one_more_length_runs_exactly_the_new_runs(study):
    content = {**TINY, "experiments": [{**TINY["experiments"][0], "lengths": [4, 6, 8]}]}
    write_overlay(study, content)
    planned = jobs(study)
    trained = planned["train"]
    assert len(trained) == 2
    assert all("_T8_" in run for run in trained)
    assert sorted(planned["measure"]) == sorted(trained)
    assert planned["tables"] == ["part="]


def test_another_title_trains_nothing(study):
    write_overlay(study, {**TINY, "title": "renamed"})
    planned = jobs(study)
    assert planned["train"] == []
    assert len(planned["page"]) == len(planned["pdf"]) == 2


def test_a_figure_s_colour_trains_and_measures_nothing(study):
    style = study / "src" / "gradient_horizon" / "figures" / "style.py"
    style.write_text(style.read_text().replace("#0072B2", "#0072B3"))
    planned = jobs(study)
    assert planned["train"] == []
    assert planned["measure"] == []
    assert len(planned["figure"]) == len(registries.FIGURES)
    assert len(planned["interactive"]) == len(registries.INTERACTIVE)


def test_editing_the_lstm_retrains_the_lstm_only(study):
    append(study / "src" / "gradient_horizon" / "cells" / "lstm.py", "\nEDITED = True\n")
    planned = jobs(study)
    trained = planned["train"]
    assert len(trained) == 2
    assert all("_lstm_" in run for run in trained)


def test_editing_a_measure_retrains_nothing(study):
    append(study / "src" / "gradient_horizon" / "measuring" / "spectra.py", "\nEDITED = True\n")
    planned = jobs(study)
    assert planned["train"] == []
    assert len(planned["measure"]) == 4


def test_a_raised_version_of_run_specifications_plans_and_runs_everything_again(study):
    """The list of runs used to stay as it was, while the tables waited for other runs than it listed."""
    spec = study / "src" / "gradient_horizon" / "study" / "run_spec.py"
    before = (study / "results" / "plan" / "runs.txt").read_text().split()
    assert "SPEC_VERSION = 1" in spec.read_text()
    spec.write_text(spec.read_text().replace("SPEC_VERSION = 1", "SPEC_VERSION = 2"))
    planned = jobs(study)
    assert planned["plan"] == ["part="]
    for rule in ("train", "measure"):
        runs = [wildcards.removeprefix("run=") for wildcards in planned[rule]]
        assert len(runs) == 4
        assert not set(runs) & set(before)
    assert planned["tables"] == planned["claims"] == ["part="]
    assert len(planned["page"]) == len(planned["pdf"]) == 2
    assert planned["powers"] == []


def test_editing_the_form_of_numbers_judges_draws_and_reports_again_and_trains_nothing(study):
    """Verdicts and figures used to stay as they were, though both write numbers."""
    append(study / "src" / "gradient_horizon" / "language" / "numbers.py", "\nEDITED = True\n")
    planned = jobs(study)
    for rule in ("plan", "train", "measure", "powers", "equality", "tables"):
        assert planned[rule] == []
    assert planned["claims"] == ["part="]
    assert len(planned["figure"]) == len(registries.FIGURES)
    assert len(planned["interactive"]) == len(registries.INTERACTIVE)
    assert len(planned["page"]) == len(planned["pdf"]) == 2


def test_a_plan_is_not_written_with_other_runs_than_the_workflow_waits_for(tmp_path):
    study = load_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))
    names = " ".join(experiment.name for experiment in study.experiments)
    runs = [spec.id for spec in expand(study)]
    files = {"study_out": tmp_path / "study.json", "out": tmp_path / "runs.txt"}
    write_plan(study=study.model_dump_json(), experiments=names, digest=digest_of_runs(runs), **files)
    assert files["out"].read_text().split() == runs
    with pytest.raises(PlanError, match="those that the workflow has planned"):
        write_plan(study=study.model_dump_json(), experiments=names, digest=digest_of_runs(runs[1:]), **files)


def test_touching_a_file_does_nothing(study):
    (study / "src" / "gradient_horizon" / "engine" / "passes.py").touch()
    planned = jobs(study)
    assert planned["train"] == []


@pytest.mark.long
def test_tables_are_the_same_bytes_on_one_core_and_on_two(finished, tmp_path):
    alone = copy_project(tmp_path / "alone, elsewhere")
    elsewhere = {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "USER": "somebody"}
    done = snakemake(alone, "--cores", "1", "--", "results/tables/horizons.csv", **elsewhere)
    assert done.returncode == 0, done.stderr[-3000:]
    tables = [name for name in manifest(alone / "results") if name.startswith("tables/")]
    assert len(tables) == 2 * len(registries.TABLES)
    assert [name for name in different_files(finished / "results", alone / "results") if name in tables] == []


def test_every_file_of_a_finished_study_has_its_checksum(finished):
    results = finished / "results"
    made = (path for path in results.rglob("*") if path.is_file() and ".sha256" not in path.parts)
    unsigned = [path for path in made if not is_whole(path)]
    assert {path.relative_to(results).parts[0] for path in unsigned} <= {"logs", "benchmarks"}
    assert list(results.glob("checkpoints/*")) == []


def test_the_page_survives_where_the_pdf_fails(disposable):
    layout = disposable / "report" / "layout.typ"
    before = layout.read_text()
    layout.write_text(before.replace("#let front-matter() = {", '#let front-matter() = {\n  panic("no paper")'))
    page, pdf = (disposable / "results" / "report" / "pl" / f"report.{kind}" for kind in ("html", "pdf"))
    page.unlink()
    targets = [str(file.relative_to(disposable)) for file in (pdf, page)]
    done = snakemake(disposable, "--cores", "1", "--keep-going", "--", *targets)
    assert done.returncode != 0
    assert "no paper" in (disposable / "results" / "logs" / "report" / "pl.pdf.log").read_text()
    assert not pdf.exists()
    assert "4 of 4" in page.read_text() or "4 z 4" in page.read_text()
    layout.write_text(before)
    assert snakemake(disposable, "--cores", "2", "--", targets[0]).returncode == 0
    assert is_whole(pdf)


def test_more_seeds_change_no_row_of_the_old_ones(disposable):
    tables = ("networks", "profiles", "gradients")
    before = {name: TABLES[name].load(disposable / "results" / "tables") for name in tables}
    runs = {path: path.stat().st_mtime_ns for path in (disposable / "results" / "runs").rglob("*.safetensors")}
    write_overlay(disposable, {**TINY, "defaults": {**TINY["defaults"], "seeds": 4}})
    done = snakemake(disposable, "--cores", "2", "--", "results/tables/horizons.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    for name, old in before.items():
        new = TABLES[name].load(disposable / "results" / "tables")
        assert set(new["seed"]) == {0, 1, 2, 3}
        pd.testing.assert_frame_equal(new[new["seed"].lt(2)].reset_index(drop=True), old)
    assert {path: path.stat().st_mtime_ns for path in runs} == runs


def test_one_experiment_alone_has_its_tables_and_verdicts_beside_those_of_the_whole(disposable):
    done = snakemake(disposable, "--cores", "2", "--", "results/only/memory/claims/verdicts.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    whole, alone = disposable / "results" / "tables", disposable / "results" / "only" / "memory" / "tables"
    for name in ("networks.csv", "horizons.csv"):
        assert (alone / name).read_bytes() == (whole / name).read_bytes()  # the disposable has this experiment only
    planned = jobs(disposable)
    assert planned["train"] == []


def test_what_a_claim_rests_on_runs_alone_as_well_and_the_report_says_that_it_is_a_part(disposable):
    two = [TINY["experiments"][0], {"name": "adding", "task": "adding", "cells": ["gru"]}]
    write_overlay(disposable, {**TINY, "experiments": two})
    target = "results/only/short-memory/report/en/report.html"
    done = snakemake(disposable, "--cores", "2", "--", target)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "4 of 6 runs" in (disposable / target).read_text()
    runs = (disposable / "results" / "only" / "short-memory" / "plan" / "runs.txt").read_text().split()
    assert {run.split("_")[0] for run in runs} == {"memory"}


def test_a_part_that_is_neither_experiment_nor_claim_is_refused_by_name(study):
    done = snakemake(study, "--cores", "1", "--", "results/only/memmory/tables/horizons.csv")
    assert done.returncode != 0
    assert "results/only/memmory: must name an experiment or a claim" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr


def test_the_limit_of_jobs_per_second_is_lifted_here_and_left_to_clusters():
    assert "self.job_rate_limiter is None" in inspect.getsource(JobScheduler)
    limiter = object()
    for local, expected in ((True, None), (False, limiter)):
        workflow = SimpleNamespace(local_exec=local, scheduler=SimpleNamespace(job_rate_limiter=limiter))
        lift_job_limit(workflow)
        assert workflow.scheduler.job_rate_limiter is expected


def test_a_mistake_stops_before_any_job(tmp_path):
    folder = copy_project(tmp_path / "mistaken")
    write_overlay(folder, {**TINY, "experiments": [{**TINY["experiments"][0], "cells": ["lsmt"]}]})
    done = snakemake(folder, "--cores", "1")
    assert done.returncode != 0
    assert "experiments.0.cells.0" in done.stderr
    assert "Did you mean 'lstm'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "results").exists()
