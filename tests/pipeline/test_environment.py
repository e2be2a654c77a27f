import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.batches import Work, cut
from gradient_horizon.pipeline.command_line import REFUSED, main
from gradient_horizon.pipeline.environment import (
    CODE,
    PACKAGES,
    node,
    planned_here,
    record,
    require_as_planned,
    versions,
)
from gradient_horizon.pipeline.places import PLANNED
from gradient_horizon.store.keys import MEASURING, TRAINING
from gradient_horizon.study.costs import Cost
from gradient_horizon.training.version import ENGINE_VERSION

SOURCES = Path(__file__).parents[2] / "src"


HERE = planned_here()


def planned_elsewhere(**versions):
    found = HERE
    return {**found, "node": "login1", "versions": {**found["versions"], **versions}}


def test_what_a_batch_is_planned_with_is_what_is_installed():
    found = planned_here()["versions"]
    assert found["Python"] == platform.python_version()
    assert {name: found[name] for name in PACKAGES} == {name: version(name) for name in PACKAGES}
    assert found["engine"] == str(ENGINE_VERSION)
    assert len(found[CODE]) == 12
    assert {"Python", "engine", CODE, *PACKAGES} == {*found}


def test_what_the_keys_of_runs_hold_is_compared():
    assert {*TRAINING, *MEASURING} <= {*PACKAGES}


def test_an_installed_package_has_the_code_of_its_checkout(tmp_path, monkeypatch):
    package = tmp_path / "gradient_horizon"
    shutil.copytree(SOURCES / "gradient_horizon", package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("gradient_horizon.pipeline.environment.PACKAGE", package)
    monkeypatch.setattr("gradient_horizon.pipeline.environment.INSTALLED", package / "project")
    assert versions()[CODE] == HERE["versions"][CODE]
    (package / "project").mkdir()
    (package / "project" / "example.py").write_text("X = 1\n")
    assert versions()[CODE] == HERE["versions"][CODE]
    (package / "cells" / "mine.py").write_text("X = 1\n")
    assert versions()[CODE] != HERE["versions"][CODE]


def test_a_job_of_the_same_machine_and_python_is_not_compared(monkeypatch):
    planned = planned_here()
    monkeypatch.setattr("gradient_horizon.pipeline.environment.versions", lambda: pytest.fail("compared"))
    require_as_planned(planned)
    with pytest.raises(pytest.fail.Exception, match="compared"):
        require_as_planned({**planned, "node": "login1"})


@pytest.mark.parametrize("differs", [{"node": "login1"}, {"python": "/usr/bin/python3"}, {"path": "/elsewhere"}])
def test_another_machine_or_python_with_the_same_versions_is_welcome(differs):
    require_as_planned({**planned_here(), **differs})


def test_other_versions_are_refused_with_node_package_wanted_found_and_what_to_do(monkeypatch):
    monkeypatch.setenv("SLURMD_NODENAME", "node7")
    assert node() == "node7"
    with pytest.raises(ClusterError) as refused:
        require_as_planned(planned_elsewhere(numpy="1.0", engine="99"))
    assert str(refused.value) == (
        f"node node7 must compute with what the study was planned with on login1: numpy 1.0, got {version('numpy')}; "
        f"engine 99, got {ENGINE_VERSION}. Nothing was written to the store. `gradient_horizon doctor --cluster` "
        "compares all nodes: install the same versions on this one, or leave it out, and start the study again."
    )


def test_every_job_of_a_workflow_looks_at_what_was_recorded(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(PLANNED, "")
    record(tmp_path)
    main(["preset"])
    monkeypatch.setattr("gradient_horizon.pipeline.environment.planned_here", lambda: planned_elsewhere(torch="1.0"))
    record(tmp_path)
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["preset"])
    assert ended.value.code == REFUSED
    said = capsys.readouterr()
    assert "on login1: torch 1.0, got " in said.err
    assert said.out == ""
    Path(os.environ[PLANNED]).unlink()
    main(["preset"])


@pytest.fixture
def batch(tmp_path, small_run):
    """The file of a batch as it was planned here."""
    work = Work(small_run(updates=20), ("test",), Cost(1.0, 1.0, 0.0, 10**6, 10**4), is_trained=False)
    (made,) = cut([work], seconds=60, cores=1, manifests=tmp_path)
    file = tmp_path / "batch.json"
    file.write_text(made.to_json())
    return file


def job(batch, **environment):
    folder = batch.parent
    options = ["--runs", batch, "--store", folder / "store", "--results", folder, "--manifest", folder / "made.json"]
    command = [sys.executable, "-m", "gradient_horizon", "batch", *map(str, options)]
    given = {**os.environ, "PYTHONPATH": str(SOURCES), **environment}
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False)


def test_a_job_with_other_code_ends_before_any_work_and_one_with_the_same_does_it(batch, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(SOURCES, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "gradient_horizon" / "seeding.py").open("a") as file:
        file.write("\nX = 1\n")
    refused = job(batch, PYTHONPATH=str(other), SLURMD_NODENAME="node2")
    assert refused.returncode == REFUSED
    wanted = json.loads(batch.read_text())["planned"]["versions"][CODE]
    assert refused.stderr.startswith(f"node node2 must compute with what the study was planned with on {node()}: ")
    assert f": {CODE} {wanted}, got " in refused.stderr
    assert not (tmp_path / "store").exists()
    assert not (tmp_path / "made.json").exists()
    done = job(batch, SLURMD_NODENAME="node2")
    assert done.returncode == 0, done.stderr
    assert len(json.loads((tmp_path / "made.json").read_text())["complete"]) == 1
