"""The rules that write the folders of claims and the methods of a study."""

import shutil

import pytest
from tiny_study import TINY, copy_project, python, snakemake, write_overlay

RESULTS = "results/tiny"
FILES = (f"{RESULTS}/claims/short-memory/verdict.json", f"{RESULTS}/report/pl/methods.bib")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A tiny study, with the folders of its claims and its methods, without figures and report."""
    folder = copy_project(tmp_path_factory.mktemp("study") / "project")
    write_overlay(folder, {**TINY, "experiments": [TINY["experiments"][0] | {"name": "recall-32"}]})
    made(folder)
    return folder


def made(folder):
    done = snakemake(folder, "--cores", "2", "--", *FILES)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def test_files_and_rows_that_are_lost_are_made_again_with_the_same_bytes(study):
    rows = study / RESULTS / "claims" / "eigen-power" / "rows"
    before = {file: file.read_bytes() for file in (*(study / name for name in FILES), *rows.glob("*.csv"))}
    assert len(before) == 3
    for name in FILES:
        (study / name).unlink()
    shutil.rmtree(rows)
    log = made(study)
    assert "folders tiny/: " in log
    assert "methods tiny/: " in log
    assert "tables tiny/: " not in log
    assert {file: file.read_bytes() for file in before} == before
    assert "Nothing to be done" in made(study)


def test_the_command_in_the_folder_of_a_claim_gives_its_verdict_from_the_stored_runs(study):
    folder = study / RESULTS / "claims" / "short-memory"
    words = (folder / "command.txt").read_text().split()
    assert words[0] == ".venv/bin/snakemake"
    again = python(study, "-m", "snakemake", *words[1:])
    assert again.returncode == 0, again.stderr[-3000:]
    assert ": batch " not in again.stdout + again.stderr
    made_again = study / "results" / "short-memory" / "claims" / "short-memory"
    for name in ("contract.json", "runs.csv", "verdict.json", "rows/networks.csv", "rows/gradients.csv"):
        assert (made_again / name).read_bytes() == (folder / name).read_bytes(), name


def test_methods_tell_the_runs_of_the_study(study):
    text = (study / RESULTS / "report" / "en" / "methods.tex").read_text()
    assert "4 units wide" in text
    assert "8 networks in 4 runs" in text
    assert "cho2014" not in text
    assert "gers2000" in text
