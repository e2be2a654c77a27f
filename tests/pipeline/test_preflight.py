import json
import os
import shutil
import subprocess
import sys

import pytest
from faulty_classes import CLASSES, study_of
from report_study import ROOT, make_study
from tiny_study import TINY, copy_project, snakemake, write_overlay

from gradient_horizon.errors import ReportError
from gradient_horizon.pipeline import preflight
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.preflight import Subject, problems, remarks
from gradient_horizon.reporting import typesetting
from gradient_horizon.storage import is_whole
from gradient_horizon.study.files import preset_name

WELL = "preflight: figures, page and PDF can be made"
RUN = "must run forward and backward on a tiny batch, got "


@pytest.mark.parametrize("title", ["a title", "循環🧠 $x$ #let <b>", "x" * 200])
def test_a_study_of_the_package_s_own_classes_is_well_in_any_script(title, monkeypatch):
    monkeypatch.delitem(sys.modules, "gradient_horizon.pipeline.own_classes", raising=False)
    assert list(problems(Subject(study_of(title=title), "smoke"))) == []
    assert "gradient_horizon.pipeline.own_classes" not in sys.modules


def test_remarks_name_what_the_pdf_substitutes():
    found = list(remarks(Subject(study_of(title="循環🧠 ąż"), "脑")))
    assert found == [
        "the PDF has no font for 循 環 🧠 in '循環🧠 ąż' and shows a substitute; the page shows it",
        "the PDF has no font for 脑 in '脑' and shows a substitute; the page shows it",
    ]


def test_remarks_name_baselines_too(own):
    (found,) = remarks(Subject(study_of(task="mine:Foreign"), "smoke"))
    assert found == "the PDF has no font for 運 in '運' and shows a substitute; the page shows it"


def test_a_typst_that_prints_nothing_is_a_sentence(monkeypatch):
    def refuse(root, language):
        raise ReportError("no fonts")

    monkeypatch.setattr(typesetting, "pdf", refuse)
    found = list(problems(Subject(study_of(title="é"), "smoke")))
    assert found == ["report: Typst must make a PDF of the words of the study, got ReportError: no fonts"] * 2


def test_what_typst_or_matplotlib_refuses_is_a_sentence(monkeypatch):
    def refuse(root, language):
        raise ReportError("no fonts")

    monkeypatch.setattr(typesetting, "body", refuse)
    found = list(problems(Subject(study_of(), "smoke")))
    assert found == ["report: Typst must make a page of the words of the study, got ReportError: no fonts"] * 2
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "gradient_horizon.figures.draw", raising=False)
    monkeypatch.delitem(sys.modules, "gradient_horizon.figures.style", raising=False)
    (found,) = problems(Subject(study_of(), "smoke"))
    assert found.startswith("figures: Matplotlib must draw the words of the study, got ModuleNotFoundError: ")


def test_a_name_a_phrase_or_a_term_that_is_missing_is_said_by_its_name(tmp_path, monkeypatch):
    sources = shutil.copytree(ROOT / "report", tmp_path / "report")

    def change(file, *changes):
        text = (sources / file).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (sources / file).write_text(text, encoding="utf-8")

    monkeypatch.setattr(preflight, "SOURCES", sources)
    assert list(problems(Subject(study_of(), "smoke"))) == []
    change("pl/names.json", ('"janet":', '"janett":'))
    change("en/slide.json", ("(gru-similar)", "(gru-fewer-parameters)"))
    change("pl/glossary.json", ('"memory-horizon":', '"memory-horizons":'))
    change("en/figures/radius.json", ('"caption":', '"captions":'))
    (sources / "pl" / "figures" / "gates.json").unlink()
    claims = json.loads((sources / "en" / "claims.json").read_text(encoding="utf-8"))
    del claims["weights-jump"]["quote"], claims["three-gates"]
    (sources / "en" / "claims.json").write_text(json.dumps(claims), encoding="utf-8")
    found = sorted(problems(Subject(study_of(), "smoke")))
    wanted = ("'janet'", "'gru-similar'", "'memory-horizon'", "'memory-horizons'", "radius.json", "gates.json")
    assert all(any(name in sentence for sentence in found) for name in (*wanted, "'quote'", "'three-gates'"))
    assert all("report" in sentence and ".json" in sentence for sentence in found)


