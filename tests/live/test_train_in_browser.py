import json
from pathlib import Path

import numpy as np
import pytest
from browser import MODULES, NEEDS_BROWSER, driven
from live_modules import ROOT, SOURCES

from gradient_horizon import registries
from gradient_horizon.live.bundle import bundle
from gradient_horizon.reporting.live_words import live_words

pytestmark = [
    pytest.mark.slow,
    NEEDS_BROWSER,
]

COLOURS = """:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;
--link:#0550ae;--cell-linear:#777;--cell-tanh:#0072b2;--cell-relu:#8a5a00;--cell-gru:#00704f;--cell-lstm:#b34700;--cell-other:#a0437a}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9da7b3;--line:#30363d;--card:#161b22;
--link:#79b8ff}} body{background:var(--bg);color:var(--fg);font:17px/1.6 sans-serif}"""
MOUNT = """
const source = document.getElementById("live").textContent;
const { mountTrain } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
const words = JSON.parse(document.getElementById("words").textContent);
const onTrained = (result) => (window.trained = result);
mountTrain(document.querySelector(".live-part"), { words, language: "en", source, onTrained });
window.isReady = true;
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What a reader meets who trains networks on a page that holds nothing but the panel."""
    page = tmp_path_factory.mktemp("page") / "train.html"
    style = COLOURS + "".join(file.read_text() for file in sorted(SOURCES.glob("*.css")))
    words = json.dumps(live_words(ROOT / "report", "en")["train"])
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Train</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{style}</style>'
        '<main><h1>Train</h1><div class="live-part"></div></main>'
        f'<script type="text/plain" id="live">{bundle(SOURCES)}</script>'
        f'<script type="application/json" id="words">{words}</script><script type="module">{MOUNT}</script></html>',
        encoding="utf-8",
    )
    return driven(Path(__file__).with_name("train_in_browser.mjs"), MODULES, page)


def test_nothing_fails_and_nothing_is_asked_of_the_network(found):
    assert found["errors"] == []
    assert found["requests"] == []


@pytest.mark.parametrize("view", ["light", "dark", "phone"])
def test_a_finished_training_breaks_no_rule_of_accessibility_and_fits_the_window(found, view):
    assert found["views"][view] == {"violations": [], "overflow": 0}


def test_all_cells_are_offered_with_the_starts_that_fit_them(found):
    assert set(found["cells"]) == set(registries.CELLS)
    assert found["cells"][:5] == ["linear", "tanh", "relu", "gru", "lstm"]
    assert found["starts"]["tanh"] == ["pytorch", "orthogonal", "identity"]
    assert found["starts"]["lstm"] == ["pytorch", "orthogonal", "identity", "chrono", "forget-bias"]


def test_a_network_is_trained_until_it_has_solved_its_task(found):
    solved = found["solved"]
    expected = {"cell": "tanh", "start": "pytorch", "remedy": "none", "task": "recall", "length": 10, "solved": True}
    assert expected.items() <= solved["result"].items()
    assert solved["result"]["learningRate"] == 0.003
    assert not solved["result"]["diverged"]
    assert solved["result"]["updates"] == solved["updates"] < 1500
    assert solved["said"].startswith(f"Solved after {solved['updates']:,} updates: ")


def test_a_divergence_is_said_and_told(found):
    diverged = found["diverged"]
    assert diverged["result"]["diverged"]
    assert not diverged["result"]["solved"]
    assert diverged["said"].startswith(f"Diverged after {diverged['result']['updates']} updates: ")


def test_a_start_is_told_by_the_name_of_the_study_s_remedy(found):
    assert found["chrono"]["result"]["remedy"] == "chrono"
    assert found["chrono"]["result"]["cell"] == "lstm"


def test_the_map_has_a_column_per_step_and_grows_lighter_towards_the_loss(found):
    pixels = found["pixels"]
    assert pixels["width"] == 10
    for row in ("first", "last"):
        brightness = np.reshape(pixels[row], (10, 3)) @ [0.2126, 0.7152, 0.0722]
        assert brightness.min() > 0
    first = np.reshape(pixels["first"], (10, 3)) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(first) > 0).all()


def test_a_pause_stops_the_counter_and_going_on_moves_it(found):
    before, after = found["pause"]
    assert 0 < before == after < found["resumed"]
    assert found["disabled"]


def test_a_reset_clears_all_and_frees_the_controls(found):
    assert found["reset"] == {"updates": 0, "disabled": False}


def test_the_page_never_stands_still_while_a_network_trains(found):
    assert found["longestFrame"] < 500  # milliseconds, with room for a machine that does other things
