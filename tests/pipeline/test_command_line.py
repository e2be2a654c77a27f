import subprocess
import sys
from pathlib import Path

import pytest
from tiny_study import ROOT

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.commands import verify as commands_verify
from gradient_horizon.pipeline.commands.verify import verify_study
from gradient_horizon.pipeline.places import PRESETS
from gradient_horizon.pipeline.startup import find_own_modules_last


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["plan", "--runs", str(ROOT / "config.yaml")], ["--help"], ["doctor"]])
def test_a_reader_who_has_seen_enough_breaks_nothing(tmp_path, arguments):
    command = [sys.executable, "-m", "gradient_horizon", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 0
    assert said == ""


@pytest.mark.parametrize(
    "arguments",
    [["check", "nowhere"], ["compare", "nowhere"], ["part", "nowhere", "out"], ["merge", "nowhere", "--out", "x"]],
)
def test_folders_that_are_not_there_are_refused_in_a_sentence(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "must be a folder, got 'nowhere'" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["plan", "preflight", "verify", "freeze"])
def test_files_that_are_not_there_are_refused_in_a_sentence(step, capsys):
    with pytest.raises(SystemExit) as ended:
        main([step, str(ROOT / "config.yaml"), "nope.yaml"])
    assert ended.value.code == 2
    said = "nope.yaml: must be a readable file (No such file or directory)"
    assert capsys.readouterr().err.splitlines() == [
        "config.yaml with nope.yaml laid over it cannot be run as written:",
        f"  {said}",
    ]


def test_only_what_describes_a_study_is_verified(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "odd.yaml").write_text("defaults: {seeds: 0}")
    with pytest.raises(ConfigError, match=r"must be at least 1, got 0 \(odd.yaml, line 1\)"):
        verify_study(files=[tmp_path / "odd.yaml"])


@pytest.mark.parametrize("given", [["smoke.yaml"], ["config.yaml", "smoke.yaml"]])
def test_what_is_verified_is_laid_over_the_default_study_as_snakemake_lays_it(given, monkeypatch):
    monkeypatch.chdir(ROOT)
    seen = []
    monkeypatch.setattr(commands_verify, "verify", lambda root, place, files, report: seen.extend(files) or [])
    verify_study(files=[PRESETS / name if name == "smoke.yaml" else Path(name) for name in given])
    assert seen == ["config.yaml", str(PRESETS / "smoke.yaml")]


def test_modules_of_ones_own_are_looked_for_last(monkeypatch):
    monkeypatch.setattr(sys, "path", ["", "/mine", "/python", "/packages"])
    find_own_modules_last("/mine")
    assert sys.path == ["/python", "/packages", "/mine"]
