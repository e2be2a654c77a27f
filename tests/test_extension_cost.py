"""README's table of what an extension costs: each kind of thing is really added to a copy of the project, and used."""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from added_files import CLAIM_PROSE, CLAIM_TEXTS, CONFIG, FIGURE_TEXTS
from additions import ADDITIONS, REGISTRIES, Addition

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PARTS = ("Snakefile", "report", "src", "workflow")
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = "| to add | new files | lines in `registries.py` | also edited |"
SHIPPED_EXPERIMENT = """\
  - name: shipped
    task: sign
    cells: [leaky]
    remedies: [doubled]
"""
PAGES = """\
from pathlib import Path
from report_study import html_of, make_study
results = make_study(Path("page"))
for language in ("en", "pl"):
    Path(f"{language}.html").write_text(html_of(results, language), encoding="utf-8")
"""


class Cost(NamedTuple):
    """What an addition takes."""

    new_files: int
    registry_lines: int
    also_edited: dict[str, int | None]
    """Other files, with the number of lines where they are code."""


def costs_in_readme() -> dict[str, Cost]:
    """README's table, by its first column."""
    lines = README.split(f"{HEADER}\n")[1].split("\n\n")[0].splitlines()[1:]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {
        row: Cost(
            new_files=int(re.match(r"\d+", new)[0]),
            registry_lines=int(re.match(r"\d+", registered)[0]),
            also_edited={
                file: int(lines) if lines else None
                for file, lines in re.findall(r"`([\w./]+\.\w+)`(?: \((\d+) lines?\))?", edited)
            },
        )
        for row, new, registered, edited in cells
    }


def files_of(folder: Path) -> dict[str, str]:
    """The text of every file that a person may write."""
    kinds = ("*.py", "*.json", "*.typ", "*.yaml", "*.smk", "Snakefile")
    paths = {path for kind in kinds for path in folder.rglob(kind) if not {".snakemake", ".sha256"} & {*path.parts}}
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


def cost(before: dict[str, str], after: dict[str, str]) -> Cost:
    """What differs between two states of a project."""
    assert before.keys() <= after.keys()
    edited = {name: text.splitlines() for name, text in before.items() if after[name] != text}
    changes = {
        name: sum(line.startswith(("+ ", "- ")) for line in difflib.ndiff(lines, after[name].splitlines()))
        for name, lines in edited.items()
        if name.endswith(".py")
    }
    registry_lines = changes.pop(REGISTRIES, 0)
    also_edited = {name: changes.get(name) for name in edited if name != REGISTRIES}
    return Cost(len(after) - len(before), registry_lines, also_edited)


def run(folder: Path, *command: str) -> str:
    """The output of a Python module that runs in a copy of the project; its errors too."""
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder / 'tests' / 'support'}"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def make(folder: Path, addition: Addition) -> None:
    """Writes the new files of an addition, and its text into files that are there."""
    for name, text in addition.files.items():
        assert not (folder / name).exists()
        (folder / name).write_text(text, encoding="utf-8")
    for file, old, new in addition.edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old)
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    if addition.command:
        run(folder, "-m", "gradient_horizon", *addition.command)


class Extended(NamedTuple):
    """A copy of the project with all additions, what each of them took, and the jobs that Snakemake plans for it."""

    folder: Path
    costs: dict[str, Cost]
    jobs: str


