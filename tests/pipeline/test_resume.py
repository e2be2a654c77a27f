"""Going on with a study by name."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.commands import resume
from gradient_horizon.pipeline.places import LAST, results_of
from gradient_horizon.pipeline.started import FILE, Started


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Two studies that were started here, `two` last; the calls that are made of Snakemake, with their folders."""
    monkeypatch.chdir(tmp_path)
    found = []

    def run(command, cwd, **_):
        found.append((cwd, command[1:]))
        return SimpleNamespace(returncode=0)

    def become(program, command):
        assert program == command[0] == sys.executable
        run(command, os.path.relpath(Path.cwd(), tmp_path))
        raise SystemExit(0)

    monkeypatch.setattr(resume.subprocess, "run", run)
    monkeypatch.setattr(resume.os, "execv", become)
    for name, started in {
        "one": Started(["--configfile", "config.yaml", "one.yaml", "--cores", "1"]),
        "two": Started(["--cores", "1", "--directory", "out", "--", "results/two/live.json"], ".."),
    }.items():
        started.write(results_of(name) / FILE)
        started.write(LAST)
    return found


def resumed(*arguments):
    with pytest.raises(SystemExit) as caught:
        main(["resume", *arguments])
    return caught.value.code


ONE = ["--configfile", "config.yaml", "one.yaml", "--cores", "1"]
TWO = ["--cores", "1", "--directory", "out"]


@pytest.mark.parametrize("given", ["one", "results/one", "results/one/"])
def test_a_study_is_gone_on_with_by_its_name(calls, given):
    assert resumed(given, "--cores", "2") == 0
    snakemake = ["-m", "snakemake", *ONE]
    assert calls == [(".", [*snakemake, "--unlock"]), (".", [*snakemake, "--cores", "2"])]


@pytest.mark.parametrize(
    "option", [["--profile", "profiles/slurm"], ["--profile=profiles/slurm"], ["--executor", "slurm"]]
)
def test_the_cores_of_this_machine_say_nothing_to_a_study_of_a_cluster(calls, capsys, option):
    Started([*option, "--jobs", "9"]).write(results_of("three") / FILE)
    assert resumed("three", "--cores", "2") == 0
    assert "--cores 2 is left out: the study was started with a profile or an executor" in capsys.readouterr().out
    assert calls[-1] == (".", ["-m", "snakemake", *option, "--jobs", "9"])


def test_without_a_name_the_last_one_is_in_the_folder_of_its_call(calls):
    assert resumed() == 0
    assert calls[-1] == ("..", ["-m", "snakemake", *TWO, "--", "results/two/live.json"])


def test_a_study_that_was_never_started_is_refused_with_those_that_were(calls, capsys):
    assert resumed("three") == 2
    assert "must be one that was started in this folder, got 'three'; legal: one, two" in capsys.readouterr().err
    assert calls == []


def test_where_nothing_was_started_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert resumed("one") == 2
    assert "legal: none, since no study was started here" in capsys.readouterr().err
    assert resumed() == 2
    assert "nothing was interrupted here" in capsys.readouterr().err
    assert not Path("results").exists()
