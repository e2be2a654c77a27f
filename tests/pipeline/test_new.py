"""A new folder for a study, and what it begins with."""

import csv
import math
import sys

import numpy as np
import pytest
from tiny_study import ROOT

from gradient_horizon import registries
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.own_classes import own_class_problems
from gradient_horizon.pipeline.places import CONFIG, PRESETS
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

MADE = [
    ".gitignore", "README.md", "Snakefile", "cells.py", "config.yaml", "data/spring.csv",
    "profiles/default/profile.yaml", "tasks.py",
]  # fmt: skip


@pytest.fixture
def new(tmp_path, monkeypatch):
    """A new study's folder, which is the current one; what is imported from it is forgotten afterwards."""
    main(["new", str(tmp_path / "mine")])
    monkeypatch.chdir(tmp_path / "mine")
    monkeypatch.syspath_prepend(tmp_path / "mine")
    for module in ("cells", "tasks"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    yield tmp_path / "mine"
    for module in ("cells", "tasks"):
        sys.modules.pop(module, None)


def test_a_new_folder_has_all_that_a_study_needs_under_its_name(new):
    assert sorted(file.relative_to(new).as_posix() for file in new.rglob("*") if file.is_file()) == MADE
    study = validated_study(read_yaml(new / "config.yaml"), [new / "config.yaml"])
    assert (study.name, study.title) == ("mine", "mine")
    assert not [file for file in new.rglob("*") if file.is_file() and "study-name" in file.read_text()]
    assert set(study.own_classes) >= {"cells:Mine", "tasks:FirstSign"}
    assert not list(own_class_problems(study))


def test_its_configuration_explains_every_key_of_the_default_study(new):
    given, default = read_yaml(new / "config.yaml"), read_yaml(CONFIG)
    assert given["defaults"].keys() == default["defaults"].keys()
    assert given["limits"].keys() == default["limits"].keys()
    lines = (new / "config.yaml").read_text().splitlines()
    for key in given["defaults"] | given["limits"]:
        assert any(line.strip().startswith(f"{key}:") and "  # " in line for line in lines), key


def test_its_task_can_be_solved_by_a_look_at_the_first_step(new):
    task = registries.load(registries.TASKS, "task", "tasks:FirstSign")()
    batch = task.sample(7, 64, generator=np.random.default_rng(0))
    assert batch.inputs.shape == (7, 2, 64)
    np.testing.assert_array_equal(batch.target, batch.inputs[0, 0] > 0)
    assert batch.inputs[:, 1].sum() == batch.inputs[0, 1].sum() == 64
    assert task.baselines(7)[0].loss == pytest.approx(-math.log(0.5))


def test_its_data_are_those_of_a_driven_spring(new):
    with (new / "data" / "spring.csv").open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    assert len(rows) == 40 * 25
    for sequence in range(40):
        before = now = 0.0
        for step, row in enumerate(rows[25 * sequence : 25 * sequence + 25]):
            force = math.sin(0.7 * sequence + 0.4 * step + 0.01 * sequence * step)
            assert row == pytest.approx(
                {"sequence": sequence, "step": step, "force": force, "position": now}, abs=5.1e-5
            )
            before, now = now, 1.6 * now - 0.8 * before + 0.2 * force


def test_what_needs_a_checkout_says_so_in_a_study_s_folder(new, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["verify"])
    assert caught.value.code == 2
    assert f"must be called in a checkout of the project, got {new}, without report" in capsys.readouterr().err


def refusal(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(["new", *map(str, arguments)])
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("name", ["Mine", "a b", "..", "ä", "a_b", "-x", "a" * 61, "a;b", "a--b.", "default"])
def test_a_name_that_no_study_can_have_is_refused(tmp_path, capsys, name):
    assert f"got {name!r}" in refusal(capsys, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_and_one_in_no_folder_are_refused(tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis").write_text("all of it")
    (tmp_path / "file").touch()
    assert "must be new or empty" in refusal(capsys, tmp_path / "full")
    assert "must be new or empty" in refusal(capsys, tmp_path / "file")
    assert "must be made in one that exists" in refusal(capsys, tmp_path / "none" / "mine")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "thesis"]


def test_a_configuration_may_be_given_to_begin_with(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    main(["new", str(tmp_path / "empty"), "--from", str(CONFIG)])
    assert (tmp_path / "empty" / "config.yaml").read_bytes() == CONFIG.read_bytes()
    assert "defaults.batch_size: must be given" in refusal(capsys, tmp_path / "part", "--from", PRESETS / "smoke.yaml")
    assert not (tmp_path / "part").exists()


def test_presets_are_found_by_name(capsys):
    main(["preset", "smoke"])
    main(["preset", "default"])
    assert capsys.readouterr().out == f"{PRESETS / 'smoke.yaml'}\n{CONFIG}\n"
    main(["preset"])
    listed = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert {*listed} == {"default", *(file.stem for file in (ROOT / "workflow" / "presets").glob("*.yaml"))}
    assert all(purpose.strip() for purpose in listed.values())
    with pytest.raises(SystemExit):
        main(["preset", "smok"])
    assert "must be one of default, " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["null", "true", "yes", "1", "0x1f", "010", "2026-11-27"])
def test_a_name_that_yaml_would_read_as_something_else_is_a_name(tmp_path, name):
    main(["new", str(tmp_path / name)])
    config = read_yaml(tmp_path / name / "config.yaml")
    assert config["name"] == config["title"] == name


def test_a_link_to_nowhere_and_a_disk_without_room_are_told_and_leave_nothing(tmp_path, capsys, monkeypatch):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert "must be new or empty" in refusal(capsys, tmp_path / "link")

    def full(*given, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    told = refusal(capsys, tmp_path / "mine")
    where = f"got '{tmp_path / 'mine'}': No space left on device\n"
    assert told == f"the folder of a study must be where files can be written, {where}"
    assert not (tmp_path / "mine").exists()
