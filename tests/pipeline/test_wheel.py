"""The package as it is installed: in an empty environment, outside of the checkout, with a study in its own folder."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from tiny_study import ROOT, TINY

pytestmark = pytest.mark.long
HIDDEN = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME"}


def run(command, folder, *, fails=False):
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    done = subprocess.run([*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of programs of an environment with the wheel, and with what this one has installed from elsewhere."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip"]
    run([*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, ROOT], folder)
    run([sys.executable, "-m", "venv", "--without-pip", folder / "environment"], folder)
    (wheel,) = folder.glob("*.whl")
    (packages,) = (folder / "environment").glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = folder / "environment" / "bin" / "python"
    run([*pip, "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel], folder)
    found = run([python, "-c", "import gradient_horizon; print(gradient_horizon.__file__)"], folder).strip()
    assert Path(found).is_relative_to(packages)
    return python.parent


@pytest.fixture(scope="module")
def study(installed, tmp_path_factory):
    """A new study, made by the installed command."""
    folder = tmp_path_factory.mktemp("home")
    run([installed / "gradient_horizon", "new", "mine"], folder)
    return folder / "mine"


def dry_run(installed, folder, *options):
    """The rules of the jobs that would be run."""
    said = run([installed / "python", "-m", "snakemake", "--cores", "1", "--dry-run", *options], folder)
    return {*re.findall(r"^Job \d+: ([a-z]+) ", said, re.MULTILINE)}


def test_a_new_study_is_planned_wherever_snakemake_is_called_from(installed, study):
    (study / "notes").mkdir()
    target = ("--", "results/mine/plan/study.json")
    assert dry_run(installed, study) >= {"batch", "tables", "page"}
    assert dry_run(installed, study / "notes", "-s", "../Snakefile", *target) == {"plan"}
    shutil.copytree(study / "data", study.parent / "other" / "data")  # files of data are looked for there
    assert dry_run(installed, study.parent, "-s", "mine/Snakefile", "--directory", "other", *target) == {"plan"}
    assert not (study.parent / "other" / "results").exists()
    classroom = run([installed / "gradient-horizon", "preset", "classroom"], study).strip()
    files = ("--configfile", "config.yaml", classroom)
    assert dry_run(installed, study, *files, "--", "results/mine-classroom/plan/study.json") == {"plan"}


def test_a_study_with_classes_of_its_own_is_trained_and_told_in_words(installed, study):
    given = yaml.safe_load((study / "config.yaml").read_text())
    config = {**TINY, "judge": [], "name": "tiny", "defaults": {**given["defaults"], **TINY["defaults"]}}
    config["experiments"] = [{"name": "memory", "task": "tasks:FirstSign", "cells": ["cells:Mine"], "lengths": [4]}]
    (study / "tiny.yaml").write_text(yaml.safe_dump(config))
    methods = "results/tiny/report/en/methods.tex"
    run([installed / "python", "-m", "snakemake", "--cores", "2", "--configfile", "tiny.yaml", "--", methods], study)
    assert "Mine" in (study / methods).read_text()
    assert "legal: tiny" in run([installed / "gradient_horizon", "resume", "mine"], study, fails=True)
