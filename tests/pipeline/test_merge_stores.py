"""Stores of other machines joined: what a study then finds there, and what is refused before anything is written."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filled_stores import digest_of, files_of, fill, run_folder
from study_results import ALL, FEW, make_results, tiny_study
from tiny_study import ROOT, copy_project, python, snakemake

from gradient_horizon.pipeline import joining_stores
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.commands.part import make_part
from gradient_horizon.pipeline.commands.store import look_after_store
from gradient_horizon.storage import write_json
from gradient_horizon.store.locks import held

HALVES = {"first": FEW, "second": FEW | {"first_seed": 2, "pilot_seeds": 0}}
SMOKE = "workflow/presets/smoke.yaml"
OF_SMOKE = {
    "first": ("seeds=1", "seeds_per_job=1"),
    "second": ("seeds=1", "seeds_per_job=1", "first_seed=1", "pilot_seeds=0"),
    "whole": ("seeds=2", "seeds_per_job=1"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def merge(*arguments):
    """The status with which merging ends, and what is printed, line by line."""
    main(["merge", *map(str, arguments)])


def status(*arguments):
    with pytest.raises(SystemExit) as ended:
        merge(*arguments)
    return ended.value.code


def results_files(results, *left_out):
    return {
        str(path.relative_to(results)): path.read_bytes()
        for path in sorted(results.rglob("*"))
        if path.is_file() and path.name not in left_out
    }


def test_two_halves_of_the_seeds_give_the_results_of_the_whole_and_nothing_is_trained_again(folder, capsys):
    whole = make_results(tiny_study(**ALL), folder / "at-once", folder / "whole")
    for name, half in HALVES.items():
        make_results(tiny_study(**half), folder / name, folder / f"results-of-{name}")
    merge("lab=first", "second")
    capsys.readouterr()
    merged = make_results(tiny_study(**ALL), Path("store"), folder / "merged")
    assert capsys.readouterr().out == ""
    found, wanted = (results_files(each, "made_of.json", "durations.csv") for each in (merged, whole))
    assert found == wanted
    assert len(found) > 100
    origins, facts = (json.loads((merged / "made_of.json").read_text())[key] for key in ("origins", "facts"))
    assert [(each["store"], each["runs"]) for each in origins] == [("lab", 6), ("second", 6)]
    assert "origins" not in json.loads((whole / "made_of.json").read_text())
    for each in origins:
        assert each["facts"] == {key: value for key, value in facts.items() if key != "torch"}


def test_a_merge_tells_what_it_took_and_a_second_one_that_nothing_was_left_to_take(folder, capsys):
    fill(folder / "one", [1, 2])
    fill(folder / "two", [2, 3])
    merge("one", "lab=two")
    first = capsys.readouterr().out.splitlines()
    assert [re.sub(r", [\d,]+ files per second", "", line) for line in first] == [
        "one: runs taken into store: 2; that were there: 0; files: 12, 0.0 MB",
        "lab: runs taken into store: 1; that were there: 1; files: 6, 0.0 MB",
    ]
    before = files_of(Path("store"))
    merge("one", "lab=two")
    assert capsys.readouterr().out.splitlines() == [
        "one: runs taken into store: 0; that were there: 2; files: 0, 0.0 MB",
        "lab: runs taken into store: 0; that were there: 2; files: 0, 0.0 MB",
    ]
    assert files_of(Path("store")) == before
    main(["check", "store"])


def test_a_dry_run_takes_nothing(folder, capsys):
    fill(folder / "one", [1, 2])
    merge("one", "--dry-run")
    assert capsys.readouterr().out == (
        "one: runs would be taken into store: 2; that were there: 0; files: 12, 0.0 MB\n"
    )
    assert not Path("store").exists()


def test_a_contradictory_run_is_named_and_all_others_are_merged(folder, capsys):
    fill(folder / "one", [1, 2, 3])
    fill(folder / "store", [2], networks="other bytes\n")
    assert status("one") == 2
    said = capsys.readouterr().out
    assert f"{run_folder(Path('one'), 2)}: networks.safetensors must be the same bytes on every machine" in said
    assert "runs taken into store: 2; that were there: 0;" in said
    assert (run_folder(folder / "store", 2) / "networks.safetensors").read_text() == "other bytes\n"
    assert run_folder(folder / "store", 3).is_dir()


def test_a_damaged_file_of_another_store_is_named_and_left_there(folder, capsys):
    fill(folder / "one", [1, 2])
    damaged = run_folder(Path("one"), 1) / "networks.safetensors"
    damaged.write_bytes(b"x")
    assert status("one") == 3
    said = capsys.readouterr().out
    assert f"{damaged.parent}: damaged, or without a checksum in .sha256, and left: networks.safetensors" in said
    assert damaged.read_bytes() == b"x"
    assert len(files_of(Path("store"))) == len(files_of(Path("one"))) - 2


def test_a_run_that_is_worked_on_is_told(folder, capsys):
    fill(folder / "one", [1, 2])
    run_folder(folder / "store", 1).mkdir(parents=True)
    with held(run_folder(folder / "store", 1), wait=False):
        assert status("one") == 2
    assert "a process works on this run in store; merge again when it has ended" in capsys.readouterr().out


def test_files_of_which_those_that_are_there_stay_are_counted(folder, capsys):
    fill(folder / "one", [1, 2, 3])
    fill(folder / "store", [1, 2], measures="last digits\n")
    merge("one")
    assert "one: runs with other measures than are there, which stay: 2\n" in capsys.readouterr().out


def test_the_list_of_the_store_names_the_store_that_a_run_came_from(folder, capsys):
    fill(folder / "one", [1])
    fill(folder / "store", [2])
    merge("lab=one")
    capsys.readouterr()
    look_after_store(action="list", study=None, dry_run=False, yes=False)
    states = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "measured, from lab  in no study" in states[digest_of(1)[:12]]
    assert "from" not in states[digest_of(2)[:12]]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["one", "part"], "folders must all be parts, or all be stores, got the store one and the part part"),
        (["one", "neither"], "neither must be a part, with part.json, .*, or a store, with .*; got neither$"),
        (["project"], r"project must be a part, .*; got neither; do you mean project/store\?"),
        (["one", "a=one"], "stores must be folders, each given once; got .*/one 2 times"),
        (["a=one", "a=two"], "stores must have names of their own; got 'a' for 2"),
        (["one", "--out", "one"], "--out must be another store than those that are joined into it, got one as both"),
        (["one", "--out", "one/sub"], "--out must lie outside the stores that are joined into it, got one/sub in one"),
        (["one", "--out", "neither"], "neither must be a store, or a new folder, .*; got something else"),
        (["one", "newer"], "newer must be a store of format 1, got format 2: another version"),
        (["one", "--out", "newer"], "newer must be a store of format 1, got format 2: another version"),
        (["one", "--allow-versions"], "--allow-versions must be given with parts only"),
        (["part"], "parts must be joined into a folder, which --out names, got none"),
        (["part", "--out", "new", "--dry-run"], "parts must be joined into a folder, .*, got --dry-run"),
        (["a=part", "--out", "new"], "a name must be given to stores only, got a=part, which is a part"),
        (["=one"], "must be NAME=PATH with 1 to 60 printable letters of NAME, got '=one'"),
        (["lab=nowhere"], "must be a folder, got 'nowhere'"),
        (["lab="], "must be a folder, got ''"),
    ],
)
def test_what_cannot_be_merged_is_refused_before_anything_is_written(folder, results_of, capsys, given, sentence):
    for name in ("one", "two", "newer", "project/store"):
        fill(folder / name, [1])
    write_json(folder / "newer" / "format.json", {"format": 2})
    (folder / "neither").mkdir()
    (folder / "neither" / "a-file").write_text("")
    make_part(results=results_of("few", **FEW), out=folder / "part")
    before = files_of(folder)
    capsys.readouterr()
    assert status(*given) == 2
    assert re.search(sentence, capsys.readouterr().err, re.M)
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("room", "asked"), [("free_disk", r"0\.3 GB, got 0\.1 GB"), ("free_files", "18 more files, got 0")]
)
def test_without_room_nothing_is_taken(folder, monkeypatch, capsys, room, asked):
    fill(folder / "one", [1])
    monkeypatch.setattr(joining_stores, room, lambda folder: {"free_disk": 0.1, "free_files": 0}[room])
    assert status("one") == 2
    assert re.search(f"store: the disk must have room for {asked}", capsys.readouterr().err)
    assert not Path("store").exists()


def test_a_store_in_which_only_the_speed_was_measured_is_a_new_one(folder):
    fill(folder / "one", [1])
    write_json(folder / "store" / "speed.json", {})
    merge("one")
    assert run_folder(folder / "store", 1).is_dir()


KILLED = """
import os, signal
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.store import joining
write, written = joining.write, []
def counted(path, content):
    if len(written) == 50:
        os.kill(os.getpid(), signal.SIGKILL)
    written.append(path)
    write(path, content)
