import json
import re
import shutil
from collections import defaultdict

import pandas as pd
import pytest
from tiny_study import TINY, copy_project, python, snakemake, write_overlay

from gradient_horizon import registries
from gradient_horizon.pipeline.comparing import different_files, manifest
from gradient_horizon.storage import is_whole
from gradient_horizon.tables.catalogue import TABLES

RESULTS = "results/tiny"
OF_SNAKEMAKE = ".snakemake_timestamp"
"""What Snakemake leaves in a folder that is an output."""
JUDGED = {"claims", "published", "folders", "figures", "live", "methods", "page", "pdf", "poster"}
DOWNSTREAM = {"tables", *JUDGED, "complete"}


def jobs(folder, *options):
    """By rule, the messages of the jobs that a dry run would run."""
    done = snakemake(folder, "--cores", "1", "--dry-run", *options)
    assert done.returncode == 0, done.stderr
    planned = defaultdict(list)
    for rule, rest in re.findall(r"^Job \d+: ([a-z]+) (.*)$", done.stdout + done.stderr, re.MULTILINE):
        planned[rule].append(rest)
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
    page = (study / RESULTS / "report" / "en" / "report.html").read_text()
    assert "4 of 4 runs" in page
    assert "inconclusive" in page
    jobs_drawn = (study / RESULTS / "report" / "pl" / "timeline.svg").read_text()
    assert all(f"<title>{rule}" in jobs_drawn for rule in ("batch: ", "tables: ", "figures: ", "pdf (en): "))


def lacking(folder):
    """The runs that the batches of the next call work on, as the jobs of these read them, by what is to be done."""
    code = (
        "import json, sys; from pathlib import Path; from gradient_horizon.pipeline.batches import lacking, planned;"
        "from gradient_horizon.pipeline.costing import Costs; from gradient_horizon.study.costs import Speed;"
        "from gradient_horizon.store.store import Store; from gradient_horizon.study.files import read_yaml;"
        "from gradient_horizon.study.loading import validated_study; from gradient_horizon.study.plan import expand;"
        "study = validated_study(read_yaml(Path('config.yaml'), Path('tiny.yaml')));"
        "work = lacking(planned(expand(study), Store(Path('store'))).values(), Costs(Speed.REFERENCE));"
        "print(json.dumps([[run.spec.id, run.is_trained] for run in work]))"
    )
    done = python(folder, "-c", code)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return [run for run, is_trained in found if not is_trained], [run for run, is_trained in found if is_trained]


def edit(folder, file, before, after):
    path = folder / "src" / "gradient_horizon" / file
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_one_more_length_runs_exactly_the_new_runs(study):
    write_overlay(study, {**TINY, "experiments": [{**TINY["experiments"][0], "lengths": [4, 6, 8]}]})
    trained, measured = lacking(study)
    assert len(trained) == 2
    assert all("_T8_" in run for run in trained)
    assert measured == []
    assert set(jobs(study)) == {"plan", "batch", *DOWNSTREAM}


def test_a_seed_block_runs_exactly_the_new_runs(study):
    write_overlay(study, {**TINY, "defaults": {**TINY["defaults"], "seeds": 4}})
    trained, measured = lacking(study)
    assert len(trained) == 4
    assert all("_s2_" in run for run in trained)
    assert measured == []


@pytest.mark.parametrize("options", [("--config", "batch_minutes=0.001"), ("--config", "batch_minutes=500")])
def test_batches_of_another_size_run_nothing_that_is_there(study, options):
    assert jobs(study, *options) == {}


def test_another_name_of_an_experiment_or_remedy_trains_nothing(study):
    write_overlay(study, {**TINY, "experiments": [{**TINY["experiments"][0], "name": "renamed"}]})
    assert lacking(study) == ([], [])
    assert set(jobs(study)) == {"plan", *DOWNSTREAM}


def test_two_experiments_that_ask_for_the_same_runs_share_them(study):
    again = [TINY["experiments"][0], {**TINY["experiments"][0], "name": "again", "cells": ["tanh", "gru"]}]
    write_overlay(study, {**TINY, "experiments": again})
    trained, measured = lacking(study)
    assert len(trained) == 2
    assert all("_gru_" in run for run in trained)
    assert measured == []


def test_another_title_trains_nothing(study):
    write_overlay(study, {**TINY, "title": "renamed"})
    assert lacking(study) == ([], [])
    planned = jobs(study)
    assert "batch" not in planned
    assert len(planned["page"]) == len(planned["pdf"]) == len(planned["poster"]) == 2


