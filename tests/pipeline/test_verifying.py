"""What `make verify` runs and compares; its runs are stood in for by files written here."""

import os
from pathlib import Path

import pytest

from gradient_horizon.engine import objects
from gradient_horizon.pipeline import verifying
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.comparing import Difference
from gradient_horizon.pipeline.processors import AVX2, FAMILY, PLAIN
from gradient_horizon.pipeline.verifying import CIRCUMSTANCES, PROCESSORS, run_copy, verify

ROOT = Path(__file__).parents[2]
PLACES = [*CIRCUMSTANCES, *PROCESSORS]


@pytest.fixture
def runs(monkeypatch):
    """The folders and environments of runs that leave one table each, the same bytes but for those in `told`."""
    asked, told = {}, {}

    def leave(root, folder, configfiles, circumstances):
        name = next(name for name in PLACES if str(folder).endswith(name))
        asked[name] = dict(circumstances)
        (folder / "results" / "default" / "tables").mkdir(parents=True)
        (folder / "results" / "default" / "tables" / "runs.csv").write_text(told.get(name, "the same"))

    monkeypatch.setattr(verifying, "run_copy", leave)
    monkeypatch.setattr(verifying, "architecture", lambda: FAMILY)
    monkeypatch.setattr(verifying, "compare_processors", lambda folder, reference, study: [])
    return asked, told


def verified(place):
    lines = []
    return verify(ROOT, place, ["config.yaml"], report=lines.append), lines


def test_a_study_runs_in_two_environments_and_as_on_two_other_processors(runs, tmp_path):
    differing, lines = verified(tmp_path)
    assert differing == []
    asked, _ = runs
    assert list(asked) == ["one", "another path/two", *PROCESSORS]
    assert (asked["one"]["cores"], asked["another path/two"]["cores"]) == ("1", "4")
    for name, environment in zip(PROCESSORS, (AVX2, PLAIN), strict=True):
        assert asked[name].items() >= environment.items()
        assert any(f"{objects.CPU} {environment[objects.CPU]}" in line for line in lines)


def test_a_byte_of_the_second_run_is_told(runs, tmp_path):
    runs[1]["another path/two"] = "another"
    assert verified(tmp_path)[0] == ["tables/runs.csv"]


def test_what_another_processor_changes_is_told_with_its_name(runs, tmp_path, monkeypatch):
    def compared(folder, reference, study):
        assert (reference, study) == (tmp_path / "one", "default")
        return [Difference("tables.powers.error", "differs")] if "AVX2" in str(folder) else []

    monkeypatch.setattr(verifying, "compare_processors", compared)
    assert verified(tmp_path)[0] == ["another processor/AVX2 only: tables.powers.error: differs"]


def test_other_families_of_processors_imitate_none_and_say_so(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(verifying, "architecture", lambda: "aarch64")
    differing, lines = verified(tmp_path)
    assert differing == []
    assert list(runs[0]) == list(CIRCUMSTANCES)
    assert lines[-1] == "other processors are not imitated: this one is of the family aarch64, not x86_64"


def test_the_command_exits_with_1_and_lists_what_differs(runs, capsys):
    main(["verify", "config.yaml"])
    assert capsys.readouterr().out.endswith("all that is promised to be the same is the same in all runs\n")
    runs[1]["another path/two"] = "another"
    with pytest.raises(SystemExit) as caught:
        main(["verify", "config.yaml"])
    assert caught.value.code == 1
    assert capsys.readouterr().err == "not the same in all runs:\ntables/runs.csv\n"


def test_a_copy_is_run_with_its_own_code_and_environment(tmp_path, monkeypatch):
    root, seen = tmp_path / "root", {}
    for part in verifying.PARTS:
        file = root / part if part in ("Snakefile", "config.yaml") else root / part / "file"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(part)
    (root / "src" / "__pycache__" / "objects").mkdir(parents=True)

    def run(command, *, cwd, env, **options):
        seen.update(command=command, cwd=cwd, env=env)
        return type("Done", (), {"returncode": seen.get("status", 0), "stderr": "x" * 4000 + "the end"})

    monkeypatch.setattr(verifying.subprocess, "run", run)
    run_copy(root, tmp_path / "copy", ["config.yaml", "smoke.yaml"], {"cores": "3", **AVX2})
    assert seen["command"][1:] == ["-m", "snakemake", "--cores", "3", "--configfile", "config.yaml", "smoke.yaml"]
    assert seen["env"] == {**os.environ, **AVX2, "PYTHONPATH": str(tmp_path / "copy" / "src")}
    assert seen["cwd"] == tmp_path / "copy"
    assert not (tmp_path / "copy" / "src" / "__pycache__").exists()
    seen["status"] = 1
    with pytest.raises(RuntimeError, match=r"failed:\nx{2993}the end$"):
        run_copy(root, tmp_path / "again", ["config.yaml"], {"cores": "1"})
