"""A reader who trains a network, drags an eigenvalue, follows links and prints, on a page as the report has it."""

from pathlib import Path

import numpy as np
import pytest
from browser import NEEDS_BROWSER, driven
from live_page import made_up_data
from report_study import ROOT, give_verdict, html_of, make_study

from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.storage import write, write_json

pytestmark = [
    NEEDS_BROWSER,
    pytest.mark.slow,
]
LENGTHS = (5, 10, 20, 40, 80)
ROWS = (("tanh", "none"), ("tanh", "orthogonal"), ("lstm", "none"))


def memory_map(width: int) -> str:
    """The first figure with a field for every network and length, of this many points a field."""
    fields = (
        f'<g data-cell="{cell}" data-remedy="{remedy}" data-task="recall" data-length="{length}">'
        f'<rect x="{column * width}" y="{row * 20}" width="{width}" height="20"/></g>'
        for row, (cell, remedy) in enumerate(ROWS)
        for column, length in enumerate(LENGTHS)
    )
    size = f'width="{width * len(LENGTHS)}pt" height="{20 * len(ROWS)}pt"'
    box = f'viewBox="0 0 {width * len(LENGTHS)} {20 * len(ROWS)}"'
    head = "<title>Finding</title><desc>How it was drawn</desc><style>.s0{fill:#0072b2}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>{head}{"".join(fields)}</svg>'


def trial(folder: Path) -> Path:
    """A page of today's prose and scripts, whose first figure has the fields of `memory_map`."""
    results = make_study(folder / "results")
    give_verdict(results, Verdict.CONDITIONAL)
    write_json(results / "live.json", made_up_data())
    for form, width in (("", 90), (".narrow", 40)):
        write(results / "figures" / "en" / f"memory-map{form}.svg", memory_map(width))
    file = folder / "report.html"
    file.write_text(html_of(results, "en"), encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=["trial", "rendered"])
def found(request, tmp_path_factory):
    """What the reader met on the trial page, and on the rendered report of the repository."""
    file = ROOT / "docs" / "sample" / "en" / "report.html"
    if request.param == "trial":
        file = trial(tmp_path_factory.mktemp("reader"))
    return driven("read.mjs", file)


def field(length):
    return {"cell": "tanh", "remedy": "none", "task": "recall", "length": str(length)}


def test_no_script_fails_and_no_rule_of_accessibility_is_broken(found):
    assert found["errors"] == []
    assert found["violations"] == {"live parts started": [], "term in slide mode": []}


def test_a_part_that_is_started_by_keyboard_keeps_the_focus(found):
    assert found["focused"] == {"train": True, "walk": True, "sliders": True}


def test_a_network_trained_to_the_end_stands_in_the_first_figure_at_its_row_and_length(found):
    assert found["trained"]["said"].startswith("Solved after ")
    assert found["trained"]["dots"] == [{"solved": True, "narrow": False, "fields": [field(10)]}]


def test_the_dot_moves_to_the_figure_of_a_phone_and_back(found):
    assert found["narrowed"] == [{"solved": True, "narrow": True, "fields": [field(10)]}]
    assert found["widened"] == found["trained"]["dots"]


def test_a_network_that_diverged_is_hollow_and_one_of_another_task_is_not_drawn(found):
    assert found["diverged"]["said"].startswith("Diverged after ")
    assert found["diverged"]["dots"] == [{"solved": False, "narrow": False, "fields": [field(80)]}]
    assert found["otherTask"]["dots"] == []


def test_a_saved_figure_is_the_study_s_without_the_reader_s_dot(found):
    assert "data-length" in found["saved"]
    assert "reader-run" not in found["saved"]


def test_an_eigenvalue_of_the_page_is_dragged_and_the_curve_is_its_powers(found):
    dragged = found["dragged"]
    assert dragged["radius"] == pytest.approx(0.6, abs=0.011)
    assert dragged["degrees"] == pytest.approx(90, abs=1)
    np.testing.assert_allclose(dragged["norms"], dragged["radius"] ** np.arange(dragged["T"] + 1.0), rtol=1e-10)


def test_a_letter_typed_in_a_live_part_does_not_open_slide_mode(found):
    assert found["typedInPart"] == 0


def test_a_link_to_a_claim_that_the_filter_hides_ends_the_filter(found):
    unhidden = found["unhidden"]
    assert unhidden["wasHidden"]
    assert (unhidden["pressed"], unhidden["search"]) == ("", "")
    assert abs(unhidden["top"]) < 40


def test_a_malformed_address_stops_no_script(found):
    assert found["oddAddress"] == 5


def test_a_page_is_printed_dark_on_white_from_a_dark_screen(found):
    assert found["printed"] == "rgb(31, 35, 40)"


def test_a_term_opens_by_keyboard_also_in_slide_mode_where_escape_closes_the_term_first(found):
    term = found["term"]
    assert (term["Enter"], term["Escape"], term[" "]) == (True, False, True)
    assert term["inSlideMode"] == {"shown": True, "stays": True}
    assert term["escaped"] == {"shown": False, "mode": 1}
