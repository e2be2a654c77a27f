import os
from types import SimpleNamespace

import pytest

from gradient_horizon.pipeline import machine
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.machine import available_memory, examined, free_disk

THINGS = ["Python", "packages", "Matplotlib", "Typst and fonts", "cores", "processor", "memory", "disk"]
THINGS += ["store/", "results/", "git"]


@pytest.fixture(scope="module")
def lines():
    return {line.what: line for line in examined()}


@pytest.fixture
def without_processes(monkeypatch):
    """Nothing starts processes of its own, as Matplotlib and Typst are tried in."""
    monkeypatch.setattr(machine, "_figures", lambda: machine.Line("ok", "Matplotlib", "stands in"))
    monkeypatch.setattr(machine, "_typesetting", lambda: machine.Line("ok", "Typst and fonts", "stands in"))


def of(what):
    return next(line for line in examined() if line.what == what)


def test_a_machine_that_runs_the_tests_lacks_nothing(lines):
    assert list(lines) == THINGS
    assert [line for line in lines.values() if line.level == "fail"] == []
    assert lines["Matplotlib"].found.startswith("3.")
    assert lines["Typst and fonts"].found == "0.15.2 with its fonts"


def test_free_memory_and_disk_are_those_of_the_system(tmp_path):
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    assert 0 < available_memory() <= pages * 1.05
    state = os.statvfs(tmp_path)
    assert free_disk(tmp_path / "not" / "there") == pytest.approx(state.f_bavail * state.f_frsize / 1e9, abs=2)


def test_what_fails_says_what_to_do_and_ends_with_1(without_processes, monkeypatch, capsys):
    monkeypatch.setattr(machine, "free_disk", lambda folder: 0.1)
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "fail  disk: 0.1 GB free in " in said
    assert "make room, or `python -m gradient_horizon store`" in said
    assert "ok    Python: 3." in said


@pytest.mark.parametrize(("gigabytes", "level"), [(0.5, "fail"), (2.0, "warn"), (8.0, "ok"), (None, "warn")])
def test_memory_is_too_little_little_or_enough(without_processes, monkeypatch, gigabytes, level):
    monkeypatch.setattr(machine, "available_memory", lambda: gigabytes)
    assert of("memory").level == level


def test_a_package_that_is_missing_or_too_old_fails_by_its_name(without_processes, monkeypatch):
    monkeypatch.setattr(machine, "requires", lambda name: ["numpy>=2.4,<3", "no-such-package>=1", "pyyaml<5"])
    line = of("packages")
    assert line.level == "fail"
    assert line.found.startswith("no-such-package is missing; pyyaml<5 is asked for, 6")


@pytest.mark.parametrize(
    ("requirement", "outside"),
    [("pyyaml>=6,<7", False), ("pyyaml>=6.0.0", False), ("pyyaml<6", True), ("pyyaml>=600", True), ("absent>1", False)],
)
def test_bounds_are_compared_as_numbers(requirement, outside):
    assert machine._is_outside(requirement) is outside


def test_a_version_that_is_not_the_locked_one_is_a_warning(without_processes, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.lock").write_text("numpy==1.0 \\\n    --hash=sha256:00\n")
    line = of("packages")
    assert line.level == "warn"
    assert "(locked 1.0)" in line.found


def test_an_old_python_fails(without_processes, monkeypatch):
    monkeypatch.setattr(machine, "OLDEST", (9, 9))
    assert of("Python").level == "fail"
    assert "install 9.9 or newer" in of("Python").found


def test_a_folder_that_cannot_be_written_fails_and_nothing_is_left_behind(without_processes, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert of("store/").found == "files can be written and renamed, not there yet"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "store").mkdir()

    def refuse(*_, **__):
        raise PermissionError("no")

    monkeypatch.setattr(machine.tempfile, "TemporaryDirectory", refuse)
    assert of("store/").level == "fail"


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda store: store.write_text("mine"), "a file"),
        (lambda store: store.symlink_to("gone"), "a link to gone, where there is nothing"),
        (lambda store: store.symlink_to(__file__), f"a link to {__file__}, where there is a file"),
    ],
)
def test_what_stands_where_a_folder_should_be_fails(without_processes, monkeypatch, tmp_path, make, found):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "store")
    line = of("store/")
    assert line.level == "fail"
    assert line.found == f"must be a folder, got {found}; move it away, or make it a folder, or a link to one"
    assert of("results/").level == "ok"


def test_disks_are_those_of_the_folders_where_these_are(without_processes, monkeypatch, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "store").symlink_to(tmp_path / "elsewhere")
    assert of("disk").level != "fail"
    assert not [line for line in examined() if line.what == "disk of store/"]  # it is the same disk
    stat, free = machine.Path.stat, machine.free_disk

    def on_another_disk(path, **options):
        found = stat(path, **options)
        return SimpleNamespace(st_dev=found.st_dev + (path.name == "store"), st_mode=found.st_mode)

    monkeypatch.setattr(machine.Path, "stat", on_another_disk)
    monkeypatch.setattr(machine, "free_disk", lambda folder: 0.1 if folder.name == "store" else free(folder))
    line = of("disk of store/")
    assert line.level == "fail"
    assert line.found.startswith(f"0.1 GB free in {tmp_path / 'elsewhere'}; ")


def test_git_is_not_needed(without_processes, monkeypatch):
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    assert of("git").level == "warn"


@pytest.mark.parametrize(("code", "level"), [("print('well')", "ok"), ("raise RuntimeError('ill')", "fail")])
def test_what_is_tried_in_a_process_says_its_last_word(code, level):
    line = machine._tried("a thing", code, "mend it")
    assert (line.level, line.what) == (level, "a thing")
    assert line.found == {"ok": "well", "fail": "RuntimeError: ill; mend it"}[level]
