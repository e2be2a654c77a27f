import json
import re
import subprocess

import pytest
from live_modules import ROOT, SOURCES, needs_node
from matplotlib import colormaps, colors

from gradient_horizon import registries
from gradient_horizon.errors import EquationError, ReportError
from gradient_horizon.live.bundle import bundle
from gradient_horizon.live.javascript import write_cells
from gradient_horizon.training.outcome import DIVERGENCE_RATIO

ONE = '"use strict";\nimport { two } from "./two.js";\nexport const one = two + 1;\nexport function mountTrain() {}\n'
TWO = '"use strict";\nimport { CELLS } from "./cells.js";\nexport const two = Object.keys(CELLS).length;\n'


def bundled(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return bundle(folder)


@needs_node
def test_the_live_parts_of_the_report_are_one_module_without_imports(tmp_path):
    text = bundle(SOURCES)
    file = tmp_path / "live.mjs"
    file.write_text(text)
    subprocess.run(["node", "--check", file], check=True)
    assert re.findall(r"^import\b.*", text, re.MULTILINE) == []
    exported = re.findall(r"^export\b.*", text, re.MULTILINE)
    assert len(exported) == 1
    assert "mountTrain" in exported[0]
    assert text.rstrip().endswith(exported[0])


@needs_node
def test_a_bundle_has_the_generated_cells_and_modules_after_those_they_import(tmp_path):
    file = tmp_path / "live.mjs"
    file.write_text(bundled(tmp_path, one=ONE, two=TWO) + "console.log(one);\n")
    done = subprocess.run(["node", file], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(registries.CELLS) + 1


def test_parts_that_are_not_there_are_not_exported(tmp_path):
    assert bundled(tmp_path, one=ONE, two=TWO).endswith("export { mountTrain };\n")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"one": ONE}, r"one\.js must import from cells\.js, one\.js, got two\.js"),
        (
            {"one": ONE, "two": TWO + "const one = 1;\n"},
            r"names of live parts must differ, got one in .* and in two\.js",
        ),
        ({"one": ONE, "two": TWO + "const { three, one } = {};\n"}, "got one in "),
        (
            {"one": ONE, "two": TWO + 'import { one } from "./one.js";\n'},
            r"in a circle, got one\.js -> two\.js -> one\.js",
        ),
        ({"one": ONE.replace("{ two }", "* as two"), "two": TWO}, r"one\.js must import names as they are"),
        ({"one": ONE.replace("{ two }", "{ two as three }"), "two": TWO}, r"got \{ two as three \}"),
        ({"one": ONE + "export default 3;\n", "two": TWO}, r"got export default 3;"),
        ({"one": ONE + 'import "elsewhere";\n', "two": TWO}, r'got import "elsewhere";'),
    ],
)
def test_modules_that_cannot_be_joined_are_refused_by_name(tmp_path, files, message):
    with pytest.raises(ReportError, match=message):
        bundled(tmp_path, **files)


def test_a_cell_of_one_s_own_is_written_too_and_one_that_cannot_be_traced_is_refused(tmp_path, monkeypatch):
    (tmp_path / "own_cells.py").write_text(
        "from gradient_horizon.engine.cell import Block, Cell\n"
        "class Leaky(Cell):\n    blocks = (Block('a'),)\n"
        "    def step(self, a, h):\n        return 0.25 * h + a.tanh()\n"
        "class Odd(Leaky):\n    def step(self, a, h):\n        return a.cosh() + h\n"
        "class Mixing(Leaky):\n    mixes_units = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "0.25 * x1" in write_cells(["own_cells:Leaky"])
    assert "Mixing" not in write_cells(["tanh", "own_cells:Mixing"])
    with pytest.raises(EquationError, match="cell 'Odd'"):
        write_cells(["own_cells:Odd"])


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_start_and_task_has_a_name(language):
    words = json.loads((ROOT / "report" / language / "live" / "train.json").read_text())
    script = (SOURCES / "starts.js").read_text()
    starts = re.findall(r'^  "?([\w-]+)"?: \(', script.partition("START_NEEDS = {")[2].partition("};")[0], re.MULTILINE)
    assert set(words["starts"]) == set(starts) == {"pytorch", "orthogonal", "identity", "chrono", "forget-bias"}
    assert set(words["tasks"]) == {"recall", "adding", "parity"}


def test_words_of_both_languages_have_the_same_keys_and_places():
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items() if key not in ("few", "many")}
        return sorted(re.findall(r"\{\w+\}", value))

    english, polish = (
        json.loads((ROOT / "report" / language / "live" / "train.json").read_text()) for language in ("en", "pl")
    )
    assert shape(english) == shape(polish)


def test_colours_of_the_heat_map_are_viridis():
    given = re.search(r"VIRIDIS = (\[.*?\])", (SOURCES / "heatmap.js").read_text())
    assert json.loads(given[1]) == [colors.to_hex(colormaps["viridis"](n / 8)) for n in range(9)]


def test_a_training_s_settings_are_those_of_the_study():
    config = (ROOT / "config.yaml").read_text()
    script = (SOURCES / "training.js").read_text().partition("SETTINGS = {")[2].partition("}")[0]
    settings = {name: float(value) for name, value in re.findall(r"(\w+): ([\d.]+)", script)}
    keys = {
        "hidden": "hidden_size",
        "batch": "batch_size",
        "updates": "updates",
        "evaluateEvery": "evaluate_every",
        "evaluationSequences": "evaluation_sequences",
    }
    for ours, theirs in keys.items():
        assert settings.pop(ours) == float(re.search(rf"^  {theirs}: (\S+)", config, re.MULTILINE)[1])
    assert settings == {"clipNorm": 1, "divergenceRatio": DIVERGENCE_RATIO}
    assert "clipped: [{change: clip-norm, threshold: 1}]" in config
