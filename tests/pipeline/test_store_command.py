import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gradient_horizon.errors import StoreError
from gradient_horizon.pipeline.commands.store import look_after_store
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.pipeline.places import RESULTS, STORE
from gradient_horizon.pipeline.usage import Use, uses_of_studies
from gradient_horizon.storage import write, write_arrays, write_json
from gradient_horizon.store.keys import Keys, keys_of
from gradient_horizon.store.store import Store

HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print(flush=True)
input()
"""
PARTS = ("networks", "outcome", "history", "measures")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("action", ["list", "remove"])
def test_a_file_in_place_of_the_store_is_refused(action):
    STORE.write_text("")
    with pytest.raises(StoreError, match=r"^store must be a folder, got a file; move it away"):
        look_after_store(action=action, study=None, dry_run=False, yes=True)


@pytest.fixture
def specs(small_run):
    clip = (("clip-norm", {"threshold": 1.0}), ("chrono", {}))
    return {
        "mine": small_run(),
        "both": small_run(cell="lstm", changes=clip, seeds=(0, 1, 2)),
        "theirs": small_run(length=7),
        "nobody": small_run(length=8, updates=0),
    }


def fill(spec, *parts, keys=None):
    run = Store(STORE).run(keys or keys_of(spec))
    write_json(run.provenance, {"spec": json.loads(spec.to_json())})
    for part in parts:
        write(getattr(run, part), f"{part}\n")
    return run


def list_of(study, *specs, name="plan/store.csv"):
    write(RESULTS / study / name, as_csv([(spec, keys_of(spec)) for spec in specs]))


def call(capsys, action="list", *, study=None, dry_run=False, yes=False):
    """What is printed, line by line, in words."""
    look_after_store(action=action, study=study, dry_run=dry_run, yes=yes)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def refused(capsys, *arguments, **options):
    with pytest.raises(SystemExit) as ended:
        call(capsys, *arguments, **options)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.fixture
def filled(specs):
    Store(STORE).prepare()
    runs = {name: fill(spec, *PARTS) for name, spec in specs.items()}
    list_of("default", specs["mine"], specs["both"])
    list_of("other", specs["both"], name="plan/runs.csv")
    list_of("other", specs["theirs"], name="only/an-experiment/plan/runs.csv")
    (RESULTS / "empty").mkdir()
    return runs


def files():
    return {path: path.read_bytes() for path in STORE.rglob("*") if path.is_file()}


@pytest.mark.parametrize("action", ["list", "used", "remove"])
def test_where_there_is_no_store_there_is_none_yet(capsys, action):
    assert call(capsys, action) == ["there is no store yet: store is made by the first study that is run here"]
    assert not STORE.exists()


def test_the_list_says_of_each_run_what_it_is_how_far_it_is_and_who_uses_it(capsys, filled, specs):
    fill(specs["theirs"]).outcome.unlink()
    filled["nobody"].measures.unlink()
    write_arrays(filled["mine"].networks, {"weights": np.zeros(2_500_000, "float32")})
    lines = {line.split()[0]: line.partition(" ")[2] for line in call(capsys)[:-4]}

    def line(name):
        return lines[keys_of(specs[name]).networks[:12]]

    assert len(lines) == 4
    assert line("mine").startswith("recall tanh no changes T = 6 seed 0 60 updates 10.0 MB measured default")
    assert line("both").startswith("recall lstm clip-norm(threshold 1.0) chrono T = 6 seeds 0-2 60 updates 0.00")
    assert line("both").endswith("MB measured default, other")
    assert line("theirs").endswith("MB unfinished other")
    assert line("nobody").startswith("recall tanh no changes T = 8 seed 0 0 updates")
    assert line("nobody").endswith("MB trained in no study")


def test_the_list_ends_with_sums(capsys, filled):
    size = sum(path.lstat().st_size for path in (STORE / "runs").rglob("*") if path.is_file())
    lines = call(capsys)
    assert [line.partition(",")[0] for line in lines[-4:]] == [
        "2 runs in default", "2 runs in other", "1 run in no study", "4 runs in all"
    ]  # fmt: skip
    assert lines[-1] == f"4 runs in all, {size / 1e6:.3f} MB"


def test_a_run_that_was_measured_under_an_older_digest_is_trained_only(capsys, filled, specs):
    keys = keys_of(specs["mine"])
    filled["mine"].measures.rename(filled["mine"].measures.with_name("measures-older.safetensors"))
    (line,) = (line for line in call(capsys) if line.startswith(keys.networks[:12]))
    assert line.endswith("trained default")
    assert any("measures-older" in line for line in call(capsys, "remove", dry_run=True))


def test_a_run_without_a_record_is_called_as_studies_call_it(capsys, filled, specs):
    filled["mine"].provenance.unlink()
    filled["nobody"].provenance.write_text("{")
    lines = call(capsys)
    assert any(f"{specs['mine'].id} " in line and line.endswith("unfinished default") for line in lines)
    assert any("nothing is known of it" in line and line.endswith("in no study") for line in lines)


def test_used_says_which_runs_of_a_study_are_there(capsys, filled, specs):
    list_of("default", *specs.values())
    list_of("default", specs["nobody"], name="only/an-experiment/plan/runs.csv")
    filled["mine"].measures.unlink()
    filled["both"].outcome.unlink()
    for path in sorted(filled["nobody"].folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    filled["nobody"].folder.rmdir()
    words = {"mine": "trained", "both": "unfinished", "theirs": "measured", "nobody": "lacking"}
    assert call(capsys, "used", study="default") == [
        *(f"{specs[name].id} {keys_of(specs[name]).networks[:12]} {word}" for name, word in words.items()),
        "4 runs, 1 of them measured",
    ]
    assert call(capsys, "used", study="other")[-1] == "2 runs, 1 of them measured"


def test_a_study_is_asked_for_where_one_is_needed(capsys, filled):
    assert "legal: default, other\n" in refused(capsys, "used", study="empty")
    assert "a study must be given" in refused(capsys, "used")
    assert "got 'default' with `store list`" in refused(capsys, "list", study="default")


def test_removing_leaves_all_that_any_list_of_any_study_names(capsys, filled):
    used = {path: content for path, content in files().items() if filled["nobody"].folder not in path.parents}
    (said,) = call(capsys, "remove", yes=True)
    assert said.startswith("1 run, 0.00")
    assert said.endswith(" MB removed")
    assert files() == used
    assert call(capsys, "remove", yes=True) == ["nothing to remove: studies use all that is in the store"]


def test_a_dry_run_lists_and_removes_nothing(capsys, filled, specs):
    fill(specs["mine"], "history", keys=replace(keys_of(specs["mine"]), history="old"))
    before = files()
    lines = call(capsys, "remove", dry_run=True, yes=True)
    assert files() == before
    assert [line.split(" ")[0] for line in lines[:2]] == sorted(
        [str(filled["nobody"].folder), str(filled["mine"].folder / "history-old.safetensors")]
    )
    assert lines[2].startswith("1 run and 1 file, 0.00")
    assert lines[2].endswith("MB would be removed; nothing was")


@pytest.mark.parametrize(
    ("answer", "is_removed"), [("y", True), ("Yes", True), ("", False), ("n", False), (EOFError, False)]
)
def test_on_a_terminal_removing_asks_first(capsys, monkeypatch, filled, answer, is_removed):
    asked = []

    def reply(question):
        asked.append(question)
        if answer is EOFError:
            raise EOFError
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", reply)
    lines = call(capsys, "remove")
    assert asked[0].startswith("Remove 1 run, 0.00")
    assert asked[0].endswith(" MB? [y/N] ")
    assert filled["nobody"].folder.exists() != is_removed
    assert lines[-1].endswith("removed")
    assert lines[-1].startswith("1 run" if is_removed else "nothing was")


def test_without_a_terminal_removing_must_be_told_yes(capsys, monkeypatch, filled):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    before = files()
    assert "on a terminal, or with --yes, got neither. Nothing was removed." in refused(capsys, "remove")
    assert files() == before


def test_a_study_that_begins_while_the_question_is_open_keeps_its_runs(capsys, monkeypatch, filled, specs):
    def reply(question):
        list_of("new", specs["nobody"])
        return "y"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", reply)
    lines = call(capsys, "remove")
    assert lines == [
        f"{filled['nobody'].folder} is left: a study uses it now, or it is gone",
        "nothing, 0.000 MB removed",
    ]
    assert filled["nobody"].is_complete


def test_a_run_that_a_process_works_on_is_left_with_a_word(capsys, filled):
    command = [sys.executable, "-c", HOLD, str(filled["nobody"].folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        worker.stdout.readline()
        lines = call(capsys, "remove", yes=True)
        assert lines[0] == f"{filled['nobody'].folder} is left: a process works on this run"
        assert filled["nobody"].is_complete
        worker.communicate("\n")
    assert call(capsys, "remove", yes=True)[-1].startswith("1 run, ")


@pytest.mark.parametrize("content", ["run\nsome\n", "", None])
@pytest.mark.parametrize("action", ["list", "remove"])
def test_a_list_that_cannot_be_read_stops_everything(capsys, filled, action, content):
    file = RESULTS / "default" / "plan" / "store.csv"
    file.write_text(file.read_text()[:-40] if content is None else content)
    before = files(), file.read_text()
    with pytest.raises(StoreError, match=r"store\.csv must be a list of runs .* Start the study again, or remove"):
        call(capsys, action, yes=True)
    assert (files(), file.read_text()) == before


def test_a_list_whose_checksum_was_left_behind_is_believed(capsys, filled, specs):
    for file in RESULTS.rglob(".sha256/*"):
        file.unlink()
    assert call(capsys, "used", study="default")[-1] == "2 runs, 2 of them measured"


def test_a_store_of_another_format_is_refused(capsys, filled):
    write_json(STORE / "format.json", {"format": 2})
    with pytest.raises(StoreError, match="got format 2"):
        call(capsys, "remove", yes=True)


def test_keys_of_lists_are_read_as_they_were_written(specs):
    list_of("default", *specs.values())
    expected = tuple(Use(spec.id, keys_of(spec)) for spec in specs.values())
    assert uses_of_studies(RESULTS) == {"default": expected}
    assert all(isinstance(use.keys, Keys) for use in expected)
