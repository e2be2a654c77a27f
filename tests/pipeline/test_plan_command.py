"""What `plan` says: how much, why, and how long."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_study import TINY, write_overlay

from gradient_horizon.pipeline.batch_work import complete
from gradient_horizon.pipeline.batches import planned
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.commands import plan
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import remove, write
from gradient_horizon.store import keys
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Speed
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[2]
FILES = ["config.yaml", "tiny.yaml"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a tiny study, on a machine whose speed is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plan, "calibrate", lambda: replace(Speed.REFERENCE, compiled=2.0))
    (tmp_path / "config.yaml").symlink_to(ROOT / "config.yaml")
    write_overlay(tmp_path, TINY)
    return tmp_path


def runs_of(folder):
    files = [folder / name for name in FILES]
    return planned(expand(validated_study(read_yaml(*files), files)), Store(Path("store")))


def finish(folder):
    """Completes all runs, as a start of the study does."""
    runs = runs_of(folder)
    write(Path("results/tiny/plan/store.csv"), as_csv((run.spec, run.keys) for run in runs.values()))
    progress = ProgressWriter(folder / "progress.json", batch="b", experiments=["memory"], runs=1, networks=1, work=1.0)
    for run in runs.values():
        complete(run.spec, run.stored, progress, training=0.5)
    return runs


def said(capsys, *options):
    capsys.readouterr()
    main(["plan", *FILES, *options])
    return capsys.readouterr().out


def test_a_new_study_is_counted_and_costs_time_memory_and_disk(folder, capsys):
    out = said(capsys, "--cores", "2")
    assert "memory: 4 runs, 8 networks; 4 to run, " in out
    assert "4 runs, 8 networks\n4 runs: new\n4 to train and measure, 0 to measure only, in 1 batch\n" in out
    assert re.search(
        r"about \d+ s on 2 cores\nup to \d\.\d GB of memory a job, \d+ MB of disk\nto run it: snakemake ", out
    )
    assert out.endswith(" --configfile config.yaml tiny.yaml, with -- before the name of a file that is to be made\n")
    assert Path("store/speed.json").exists()


def test_with_runs_there_is_a_line_for_each(folder, capsys):
    lines = [line for line in said(capsys, "--runs").splitlines() if line.startswith("memory_")]
    assert len(lines) == 4
    assert all(line.endswith("2 networks, up to 6 updates of 4 steps  new") for line in lines if "_T4_" in line)


def test_of_a_finished_study_nothing_is_to_be_done(folder, capsys):
    finish(folder)
    out = said(capsys)
    assert "memory: 4 runs, 8 networks; all there\n" in out
    assert out.endswith("all of them are in store/: nothing is to be trained or measured\n")


def test_an_edit_is_named_as_the_reason(folder, capsys, monkeypatch):
    runs = finish(folder)
    write_overlay(folder, {**TINY, "defaults": {**TINY["defaults"], "updates": 9}})
    assert "4 runs: changed: updates\n" in said(capsys)
    write_overlay(folder, {**TINY, "defaults": {**TINY["defaults"], "hidden_gradients_every": 3}})
    assert "4 runs: what is recorded of training changed\n" in said(capsys)
    write_overlay(folder, TINY)

    monkeypatch.setattr(keys, "ENGINE_VERSION", 99)
    assert "4 runs: changed: engine\n" in said(capsys)
    monkeypatch.undo()
    monkeypatch.chdir(folder)

    remove(next(iter(runs.values())).stored.measures)
    assert "1 run: not measured\n0 to train and measure, 1 to measure only" in said(capsys)
    monkeypatch.setattr(keys, "_measures_key", lambda: "another")
    assert "4 runs: the measures, or their libraries, changed\n" in said(capsys)


def test_a_run_that_is_gone_from_the_store_is_not_said_to_be_new(folder, capsys):
    for run in finish(folder).values():
        remove(run.stored.outcome)
    assert "4 runs: not in the store\n" in said(capsys)


@pytest.mark.parametrize("cores", ["0", "-3", "two", "1.5"])
def test_a_number_of_cores_that_is_none_is_refused(folder, capsys, cores):
    with pytest.raises(SystemExit) as caught:
        main(["plan", *FILES, f"--cores={cores}"])
    assert caught.value.code == 2
    assert "must be a whole number above 0" in capsys.readouterr().err


def test_a_run_that_failed_is_said_to_have_failed(folder, capsys):
    run = next(iter(runs_of(folder)))
    write(Path(f"results/tiny/logs/failed/{run}.log"), "it failed")
    assert "1 run: failed before\n" in said(capsys)


def test_where_nothing_can_be_written_it_is_said_all_the_same(folder, capsys):
    (folder / "store").mkdir()
    (folder / "store" / "runs").write_text("a file in its place")
    assert "4 runs, 8 networks\n" in said(capsys)


def test_of_a_study_of_one_s_own_it_is_said_that_the_report_shows_what_was_trained(folder, capsys):
    out = said(capsys, "--cores", "2")
    assert "no claim is asked: the report shows what was trained\n" in out
    assert "stays open" not in out


def test_claims_that_a_study_has_no_runs_for_are_named_with_the_settings_that_lack_them(folder, capsys):
    explosion = {"name": "explosion", "task": "recall", "always": ["orthogonal-2"]}
    cells = {"relu": ["none", "clipped"], "tanh": ["none"]}
    write_overlay(folder, TINY | {"experiments": [*TINY["experiments"], explosion | {"cells": cells}]})
    lines = said(capsys, "--cores", "2").splitlines()
    assert "no claim reads the runs of memory" in lines
    assert "claim weights-jump lacks runs of explosion-bounded" in lines
    assert not any(line.startswith("claim eigen-power") for line in lines)
    (left_out,) = [line for line in lines if line.startswith("not asked, since no run of theirs is here: ")]
    assert "gru-similar" in left_out.split(": ")[1].split(", ")
    assert "weights-jump" not in left_out


def test_wishes_are_planned_as_the_study_of_their_own_that_they_make(folder, capsys):
    out = said(capsys, "--config", "seeds=1", "lengths=[4]", "batch_minutes=5")
    name = re.search("the results of this study are in results/(tiny-[0-9a-f]{6});", out)[1]
    assert "2 runs, 2 networks" in out
    assert "to run it: snakemake --cores 2 --configfile config.yaml tiny.yaml --config seeds=1" in out
    assert f"results/{name};" in said(capsys, "--config", "seeds=1", "lengths=[4]")
    assert "4 runs, 8 networks" in said(capsys)


def test_a_length_of_batches_that_snakemake_would_refuse_is_refused(folder, capsys):
    with pytest.raises(SystemExit) as refused:
        said(capsys, "--config", "batch_minutes=abc")
    assert refused.value.code == 2
    assert "batch_minutes: must be a number of minutes above 0, such as 1, got 'abc'" in capsys.readouterr().err


def test_a_wish_without_a_value_is_refused(folder, capsys):
    with pytest.raises(SystemExit) as refused:
        said(capsys, "--config", "seeds")
    assert refused.value.code == 2
    assert "must be KEY=VALUE, such as seeds=4, got 'seeds'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["store", "results", "results/tiny"])
def test_a_file_where_a_folder_should_be_is_a_sentence(folder, capsys, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["plan", *FILES])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"{name} must be a folder, got a file; ")