def test_a_figure_s_colour_draws_figures_and_makes_the_report_again_and_nothing_else(study):
    edit(study, "figures/style.py", "#0072B2", "#0072B3")
    planned = jobs(study)
    assert set(planned) == {"figures", "live", "page", "pdf", "poster"}
    assert lacking(study) == ([], [])


def test_other_equations_in_lstm_retrain_the_lstm_only(study):
    edit(study, "cells/lstm.py", "sigmoid(f) * c + sigmoid(i) * tanh(g)", "sigmoid(f) * c + sigmoid(i) * tanh(g + g)")
    trained, measured = lacking(study)
    assert len(trained) == 2
    assert all("_lstm_" in run for run in trained)
    assert measured == []


def test_an_edited_measure_retrains_nothing_and_measures_all(study):
    append(study / "src" / "gradient_horizon" / "measuring" / "spectra.py", "\nEDITED = True\n")
    trained, measured = lacking(study)
    assert trained == []
    assert len(measured) == 4
    assert set(jobs(study)) == {"plan", "batch", *DOWNSTREAM}


@pytest.mark.parametrize(
    "file", ["cells/lstm.py", "measuring/spectra.py", "tables/runs.py", "claims/judge.py", "figures/style.py"]
)
def test_comments_docstrings_and_layout_run_nothing(study, file):
    path = study / "src" / "gradient_horizon" / file
    text = path.read_text().replace('"""', '"""Once more: ', 1)
    path.write_text(f"# a comment\n{text}\n\n\n")
    assert jobs(study) == {}


def test_a_raised_version_of_the_engine_trains_everything_again(study):
    """A list of runs used to stay as it was, while the tables waited for other runs than it listed."""
    edit(study, "training/version.py", "ENGINE_VERSION = 1", "ENGINE_VERSION = 2")
    trained, _ = lacking(study)
    assert len(trained) == 4
    assert set(jobs(study)) == {"plan", "batch", *DOWNSTREAM}


def test_a_raised_version_of_run_specifications_plans_and_runs_everything_again(study):
    edit(study, "study/run_spec.py", "SPEC_VERSION = 1", "SPEC_VERSION = 2")
    before = (study / RESULTS / "plan" / "runs.csv").read_text()
    trained, _ = lacking(study)
    assert len(trained) == 4
    assert not any(run in before for run in trained)
    assert jobs(study)["plan"] == ["tiny/: lists the runs"]


def test_editing_the_form_of_numbers_judges_draws_and_reports_again_and_trains_nothing(study):
    """Verdicts and figures used to stay as they were, though both write numbers."""
    append(study / "src" / "gradient_horizon" / "language" / "numbers.py", "\nEDITED = True\n")
    assert set(jobs(study)) == JUDGED


def test_touching_a_file_does_nothing(study):
    (study / "src" / "gradient_horizon" / "engine" / "passes.py").touch()
    assert jobs(study) == {}


@pytest.mark.long
def test_tables_are_the_same_bytes_on_one_core_and_on_two_and_in_batches_of_any_size(finished, tmp_path):
    alone = copy_project(tmp_path / "alone, elsewhere")
    elsewhere = {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "USER": "somebody"}
    options = ("--cores", "1", "--config", "batch_minutes=0.001")
    done = snakemake(alone, *options, "--", f"{RESULTS}/tables/horizons.csv", **elsewhere)
    assert done.returncode == 0, done.stderr[-3000:]
    tables = [name for name in manifest(alone / RESULTS) if name.startswith("tables/")]
    assert len(tables) == 2 * len(registries.TABLES)
    assert [name for name in different_files(finished / RESULTS, alone / RESULTS) if name in tables] == []


def test_every_file_of_a_finished_study_has_its_checksum(finished):
    for folder, unsigned_folders in ((finished / RESULTS, {"logs", "progress"}), (finished / "store", set())):
        made = (path for path in folder.rglob("*") if path.is_file() and ".sha256" not in path.parts)
        unsigned = [path for path in made if path.name != OF_SNAKEMAKE and not is_whole(path)]
        assert {path.relative_to(folder).parts[0] for path in unsigned} <= unsigned_folders
    assert list(finished.glob("store/runs/*/*/checkpoint*")) == []


