"""The picture of when each job ran."""

import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from report_study import PROSE

from gradient_horizon.language.words import read_words
from gradient_horizon.pipeline.timeline import write_timeline
from gradient_horizon.reporting.timeline import EDGE, LABELS, WIDTH, Job, timeline

WORDS = {language: read_words(PROSE / language / "words.json")["timeline"] for language in ("en", "pl")}
SVG = "{http://www.w3.org/2000/svg}"
HOUR = 3600.0


def bars(picture):
    """Of each bar what is said of it, its row, and where it begins and ends, in parts of the axis."""
    found = {}
    for each in ElementTree.fromstring(picture).iter(f"{SVG}rect"):
        said = each.findtext(f"{SVG}title")
        if said:
            left, width = (float(each.attrib[name]) for name in ("x", "width"))
            room = WIDTH - LABELS - EDGE
            found[said] = (float(each.attrib["y"]), (left - LABELS) / room, (left - LABELS + width) / room)
    return found


def test_bars_are_as_long_as_jobs_and_batches_that_ran_at_once_have_rows_of_their_own():
    jobs = [Job("a", True, 0, 50), Job("b", True, 20, 70), Job("c", True, 60, 80), Job("tables", False, 80, 100)]
    found = bars(timeline(jobs, WORDS["en"], "en"))
    assert {said: ends[1:] for said, ends in found.items()} == {
        "a: 50 s": pytest.approx((0, 0.5), abs=1e-3),
        "b: 50 s": pytest.approx((0.2, 0.7), abs=1e-3),
        "c: 20 s": pytest.approx((0.6, 0.8), abs=1e-3),
        "tables: 20 s": pytest.approx((0.8, 1), abs=1e-3),
    }
    rows = [found[said][0] for said in ("a: 50 s", "b: 50 s", "c: 20 s", "tables: 20 s")]
    assert rows[0] == rows[2] < rows[1] < rows[3]


def test_the_night_between_two_calls_is_left_out_but_for_a_gap():
    jobs = [Job("a", True, HOUR, HOUR + 45), Job("tables", False, 20 * HOUR, 20 * HOUR + 50)]
    found = bars(timeline(jobs, WORDS["pl"], "pl"))
    assert found["a: 45 s"][1:] == pytest.approx((0, 0.45), abs=1e-3)
    assert found["tables: 50 s"][1:] == pytest.approx((0.5, 1), abs=1e-3)


def test_jobs_are_those_that_made_the_files_of_the_study_and_a_failure_is_silent(tmp_path):
    results = tmp_path / "results" / "smoke"
    records = {}
    for name, rule, log, began in (
        ("batches/b-1.json", "batch", "batches/b-1.log", 0),
        ("tables/runs.csv", "tables", "tables.log", 10),
        ("tables/success.csv", "tables", "tables.log", 10),
        ("report/en/report.html", "page", "report/en.html.log", 20),
        ("only/gru-similar/made_of.json", "tables", "only.log", 500),
        ("claims/verdicts.csv", None, None, None),
    ):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).touch()
        if rule:
            records[str(results / name)] = SimpleNamespace(
                rule=rule, log=[log], starttime=began + 1.0, endtime=began + 6.0
            )
    write_timeline(results, PROSE, SimpleNamespace(metadata=lambda file: records.get(str(file))))
    said = {language: (results / "report" / language / "timeline.svg").read_text("utf-8") for language in WORDS}
    assert set(bars(said["pl"])) == {"batch: 5 s", "tables: 5 s", "page (en): 5 s"}
    assert WORDS["en"]["axis"] in re.sub("&[^;]+;", "", said["en"])
    write_timeline(tmp_path / "nowhere", Path("nowhere"), None)