def test_people_may_run_it_by_hand(capsys):
    main(["preflight", str(ROOT / "config.yaml"), str(ROOT / "workflow" / "presets" / "smoke.yaml")])
    assert capsys.readouterr().out.splitlines() == [WELL]


def test_a_preset_has_the_names_of_the_overlays(tmp_path):
    assert preset_name([tmp_path / "config.yaml"]) == "default"
    assert preset_name([tmp_path / name for name in ("config.yaml", "one.yaml", "b\udcff.yaml")]) == "one + b?"


def test_a_backend_that_a_notebook_passes_on_breaks_no_figure(tmp_path):
    results = make_study(tmp_path / "results")
    command = [sys.executable, "-m", "gradient_horizon", "figures"]
    command += [
        "--study",
        results / "plan" / "study.json",
        "--tables",
        results / "tables",
        "--claims",
        results / "claims",
    ]
    command += ["--sources", ROOT / "report", "--out", tmp_path]
    notebook = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    subprocess.run(command, env=notebook, check=True, capture_output=True)
    assert (tmp_path / "pl" / "radius.svg").read_text().startswith("<svg")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("preflight") / "project")
    (folder / "mine.py").write_text(CLASSES)
    (folder / "breaks.py").write_text("raise RuntimeError('a missing library')\n")
    return folder


def ask_for_the_plan(folder):
    return snakemake(folder, "--cores", "1", "--", "results/tiny/plan/study.json")


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        ({"task": "mine:Silent"}, "experiments.0.task: 'mine:Silent' must say `solved_when`"),
        ({"task": "mine:Baseless"}, "experiments.0.task: 'mine:Baseless' must give at least one baseline for length 4"),
        (
            {"cells": ["breaks:Cell"]},
            "experiments.0.cells.0: 'breaks:Cell' must be importable, got RuntimeError: a missing",
        ),
        (
            {"cells": ["tanh", "mine:Sine"]},
            f"experiments.0.cells.1: 'mine:Sine' {RUN}EquationError: cell 'Sine' must consist of",
        ),
    ],
)
def test_snakemake_stops_before_any_job_with_a_sentence(project, classes, sentence):
    write_overlay(project, {**TINY, "experiments": [{**TINY["experiments"][0], **classes}]})
    done = ask_for_the_plan(project)
    assert done.returncode != 0
    assert "the study would not get as far as its report:" in done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "results").exists()


def test_it_runs_again_only_where_something_has_changed(project):
    write_overlay(project, TINY)
    dry = snakemake(project, "--cores", "1", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert not (project / "results").exists()
    seen = []
    plan, source = (
        project / "results" / "tiny" / "plan" / "study.json",
        project / "src" / "gradient_horizon" / "language" / "numbers.py",
    )
    for change in (lambda: None, plan.unlink, lambda: source.write_text(source.read_text() + "\n")):
        change()
        plan.unlink(missing_ok=True)
        done = ask_for_the_plan(project)
        assert done.returncode == 0, done.stderr
        assert is_whole(plan)
        seen.append(WELL in done.stderr)
    assert seen == [True, False, True]
    assert is_whole(plan.with_name("preflight.json"))


@pytest.mark.slow
def test_wishes_on_the_command_line_go_where_they_belong(project):
    own = {**TINY["experiments"][0], "lengths": [4, 8]}
    write_overlay(project, {**TINY, "experiments": [own]})
    wishes = ["seeds=1", "lengths=[5]", "cells=[gru]", "updates=4", "evaluate_every=2", "name=wished"]
    done = snakemake(project, "--cores", "1", "--config", *wishes, "--", "results/wished/plan/study.json")
    assert done.returncode == 0, done.stderr
    study = json.loads((project / "results" / "wished" / "plan" / "study.json").read_text())
    (experiment,) = study["experiments"]
    assert (experiment["cells"], experiment["seeds"], experiment["updates"]) == (["gru"], 1, 4)
    assert (experiment["lengths"], study["defaults"]["lengths"]) == ([4, 8], [5])
    assert (
        "--config lengths: holds for 0 of 1 experiments; not for memory, which state lengths themselves" in done.stderr
    )
