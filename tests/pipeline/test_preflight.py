import json
import os
import shutil
import subprocess
import sys

import pytest
from report_study import ROOT, make_study
from tiny_study import TINY, copy_project, snakemake, write_overlay

from gradient_horizon.errors import ReportError
from gradient_horizon.pipeline import preflight
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.own_classes import own_class_problems
from gradient_horizon.pipeline.preflight import Subject, problems, remarks
from gradient_horizon.reporting import typesetting
from gradient_horizon.storage import is_whole
from gradient_horizon.study.files import preset_name, read_yaml
from gradient_horizon.study.loading import load_study

WELL = "preflight: figures, page and PDF can be made"
CLASSES = """
import numpy as np
import torch

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sqrt, tanh
from gradient_horizon.remedies.base import Change
from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.recall import Recall


class Good(Recall):
    pass


class Silent(Task):
    inputs, outputs, loss = 2, 1, "mean-squared-error"

    def sample(self, length, count, *, generator):
        return Batch(np.zeros((length, 2, count), dtype=np.float32), np.zeros(count, dtype=np.float32))

    def baselines(self, length):
        return (Baseline("zero", 0.0),)

    def is_solved(self, loss, accuracy):
        return False


class Baseless(Recall):
    def baselines(self, length):
        return ()


class Nameless(Recall):
    def baselines(self, length):
        return (Baseline("a\\nb", 1.0),)


class Foreign(Recall):
    def baselines(self, length):
        return (Baseline("運", 1.0),)


class BatchFirst(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs.transpose(2, 0, 1), target)


class OutOfRange(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs, target + 8)


class Unsolvable(Recall):
    def is_solved(self, loss, accuracy):
        raise LookupError("no criterion")


class Plain(Cell):
    blocks = (Block("a"),)


class Leaky(Plain):
    def step(self, a, h):
        return 0.9 * h + 0.1 * tanh(a)


class Centred(Plain):
    mixes_units = True

    def step(self, a, h):
        return torch.tanh(a - a.mean(1, keepdim=True))


class Root(Plain):
    def step(self, a, h):
        return sqrt(a - 100)


class Cliff(Plain):
    def step(self, a, h):
        return a + sqrt(a - a)


class Stateless(Plain):
    def step(self, a, h):
        return self.missing * a


class Sine(Plain):
    def step(self, a, h):
        return torch.sin(a)


class TwoStates(Plain):
    def step(self, a, h):
        return a, h


class Undeclared(Plain):
    def step(self, a, gate, h):
        return gate * a + h


class Forgetful(Plain):
    def step(self, a):
        return a


class Branching(Plain):
    def step(self, a, h):
        return a if a > 0 else h


class Mixing(Plain):
    def step(self, a, h):
        return a - a.mean(1)


class Spread(Centred):
    def step(self, a, h):
        return a, h


class Repeated(Cell):
    blocks = (Block("a"), Block("a"))

    def step(self, a, h):
        return a


class Doubled(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight *= 2


class Endless(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight[0, 0] = np.inf


NoClass = "a text"
"""
RUN = "must run forward and backward on a tiny batch, got "
LEGAL = "+ - * / < >, whole powers, sigmoid, tanh, relu, exp, log, sqrt, abs, maximum, minimum, where"
EQUATION_FAULTS = {
    "Sine": f"consist of {LEGAL}; got 'sin'",
    "Mixing": f"consist of {LEGAL}; got 'mean'",
    "Stateless": f"have a step that consists of {LEGAL}, or say `mixes_units = True` to run by automatic "
    "differentiation, more slowly; got AttributeError: 'Stateless' object has no attribute 'missing'",
    "TwoStates": "return as many values as it has states (h), got 2 values",
    "Undeclared": "declare what its step depends on as a block, a state or a parameter (a, h), got 'gate'",
    "Forgetful": "have a step that takes a, h, got one without 'h'",
    "Repeated": "have different names for blocks, states and parameters, got 'a' twice",
    "Branching": "not branch on a symbol; `where` chooses between two values",
}
SMOKE = read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")