def test_the_page_survives_where_the_pdf_fails(disposable):
    layout = disposable / "report" / "paper.typ"
    before = layout.read_text()
    layout.write_text(before.replace("#let front-matter() = {", '#let front-matter() = {\n  panic("no paper")'))
    page, pdf = (disposable / RESULTS / "report" / "pl" / f"report.{kind}" for kind in ("html", "pdf"))
    page.unlink()
    targets = [str(file.relative_to(disposable)) for file in (pdf, page)]
    done = snakemake(disposable, "--cores", "1", "--keep-going", "--", *targets)
    assert done.returncode != 0
    assert "no paper" in (disposable / RESULTS / "logs" / "report" / "pl.pdf.log").read_text()
    assert not pdf.exists()
    assert "4 of 4" in page.read_text() or "4 z 4" in page.read_text()
    layout.write_text(before)
    assert snakemake(disposable, "--cores", "2", "--", targets[0]).returncode == 0
    assert is_whole(pdf)


def test_more_seeds_change_no_row_of_the_old_ones(disposable):
    tables = ("networks", "profiles", "gradients")
    before = {name: TABLES[name].load(disposable / RESULTS / "tables") for name in tables}
    runs = {path: path.stat().st_mtime_ns for path in (disposable / "store").rglob("*.safetensors")}
    write_overlay(disposable, {**TINY, "defaults": {**TINY["defaults"], "seeds": 4}})
    done = snakemake(disposable, "--cores", "2", "--", f"{RESULTS}/tables/horizons.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    for name, old in before.items():
        new = TABLES[name].load(disposable / RESULTS / "tables")
        assert set(new["seed"]) == {0, 1, 2, 3}
        pd.testing.assert_frame_equal(new[new["seed"].lt(2)].reset_index(drop=True), old)
    assert {path: path.stat().st_mtime_ns for path in runs} == runs


def test_one_experiment_alone_has_its_tables_and_verdicts_beside_those_of_the_whole(disposable):
    done = snakemake(disposable, "--cores", "2", "--", f"{RESULTS}/only/memory/claims/verdicts.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    whole, alone = disposable / RESULTS / "tables", disposable / RESULTS / "only" / "memory" / "tables"
    for name in ("networks.csv", "horizons.csv"):
        assert (alone / name).read_bytes() == (whole / name).read_bytes()  # the disposable has this experiment only
    assert jobs(disposable) == {}


def test_what_a_claim_rests_on_runs_alone_as_well_and_the_report_says_that_it_is_a_part(disposable):
    two = [TINY["experiments"][0] | {"name": "recall-32"}, {"name": "adding", "task": "adding", "cells": ["gru"]}]
    write_overlay(disposable, {**TINY, "experiments": two})
    target = f"{RESULTS}/only/short-memory/report/en/report.html"
    done = snakemake(disposable, "--cores", "2", "--", target)
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search("This is one part of the study .* 4 of the study’s 6 runs", (disposable / target).read_text())
    runs = pd.read_csv(disposable / RESULTS / "only" / "short-memory" / "plan" / "runs.csv")["run"]
    assert {run.split("_")[0] for run in runs} == {"recall-32"}
    assert len(lacking(disposable)[0]) == 2


@pytest.mark.parametrize("claim", ["three-gates", "eigen-power"])
def test_a_claim_that_a_study_has_no_runs_for_is_refused_as_a_part(study, claim):
    done = snakemake(study, "--cores", "1", "--", f"{RESULTS}/only/{claim}/tables/horizons.csv")
    assert done.returncode != 0
    assert f"{RESULTS}/only/{claim}: the study must have runs that the claim rests on, which are " in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr


def test_a_part_that_is_neither_experiment_nor_claim_is_refused_by_name(study):
    done = snakemake(study, "--cores", "1", "--", f"{RESULTS}/only/memmory/tables/horizons.csv")
    assert done.returncode != 0
    assert f"{RESULTS}/only/memmory: must name an experiment or a claim" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr


def test_another_study_of_the_same_folder_has_its_own_results_and_shares_the_runs(disposable):
    before = manifest(disposable / RESULTS)
    (disposable / "second.yaml").write_text((disposable / "tiny.yaml").read_text().replace("tiny", "another"))
    done = snakemake(disposable, "--cores", "2", "--", "results/second/claims/verdicts.csv", overlay="second.yaml")
    assert done.returncode == 0, done.stderr[-3000:]
    assert ": batch " not in done.stdout + done.stderr
    assert manifest(disposable / RESULTS) == before
    for name in ("networks", "horizons"):
        made = (disposable / "results" / "second" / "tables" / f"{name}.csv").read_bytes()
        assert made == (disposable / RESULTS / "tables" / f"{name}.csv").read_bytes()


MINE = '''
from gradient_horizon.tasks.recall import Recall


class Fails(Recall):
    """Recall of sequences that cannot be drawn when they are long."""

    def sample(self, length, count, *, generator):
        if length > 4 and count > 4:
            raise ArithmeticError("too long a wait")
        return super().sample(length, count, generator=generator)
'''


def test_a_failed_run_is_named_with_its_log_the_rest_goes_on_and_the_report_says_what_is_missing(disposable):
    (disposable / "mine.py").write_text(MINE)
    write_overlay(disposable, {**TINY, "experiments": [{"name": "fails", "task": "mine:Fails", "cells": ["tanh"]}]})
    done = snakemake(disposable, "--cores", "2")
    assert done.returncode != 0
    (failed,) = [run for run in lacking(disposable)[0]]
    log = f"{RESULTS}/logs/failed/{failed}.log"
    assert f"{failed} failed, see {log}" in done.stderr + done.stdout
    assert "ArithmeticError: too long a wait" in (disposable / log).read_text()
    page = (disposable / RESULTS / "report" / "en" / "report.html").read_text()
    assert "1 of 2 runs" in page
    assert f"Runs that failed are missing: {failed}" in page
    assert set(jobs(disposable)) == {"batch", *DOWNSTREAM}

    (disposable / "mine.py").write_text(MINE.replace("length > 4", "length > 6"))
    done = snakemake(disposable, "--cores", "2")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "2 of 2 runs" in (disposable / RESULTS / "report" / "en" / "report.html").read_text()
    assert not (disposable / log).exists()
    assert jobs(disposable) == {}


def test_results_that_are_lost_are_made_again_with_the_same_bytes(disposable):
    lost = ("tables/networks.csv", "claims/verdicts.parquet", "figures/en/success.svg", "plan/runs.csv")
    before = {disposable / RESULTS / name: (disposable / RESULTS / name).read_bytes() for name in lost}
    for file in before:
        file.unlink()
    done = snakemake(disposable, "--cores", "2")
    assert done.returncode == 0, done.stderr[-3000:]
    assert {file: file.read_bytes() for file in before} == before
    assert jobs(disposable) == {}


def test_a_store_of_another_format_is_refused_and_nothing_in_it_is_changed(disposable):
    marker = disposable / "store" / "format.json"
    marker.write_text('{"format": 99}')
    done = snakemake(disposable, "--cores", "1")
    assert done.returncode != 0
    assert "must be a store of format 1, got format 99" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr
    assert marker.read_text() == '{"format": 99}'


def test_a_store_that_cannot_be_written_stops_before_any_job(tmp_path):
    folder = copy_project(tmp_path / "unwritable")
    (folder / "store").write_text("a file")
    done = snakemake(folder, "--cores", "1")
    assert done.returncode != 0
    assert "store must be a folder, got a file; move it away" in done.stderr
    assert ": batch " not in done.stdout + done.stderr


def test_a_dry_run_and_unlocking_need_no_number_of_cores(study):
    for option in ("--dry-run", "--unlock", "--list"):
        assert snakemake(study, option).returncode == 0


def test_make_resume_goes_on_with_the_study_that_was_started_last(disposable):
    shutil.rmtree(disposable / RESULTS / "claims")
    done = snakemake(disposable, "--cores", "2", "--", f"{RESULTS}/claims/verdicts.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    shutil.rmtree(disposable / RESULTS / "claims")
    done = python(disposable, "-m", "gradient_horizon", "resume", "--cores", "1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert (disposable / RESULTS / "claims" / "verdicts.csv").exists()
    expected = f"snakemake --configfile config.yaml tiny.yaml --cores 2 --cores 1 -- {RESULTS}/claims/verdicts.csv"
    assert expected in done.stdout


def test_a_mistake_stops_before_any_job(tmp_path):
    folder = copy_project(tmp_path / "mistaken")
    write_overlay(folder, {**TINY, "experiments": [{**TINY["experiments"][0], "cells": ["lsmt"]}]})
    done = snakemake(folder, "--cores", "1")
    assert done.returncode != 0
    assert "experiments.0.cells.0" in done.stderr
    assert "Did you mean 'lstm'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "results").exists()
