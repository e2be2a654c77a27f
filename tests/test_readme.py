import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import yaml

from gradient_horizon import registries
from gradient_horizon.cells.minimal_gated_unit import MinimalGatedUnit
from gradient_horizon.engine.equations import trace
from gradient_horizon.pipeline.commands.showcase import (
    BEGIN,
    END,
    PICTURE_BEGIN,
    PICTURE_END,
    facts,
    picture,
    verdict_table,
)
from gradient_horizon.reporting.pictures import inline
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gradient_horizon"
README = (ROOT / "README.md").read_text()
# Where else each command is run: continuous integration runs `make test`, which sets up, and the smoke study.
RUN_ELSEWHERE = {
    "make report": ("Makefile", "report: setup"),
    "make test": (".ci/run", "make test"),
    ".venv/bin/gradient_horizon new my-study": (
        "tests/pipeline/test_wheel.py",
        'installed / "gradient_horizon", "new"',
    ),
    "make resume": ("tests/support/disturbed_study.py", "What `make resume` does"),
    "python3 -m venv .venv": ("Makefile", "$(PYTHON) -m venv $(VENV)"),
    ".venv/bin/python -m pip install --no-deps --require-hashes --requirement requirements.lock": (
        "Makefile",
        "$(BIN)/python -m pip install --no-deps --require-hashes --requirement requirements.lock",
    ),
    ".venv/bin/python -m pip install --requirement requirements.torch.lock": (
        "Makefile",
        "$(BIN)/python -m pip install --requirement requirements.torch.lock",
    ),
    ".venv/bin/python -m pip install --no-deps --no-build-isolation --editable .": (
        "Makefile",
        "$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .",
    ),
    ".venv/bin/snakemake --cores 2 results/default/only/early-steps/tables/gradients.csv": (
        "tests/pipeline/test_workflow.py",
        "only/memory/claims/verdicts.csv",
    ),
    ".venv/bin/snakemake --cores 2 results/default/only/short-memory/report/en/report.html": (
        "tests/pipeline/test_workflow.py",
        "only/short-memory/report/en/report.html",
    ),
    ".venv/bin/snakemake --cores 2": ("Makefile", "$(BIN)/snakemake --cores $(CORES)"),
    ".venv/bin/snakemake --cores 2 --configfile config.yaml workflow/presets/smoke.yaml": (
        ".ci/run",
        "--configfile config.yaml workflow/presets/smoke.yaml",
    ),
}


def commands():
    return [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]


def run(command):
    own = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    return subprocess.run(shlex.split(own), cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_command_is_run_here_or_by_continuous_integration():
    for command in commands():
        if command in RUN_ELSEWHERE:
            file, text = RUN_ELSEWHERE[command]
            assert text in (ROOT / file).read_text(), command
        else:
            done = run(command)
            assert done.returncode == 0, f"{command}: {done.stderr}"


def test_the_plan_command_counts_the_runs_of_the_default_study():
    done = run(".venv/bin/python -m gradient_horizon plan config.yaml")
    specs = expand(validated_study(read_yaml(ROOT / "config.yaml")))
    assert f"\n{len(specs)} runs, " in done.stdout


def test_the_example_experiment_is_accepted():
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.S)
    config = read_yaml(ROOT / "config.yaml")
    config["experiments"] += yaml.safe_load(example)
    assert len([s for s in expand(validated_study(config)) if s.experiment == "longer"]) == 2


def test_folders_named_in_the_readme_are_those_of_the_workflow():
    rules = "".join(path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    named = set(re.findall(r"`results/STUDY/(\w+)[/.]", README)) - {"only"}
    assert len(named) >= 5
    for folder in named:
        assert f"results/{{part}}{folder}" in rules or f"results/{{{{part}}}}{folder}" in rules, folder


def between(begin, end):
    return README.split(begin)[1].split(end)[0].strip()


def test_verdicts_and_picture_are_those_of_the_rendered_report():
    sample = ROOT / "docs" / "sample"
    verdicts = pd.read_csv(sample / "verdicts.csv")
    assert between(BEGIN, END) == verdict_table(sample, Wording(ROOT / "report", "en"))
    page = (sample / "en" / "report.html").read_text(encoding="utf-8")
    drawn = ROOT / "docs" / "memory-map.svg"
    assert between(PICTURE_BEGIN, PICTURE_END) == picture(drawn)
    alt = re.search(r'<svg[^>]*aria-label="([^"]*)"', page.split('data-figure="memory-map">')[1])[1]
    assert inline(drawn.read_text(encoding="utf-8"), "memory-map", unescape(alt)) in page
    for language in ("en", "pl"):
        page = (sample / language / "report.html").read_text(encoding="utf-8")
        wording = Wording(ROOT / "report", language)
        for row in verdicts.to_dict("records"):
            (card,) = re.findall(rf'<a class="card [^>]*href="#claim-{row["claim"]}">.*?</a>', page, re.DOTALL)
            assert f"</span> {wording.verdict(row['verdict'])['word']}</span>" in card


def test_the_rendered_report_is_small_and_says_what_made_it():
    sample = ROOT / "docs" / "sample"
    files = [file for file in sample.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 6_000_000
    for language in ("en", "pl"):
        assert (sample / language / "report.html").stat().st_size <= 4_000_000
    said = facts((sample / "en" / "report.html").read_text(encoding="utf-8"))
    assert re.search(r"preset default · commit [0-9a-f]{7,}", said)
    assert said in (sample / "README.md").read_text(encoding="utf-8")


def test_the_cell_that_is_shown_is_the_shipped_one_and_is_trained_and_measured_as_shown(tmp_path):
    cell, calls = re.findall(r"```python\n(.*?)```", README, re.S)
    traced = "from gradient_horizon.engine.equations import trace\nprint(trace(MinimalGatedUnit()).text())\n"
    (tmp_path / "shown.py").write_text(cell + calls + traced)
    done = subprocess.run([sys.executable, "shown.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0].startswith(
        "8 networks of 32 units (__main__:MinimalGatedUnit, recall over 10 steps, 300 updates): "
    )
    assert lines[1] == "(300, 8)"
    assert re.fullmatch(r"\(\d+, 10, 8\)", lines[2])
    assert re.fullmatch(r"\d+ [\d.]+", lines[3])
    assert lines[4:] == trace(MinimalGatedUnit()).text().splitlines()


def test_every_shipped_cell_is_named():
    section = README.split("## A cell is its equations")[1].split("\n## ")[0]
    for name, place in registries.CELLS.items():
        assert name.startswith("lstm-") or place.partition(":")[2].lower() in section.lower().replace(" ", ""), name