COUNTED = """
import sys
from pathlib import Path
sys.path.insert(0, "")
from gradient_horizon.pipeline import rule_code
from gradient_horizon.registries import PACKAGE
from gradient_horizon.store.imports import SOURCES, closure
from gradient_horizon.store.keys import deciding_files
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
files = set().union(*map(rule_code.files, rule_code.MODULES))
files |= closure([SOURCES / PACKAGE / "measuring" / "measure.py"], base=SOURCES)
for spec in expand(validated_study(read_yaml(Path("config.yaml")))):
    files |= deciding_files(spec)
here = [file.resolve() for file in files if file.resolve().is_relative_to(Path.cwd())]
print(*(file.relative_to(Path.cwd()).as_posix() for file in here))
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Extended:
    folder = tmp_path_factory.mktemp("extended")
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, folder / part)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    costs, before = {}, files_of(folder)
    for addition in ADDITIONS:
        make(folder, addition)
        after = files_of(folder)
        costs[addition.kind], before = cost(before, after), after
    config = (folder / "config.yaml").read_text(encoding="utf-8") + SHIPPED_EXPERIMENT
    config = config.replace("  none: []\n", "  none: []\n  doubled: [{change: scaled, factor: 2}]\n")
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    return Extended(folder, costs, run(folder, "-m", "snakemake", "--dry-run", "--cores", "1"))


@pytest.fixture(scope="module")
def results(extended) -> Path:
    """The results of the extended project, without its report."""
    figure = "results/default/figures/en/losses.svg"
    run(extended.folder, "-m", "snakemake", figure, "--cores", "2", "--show-failed-logs", "--quiet", "progress")
    return extended.folder / "results" / "default"


@pytest.fixture(scope="module")
def pages(extended, tmp_path_factory) -> dict[str, str]:
    """The page in each language, of a study that has run nothing yet."""
    folder = tmp_path_factory.mktemp("pages")
    for part in ("report", "src", "workflow"):
        shutil.copytree(extended.folder / part, folder / part)
    shutil.copytree(ROOT / "tests" / "support", folder / "tests" / "support")
    shutil.copy(ROOT / "config.yaml", folder)
    run(folder, "-c", PAGES)
    pages = {language: (folder / f"{language}.html").read_text(encoding="utf-8") for language in CLAIM_TEXTS}
    return {language: re.sub(r"\s+", " ", page) for language, page in pages.items()}


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.kind)
def test_an_addition_costs_what_the_readme_says(addition, extended):
    assert extended.costs[addition.kind] == costs_in_readme()[addition.row]


def test_every_row_of_the_readme_is_tried():
    assert list(costs_in_readme()) == list(dict.fromkeys(addition.row for addition in ADDITIONS))


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.kind)
def test_every_new_file_decides_a_job_or_a_run(addition, extended):
    counted = set(run(extended.folder, "-c", COUNTED).split())
    prose = {file.relative_to(extended.folder).as_posix() for file in (extended.folder / "report").rglob("*.*")}
    assert set(addition.files) <= counted | prose


def test_more_seeds_lengths_and_experiments_are_more_runs(extended):
    planned = run(extended.folder, "-m", "gradient_horizon", "plan", "config.yaml", "--runs").splitlines()
    runs = [line.split("  ")[0] for line in planned if " networks, up to " in line]
    assert [name.rsplit("_", 2)[0] for name in sorted(runs)] == [
        "memory_recall_tanh_none_T4",
        "memory_recall_tanh_none_T6",
        "other_recall_relu_none_T4",
        "own_my-task-Sign_my-cell-Leaky_halved_T4",
        "shipped_sign_leaky_doubled_T4",
    ]
    assert "5 runs, 20 networks" in planned


def test_additions_are_trained_and_measured(results):
    networks = pd.read_csv(results / "tables" / "networks.csv")
    trained = networks.groupby("experiment")[["task", "cell", "remedy"]].first().T.to_dict("list")
    assert trained["own"] == ["my_task:Sign", "my_cell:Leaky", "halved"]
    assert trained["shipped"] == ["sign", "leaky", "doubled"]
    assert trained["other"] == ["recall", "relu", "none"]
    assert networks.groupby("experiment").size().to_dict() == {"memory": 8, "other": 4, "own": 4, "shipped": 4}
    assert (networks["update"] > 0).all()


def test_one_class_trains_the_same_networks_as_a_user_s_own_and_shipped(results):
    """Adam divides by the size of gradients, so that halved and doubled ones train alike."""
    networks = pd.read_csv(results / "tables" / "networks.csv").set_index(["experiment", "length", "seed"])
    assert networks.loc["own", "accuracy"].notna().all()
    pd.testing.assert_series_equal(networks.loc["own", "loss"], networks.loc["shipped", "loss"], rtol=1e-3)


def test_names_of_shipped_things_are_legal_in_the_schema_for_editors(extended):
    schema = json.loads((extended.folder / "workflow" / "schemas" / "config.schema.json").read_text())
    properties = schema["$defs"]["Experiment"]["properties"]
    assert "leaky" in json.dumps(properties["cells"])
    assert "sign" in json.dumps(properties["task"])
    assert "scaled" in json.dumps(schema["$defs"]["ChangeEntry"])


def test_a_new_measure_is_a_column(results):
    gradients = pd.read_csv(results / "tables" / "gradients.csv").set_index("moment")
    assert gradients["readout_norm"].between(0.1, 10).all()
    initial, final = (gradients.loc[moment, "readout_norm"].to_numpy() for moment in ("initial", "final"))
    assert (initial != final).all()


def test_a_new_table_has_a_row_per_measured_network(results):
    improvements = pd.read_csv(results / "tables" / "improvements.csv")
    gradients = pd.read_csv(results / "tables" / "gradients.csv")
    final = gradients[gradients["moment"].eq("final")]
    keys = ["experiment", "task", "cell", "remedy", "length", "seed"]
    assert len(improvements) == 20
    pd.testing.assert_frame_equal(improvements[keys], final[keys].reset_index(drop=True))
    assert improvements["improvement"].ne(0).all()


def test_a_new_claim_is_judged(results):
    verdicts = pd.read_csv(results / "claims" / "verdicts.csv").set_index("claim")
    networks = pd.read_csv(results / "tables" / "networks.csv")
    solved = networks[networks["experiment"].eq("memory") & networks["length"].eq(6)]["status"].eq("solved")
    assert verdicts.loc["few-steps-are-easy", "n"] == len(solved) == 4
    assert verdicts.loc["few-steps-are-easy", "effect"] == solved.mean() == 0


@pytest.mark.parametrize("language", FIGURE_TEXTS)
def test_a_new_figure_is_drawn_in_each_language(language, results):
    drawn = {name: (results / "figures" / name / "losses.svg").read_text(encoding="utf-8") for name in FIGURE_TEXTS}
    assert drawn[language].count("h0") >= 20  # a dot per network is a line of no length
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize("language", CLAIM_TEXTS)
def test_the_page_has_the_texts_of_a_new_claim_in_each_language(language, pages):
    texts = CLAIM_TEXTS[language]["few-steps-are-easy"]
    for text in texts.values():
        assert text in pages[language]
    assert CLAIM_PROSE[language] in pages[language]


@pytest.mark.parametrize("language", FIGURE_TEXTS)
def test_the_page_has_the_texts_of_a_new_figure_in_each_language(language, pages):
    for name in ("alt", "caption", "data"):
        assert FIGURE_TEXTS[language][name] in pages[language]
