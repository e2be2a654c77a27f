"""Where a study stands, and what keeps two of them apart."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.exceptions import WorkflowError
from tiny_study import ROOT

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.places import CONFIG, PRESETS, PROJECT, SOURCES, results_of, shipped
from gradient_horizon.pipeline.started import FILE, Started, refuse_other_files, started, started_studies
from gradient_horizon.pipeline.study_folder import configuration_files, find_configuration, import_own_modules, shown
from gradient_horizon.storage import write_json
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

SMOKE = PRESETS / "smoke.yaml"


class Workflow(SimpleNamespace):
    """What a workflow of Snakemake says of where it was called, with its directive `workdir`."""

    def __init__(self, snakefile, *, directory=None, given=()):
        super().__init__(
            basedir=str(snakefile.parent),
            overwrite_workdir=directory,
            workdir_init=str(Path.cwd()),
            overwrite_configfiles=list(given),
            configfiles=list(given),
        )

    def workdir(self, folder):
        if self.overwrite_workdir is None:
            os.chdir(folder)

    def read(self):
        """The files of its study, found as the Snakefile does."""
        self.configfiles.append(find_configuration(self))
        return configuration_files(self)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The Snakefile of a study in a folder of its own, which is the current one; the path of modules is put back."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    folder = tmp_path / "own"
    (folder / "notes").mkdir(parents=True)
    for name in ("Snakefile", "config.yaml"):
        (folder / name).touch()
    monkeypatch.chdir(folder)
    return folder / "Snakefile"


def test_the_project_is_the_checkout():
    assert ROOT == PROJECT
    assert ROOT / "report" == SOURCES
    assert ROOT / "config.yaml" == CONFIG


def test_paths_of_the_project_are_relative_in_its_own_folder_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert shipped("report/main.typ") == "report/main.typ"
    monkeypatch.chdir(tmp_path)
    assert shipped("report/main.typ") == str(ROOT / "report" / "main.typ")


@pytest.mark.parametrize("place", [".", "notes", ".."])
def test_a_study_in_a_folder_of_its_own_is_worked_on_there(own, place):
    os.chdir(own.parent / place)
    assert Workflow(own).read() == [Path("config.yaml")]
    assert Path.cwd() == own.parent


def test_a_folder_that_is_asked_for_has_the_results_of_the_study_beside_the_snakefile(own, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    files = Workflow(own, directory=Path("out")).read()
    assert files == [own.parent / "config.yaml"]
    assert Path.cwd() == tmp_path / "out"
    assert import_own_modules(files[0]) == own.parent
    assert sys.path[-1] == str(own.parent)
    assert os.environ["PYTHONPATH"] == f"{own.parent}{os.pathsep}elsewhere"


def test_modules_of_the_current_folder_need_no_path_of_their_own(own):
    assert import_own_modules(Path("config.yaml")) == own.parent
    assert os.environ["PYTHONPATH"] == "elsewhere"


def test_the_pipeline_itself_runs_the_default_study_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    files = Workflow(ROOT / "Snakefile").read()
    assert files == [CONFIG]
    assert Path.cwd() == tmp_path
    assert import_own_modules(files[0]) == tmp_path


def test_a_subfolder_of_the_project_is_left_for_it(monkeypatch):
    monkeypatch.chdir(ROOT / "docs")
    assert Workflow(ROOT / "Snakefile").read() == [Path("config.yaml")]
    assert Path.cwd() == ROOT


def test_presets_of_the_project_are_laid_over_its_own_configuration(own):
    assert Workflow(own, given=[SMOKE]).read() == [CONFIG, SMOKE]
    mine = own.parent / "config.yaml"
    assert Workflow(own, given=[mine, SMOKE]).read() == [CONFIG, mine, SMOKE]
    assert Path.cwd() == own.parent


def test_a_file_that_is_given_twice_counts_once(own):
    mine, more = own.parent / "config.yaml", own.parent / "more.yaml"
    assert Workflow(own, given=[mine, more]).read() == [Path("config.yaml"), more]


def test_a_folder_without_a_configuration_is_refused_with_what_makes_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        WorkflowError, match=r"must have a file config\.yaml, got none in .*`.* new NAME` makes a folder"
    ):
        find_configuration(Workflow(tmp_path / "Snakefile"))


def test_files_are_shown_by_names_that_stay_when_folders_move(own):
    given = [Path("config.yaml"), own.parent / "notes" / "more.yaml", SMOKE, Path("/elsewhere/x.yaml")]
    assert shown(given) == [
        "config.yaml", "notes/more.yaml", "gradient_horizon/workflow/presets/smoke.yaml", "/elsewhere/x.yaml",
    ]  # fmt: skip


@pytest.fixture
def study(own):
    return validated_study(read_yaml(CONFIG, SMOKE), [CONFIG, SMOKE])


def start(study, *files, arguments=("--cores", "1"), **workflow):
    now = started(study, list(arguments), list(files), Workflow(Path.cwd() / "Snakefile", **workflow))
    refuse_other_files(study, now)
    now.write(results_of(study.name) / FILE)
    return now


def test_a_study_of_other_files_is_kept_out_of_the_results_of_a_name(study):
    start(study, "config.yaml", "a/x.yaml")
    other = study.model_copy(update={"title": "another"})
    with pytest.raises(ConfigError, match=r"name: must be one of its own .*'smoke'.*a/x\.yaml, for config.*b/x\.yaml"):
        start(other, "config.yaml", "b/x.yaml")
    assert started_studies()["smoke"].files == ["config.yaml", "a/x.yaml"]
    start(other, "config.yaml", "a/x.yaml")
    start(other, "config.yaml", "b/x.yaml")  # the same study under another name of its file


def test_what_was_recorded_before_files_were_is_read(own):
    write_json(Path("started.json"), {"arguments": ["--cores", "1"]})
    assert Started.read(Path("started.json")) == Started(["--cores", "1"], folder=".", files=[], study="")
    assert Started.read(Path("missing.json")) is None


@pytest.mark.parametrize(("shell", "expected"), [("..", ".."), ("/", "."), (None, ".")])
def test_the_folder_of_a_call_with_a_directory_is_what_the_shell_says_if_it_leads_here(
    study, monkeypatch, shell, expected
):
    monkeypatch.delenv("PWD", raising=False)
    if shell:
        monkeypatch.setenv("PWD", str((Path.cwd() / shell).resolve()))
    assert start(study, "config.yaml", directory=Path("own")).folder == expected