joining.write = counted
main(["merge", "one"])
"""


def test_a_merge_that_was_killed_goes_on_and_gives_the_same_files(folder):
    runs = range(40)
    fill(folder / "one", runs)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert 10 <= len(list(Path("store").glob("runs/*/*/outcome.json"))) < len(runs)
    merge("one")
    assert {name: content for name, content in files_of(Path("store")).items() if ".tmp" not in name} == files_of(
        Path("one")
    )


@pytest.mark.long
def test_two_halves_of_the_smoke_study_give_its_results_byte_for_byte(folder):
    """Two machines, each with half of the seeds, a third that has both stores, and a fourth that runs all at once."""
    places = {name: copy_project(folder / name) for name in (*OF_SMOKE, "merged")}

    def run(place, wishes, *options):
        done = snakemake(places[place], "--cores", "2", *options, "--config", "name=smoke", *wishes, overlay=SMOKE)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stderr

    for name in ("first", "second"):
        run(name, OF_SMOKE[name], "--until", "batch")
    run("whole", OF_SMOKE["whole"])
    joined = python(places["merged"], "-m", "gradient_horizon", "merge", "lab=../first/store", "../second/store")
    assert joined.returncode == 0, joined.stdout + joined.stderr
    assert "trains and measures" not in run("merged", OF_SMOKE["whole"])
    merged, whole = (places[name] / "results" / "smoke" for name in ("merged", "whole"))
    found, wanted = (
        {name: files for name, files in results_files(each).items() if is_made_of_runs(name)}
        for each in (merged, whole)
    )
    assert found.keys() == wanted.keys()
    assert [name for name in found if found[name] != wanted[name]] == []
    assert len(found) > 600
    for language in ("en", "pl"):
        page, other = ((each / "report" / language / "report.html").read_text("utf-8") for each in (merged, whole))
        assert "(../second/store: 20, lab: 20)" in what_was_inserted(page, other)


def what_was_inserted(text, into):
    """The one piece that a text has more than another."""
    start = next(place for place, (one, other) in enumerate(zip(text, into, strict=False)) if one != other)
    end = start + len(text) - len(into)
    assert text[:start] + text[end:] == into
    return text[start:end]


def is_made_of_runs(name):
    """Whether a file of results is made of runs alone, and says nothing of where or when it was made."""
    return name.startswith(("tables/", "claims/", "figures/", "checks/")) or name in (
        "plan/study.json",
        "plan/runs.csv",
        "live.json",
    )