def study(task="recall", cell="tanh", change=None, title="a title"):
    remedies = {**SMOKE["remedies"], "own": [{"change": change or "identity"}]}
    experiment = {"name": "memory", "task": task, "cells": [cell], "remedies": ["own" if change else "none"]}
    return load_study({**SMOKE, "title": title, "remedies": remedies, "experiments": [experiment]})


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A module of the user's own."""
    (tmp_path / "mine.py").write_text(CLASSES)
    (tmp_path / "breaks.py").write_text("raise RuntimeError('a missing library')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("mine", "breaks"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("title", ["a title", "循環🧠 $x$ #let <b>", "x" * 200])
def test_a_study_of_the_package_s_own_classes_is_well_in_any_script(title, monkeypatch):
    monkeypatch.delitem(sys.modules, "gradient_horizon.pipeline.own_classes")
    assert list(problems(Subject(study(title=title), "smoke"))) == []
    assert "gradient_horizon.pipeline.own_classes" not in sys.modules


def test_remarks_name_what_the_pdf_substitutes():
    found = list(remarks(Subject(study(title="循環🧠 ąż"), "脑")))
    assert found == [
        "the PDF has no font for 循 環 🧠 in '循環🧠 ąż' and shows a substitute; the page shows it",
        "the PDF has no font for 脑 in '脑' and shows a substitute; the page shows it",
    ]


def test_remarks_name_baselines_too(own):
    (found,) = remarks(Subject(study(task="mine:Foreign"), "smoke"))
    assert found == "the PDF has no font for 運 in '運' and shows a substitute; the page shows it"


def test_a_typst_that_prints_nothing_is_a_sentence(monkeypatch):
    def refuse(root, language):
        raise ReportError("no fonts")

    monkeypatch.setattr(typesetting, "pdf", refuse)
    found = list(problems(Subject(study(title="é"), "smoke")))
    assert found == ["report: Typst must make a PDF of the words of the study, got ReportError: no fonts"] * 2


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (
            {"task": "mine:Silent"},
            "experiments.0.task: 'mine:Silent' must say in `solved_when`, as text, when it counts",
        ),
        ({"task": "mine:Baseless"}, "'mine:Baseless' must give at least one baseline for length 5, got ()"),
        ({"task": "mine:Nameless"}, "must give baselines with a name, as text, and a finite loss, got Baseline(name="),
        ({"task": "mine:BatchFirst"}, "must sample inputs [time feature batch] of shape (5, 10, 4), got (4, 5, 10)"),
        ({"task": "mine:OutOfRange"}, "must have whole targets from 0 to 7 (outputs = 8), got others"),
        (
            {"task": "mine:Unsolvable"},
            "must train on a tiny batch (task mine:Unsolvable, cell tanh, remedy none), got LookupError: no criterion",
        ),
        (
            {"cell": "breaks:Cell"},
            "experiments.0.cells.0: 'breaks:Cell' must be importable, got RuntimeError: a missing",
        ),
        ({"cell": "mine:Sines"}, "must be importable, got AttributeError: module 'mine' has no attribute 'Sines'"),
        ({"cell": "mine:NoClass"}, "must be a class made from gradient_horizon.engine.cell:Cell, got 'a text'"),
        ({"cell": "mine:Root"}, "must give finite states on a tiny batch, got some that are not"),
        ({"cell": "mine:Cliff"}, "must give finite gradients on a tiny batch, got some that are not"),
        ({"cell": "mine:Plain"}, f"'mine:Plain' {RUN}TypeError: Can't instantiate abstract class Plain"),
        ({"cell": "mine:Spread"}, "must return as many values as it has states (h), got 2 values"),
        (
            {"change": "mine:Endless"},
            "remedies.own.0.change: 'mine:Endless' must train on a tiny batch (task recall, cell",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:cell 'Spread' mixes units")
def test_what_an_own_class_lacks_is_said_in_one_sentence_with_its_key(own, classes, sentence):
    found = list(own_class_problems(study(**classes)))
    assert any(sentence in problem for problem in found), found
    assert len(found) <= 2


@pytest.mark.parametrize("cell", EQUATION_FAULTS)
def test_a_cell_whose_equations_cannot_be_traced_is_said_in_one_sentence_with_what_is_legal(own, cell):
    (found,) = own_class_problems(study(cell=f"mine:{cell}"))
    said = f"EquationError: cell '{cell}' must {EQUATION_FAULTS[cell]}"
    assert found == f"experiments.0.cells.0: 'mine:{cell}' {RUN}{said}"


@pytest.mark.filterwarnings("ignore:cell 'Centred' mixes units")
@pytest.mark.parametrize("cell", ["mine:Leaky", "mine:Centred"])
def test_own_classes_that_are_well_are_passed(own, cell):
    assert list(own_class_problems(study("mine:Good", cell, "mine:Doubled"))) == []


def test_what_typst_or_matplotlib_refuses_is_a_sentence(monkeypatch):
    def refuse(root, language):
        raise ReportError("no fonts")

    monkeypatch.setattr(typesetting, "body", refuse)
    found = list(problems(Subject(study(), "smoke")))
    assert found == ["report: Typst must make a page of the words of the study, got ReportError: no fonts"] * 2
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "gradient_horizon.figures.draw", raising=False)
    monkeypatch.delitem(sys.modules, "gradient_horizon.figures.style", raising=False)
    (found,) = problems(Subject(study(), "smoke"))
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
    assert list(problems(Subject(study(), "smoke"))) == []
    change("pl/names.json", ('"janet":', '"janett":'))
    change("en/slide.json", ("(gru-similar)", "(gru-fewer-parameters)"))
    change("pl/glossary.json", ('"memory-horizon":', '"memory-horizons":'))
    change("en/figures/radius.json", ('"caption":', '"captions":'))
    (sources / "pl" / "figures" / "gates.json").unlink()
    claims = json.loads((sources / "en" / "claims.json").read_text(encoding="utf-8"))
    del claims["weights-jump"]["quote"], claims["three-gates"]
    (sources / "en" / "claims.json").write_text(json.dumps(claims), encoding="utf-8")
    found = sorted(problems(Subject(study(), "smoke")))
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
        ({"task": "mine:Silent"}, "experiments.0.task: 'mine:Silent' must say in `solved_when`"),
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
