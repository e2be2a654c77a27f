import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gradient_horizon.pipeline import checkout as module
from gradient_horizon.pipeline.checkout import Checkout, checkout, project_commit, study_commit
from gradient_horizon.pipeline.places import PROJECT

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="needs git, to make repositories")
NONE = Checkout("unknown", "")


def git(folder, *arguments):
    identity = {"GIT_AUTHOR_DATE": "2026-11-24T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-24T12:00:00Z"}
    identity |= {f"GIT_{who}_{what}": "somebody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run([GIT, *arguments], cwd=folder, env=os.environ | identity, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / "archive").mkdir(parents=True)
    (folder / "file").write_text("content")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "--message", "first")
    return folder


def test_a_clean_checkout_has_its_commit_and_day(repository):
    commit, day = checkout(repository)
    assert re.fullmatch("[0-9a-f]{12}", commit)
    assert day == "2026-11-24"


@pytest.mark.parametrize("name", ["file", "my_cell.py"])
def test_a_changed_file_and_an_own_file_mark_the_commit(repository, name):
    clean = checkout(repository).commit
    (repository / name).write_text("other content")
    assert checkout(repository).commit == f"{clean}-dirty"


def test_an_archive_inside_another_repository_has_no_commit(repository):
    (repository / "archive" / "Snakefile").write_text("")
    assert checkout(repository / "archive") == NONE


def test_a_repository_without_commits_and_a_plain_folder_have_none(tmp_path):
    assert checkout(tmp_path) == NONE
    git(tmp_path, "init")
    assert checkout(tmp_path) == NONE


def test_without_git_the_commit_is_unknown(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert checkout(repository) == NONE


def test_a_study_in_a_folder_of_a_repository_has_its_commit_marked_by_what_changes_there(repository):
    study = repository / "studies" / "mine"
    study.mkdir(parents=True)
    assert study_commit(study) == ""
    (study / "config.yaml").write_text("name: mine")
    assert study_commit(study) == ""
    git(repository, "add", ".")
    git(repository, "commit", "--message", "a study")
    commit = checkout(repository).commit
    assert study_commit(study) == commit
    (repository / "file").write_text("changed elsewhere")
    assert study_commit(study) == commit
    (study / "cells.py").touch()
    assert study_commit(study) == f"{commit}-dirty"


def test_a_study_in_the_project_itself_has_no_commit_of_its_own():
    assert study_commit(PROJECT) == ""


def test_an_installed_project_has_a_version_with_a_digest_of_its_files(tmp_path, monkeypatch):
    package = tmp_path / "gradient_horizon"
    (package / "project" / "__pycache__").mkdir(parents=True)
    (package / "code.py").write_text("1")
    for name, folder in (("PACKAGE", package), ("PROJECT", package / "project")):
        monkeypatch.setattr(module, name, folder)
    first = project_commit()
    expected = hashlib.sha256(f"{hashlib.sha256(b'1').hexdigest()}  code.py\n".encode()).hexdigest()
    assert first == Checkout(f"{version('gradient-horizon')}-{expected[:12]}", "")
    (package / "project" / "__pycache__" / "compiled").touch()
    assert project_commit() == first
    (package / "code.py").write_text("2")
    assert project_commit() != first


def test_without_git_a_study_is_planned_and_its_jobs_run(tmp_path):
    root = Path(__file__).parents[2]
    for part in ("Snakefile", "config.yaml", "profiles", "report", "workflow", "src"):
        (tmp_path / part).symlink_to(root / part)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "sh", "rm", "mkdir", "which"):  # the last for Snakemake's plugin for Slurm
        (tools / tool).symlink_to(shutil.which(tool))
    environment = os.environ | {"PATH": str(tools), "PYTHONPATH": str(root / "src")}
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "1", "--configfile", "config.yaml"]
    smoke = "workflow/presets/smoke.yaml"
    target = "results/smoke/plan/study.json"
    done = subprocess.run(
        [*snakemake, smoke, "--", target], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "results" / "smoke" / "plan" / "study.json").exists()
