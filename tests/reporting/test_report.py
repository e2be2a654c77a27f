import io
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pikepdf
import pytest
from drawing import draw
from figure_tables import full_tables
from report_read import drawn_in, print_of, text_of
from report_study import (
    CLAIMS,
    COMMIT,
    LANGUAGES,
    PROSE,
    SVG,
    give_verdict,
    html_of,
    pdf_of,
)

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.errors import ReportError
from gradient_horizon.figures.paths import shortened
from gradient_horizon.figures.style import house_style
from gradient_horizon.figures.svg import svg
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import TABLES

HOSTILE = "<script>alert(1)</script> & $x_1$ #let"
VOID = {"meta", "img", "br", "link", "rect", "line", "circle", "polygon", "input"}


class Outline(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.headings, self.pictures, self.resources = [], [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.resources += [given["src"]] if "src" in given else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.pictures += [given.get("aria-label", "")] if "picture-svg" in given.get("class", "") else []

    def handle_endtag(self, tag):
        if self.open and tag == self.open[-1]:
            self.open.pop()


@pytest.mark.parametrize(("language", "number"), [("en", "1.23 · 10−7"), ("pl", "1,23 · 10−7")])
def test_a_number_changed_in_a_table_changes_in_both_formats(results, tmp_path, language, number):
    assert number not in text_of(html_of(results, language))
    tests = TESTS.load(results / "claims")
    tests.loc[3, ["effect", "effect_low", "effect_high"]] = [1.234e-7, 1e-7, 2e-7]
    tests.loc[3, ["n", "silence"]] = [5, ""]
    TESTS.save(tests, results / "claims")
    assert number in text_of(html_of(results, language))
    assert number in print_of(pdf_of(results, language), tmp_path)


@pytest.mark.parametrize(
    ("language", "spoken", "written"), [("en", "12 times", "12.3 [11 to 14]"), ("pl", "12 razy", "12,3 [11; 14]")]
)
def test_a_number_moved_in_a_table_moves_on_slide_board_claim_and_in_print(
    results, tmp_path, language, spoken, written
):
    give_verdict(results, Verdict.REFUTED)

    def shown():
        page = html_of(results, language)
        slide = page[page.index('<section id="slide"') : page.index('<section id="verdicts"')]
        (card,) = re.findall(r'<a class="card [^>]*href="#claim-gru-similar">.*?</a>', page, re.DOTALL)
        (claim,) = re.findall(r'<article id="claim-gru-similar".*?</article>', page, re.DOTALL)
        return [text_of(part) for part in (slide, card, claim)] + [print_of(pdf_of(results, language), tmp_path)]

    def moved(parts):
        slide, card, claim, printed = parts
        return [spoken in slide, written in card, written in claim, written in printed]

    assert moved(shown()) == [False] * 4
    tests = TESTS.load(results / "claims")
    own = tests["claim"].eq("gru-similar") & tests["kind"].isin(["main", "pooled"])
    tests.loc[own, ["effect", "effect_low", "effect_high"]] = [12.34, 11, 14]
    TESTS.save(tests, results / "claims")
    assert moved(shown()) == [True] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_changed_in_a_table_moves_in_the_figure_of_both_formats(results, language):
    tables, tests = full_tables(), TESTS.load(results / "claims")
    changed = tables["horizons"].copy()
    ends = (50.0, 73.0)
    longest = changed["memory_horizon"].eq(max(changed["memory_horizon"], key=lambda horizon: horizon.sort_key))
    changed.loc[longest, ["memory_horizon", "memory_horizon_low", "memory_horizon_high"]] = [
        Censored.exactly(100),
        *ends,
    ]
    shown = []
    for horizons in (tables["horizons"], changed):
        figure = draw("memory-forest", tables | {"horizons": horizons}, language, tests)
        with house_style():
            write(results / "figures" / language / "memory-forest.svg", svg(figure))
        shown.append((html_of(results, language), drawn_in(pdf_of(results, language))))
    (panel,) = figure.axes
    points = [panel.transData.transform((end, 0)) * 72 / figure.dpi for end in ends]
    (left, y), (right, _) = ((f"{x:.1f}", f"{figure.get_figheight() * 72 - y:.1f}") for x, y in points)
    line_of_page, line_of_pdf = shortened(f"M {left} {y} L {right} {y}"), f"{left} {y} m {right} {y} l"
    assert [(line_of_page in page, line_of_pdf in re.sub(r"\s+", " ", pdf)) for page, pdf in shown] == [
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This report is partial: it rests on 0 of 20 runs."),
        ("pl", "Ten raport jest niepełny: opiera się na części przebiegów (0 z 20)."),
    ],
)
def test_a_partial_study_says_so_on_top_and_at_every_claim(results, tmp_path, language, sentence):
    expected = len((results / "plan" / "runs.csv").read_text().splitlines()) - 1
    sentence = sentence.replace("20", str(expected))
    page = text_of(html_of(results, language))
    assert page.index(sentence) < page.index(Wording(PROSE, language).words["answer_title"])
    assert sentence in print_of(pdf_of(results, language), tmp_path)
    asked = TESTS.load(results / "claims").groupby("claim").size()
    assert set(asked.index) == {claim.id for claim in CLAIMS}
    for tests in asked:
        assert Wording(PROSE, language).words["without_runs"].format(missing=tests, tests=tests) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_asks_for_nothing_from_the_network(unchanged, language):
    outline = Outline(html_of(unchanged, language))
    assert outline.open == []
    assert outline.resources == []
    assert [link for link in outline.links if not link.startswith("#")] == [
        f"../{'pl' if language == 'en' else 'en'}/report.html",
        "report.pdf",
        "poster.pdf",
        "timeline.svg",
    ]
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert {f"claim-{claim.id}" for claim in CLAIMS} <= set(outline.ids)
    assert len(outline.pictures) > 10
    assert all(len(alt) > 30 for alt in outline.pictures)
    assert outline.headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(outline.headings, outline.headings[1:], strict=False))


def test_links_to_files_beside_the_page_are_hidden_until_these_are_seen(unchanged):
    page = html_of(unchanged, "en")
    for link in ("../pl/report.html", "report.pdf", "poster.pdf"):
        (tag,) = re.findall(rf'<a href="{re.escape(link)}"[^>]*>', page)
        assert " hidden" in tag
        assert re.search(r'data-beside="[./pl]*preview\.png"', tag)


def test_every_figure_that_shows_something_is_there_once_with_its_finding_as_text(unchanged):
    page = html_of(unchanged, "en")
    shown = contents(unchanged, PROSE, "en", COMMIT)["figures"]
    drawn = re.findall(r'<div class="picture" data-figure="([\w-]+)">', page)
    assert len(drawn) == len(set(drawn)) > 10
    assert set(drawn) <= set(shown)
    text = text_of(page)
    assert all(f"Finding {name}" in text for name in drawn)
    assert {claim.figure for claim in CLAIMS} - {""} <= set(drawn)


def test_a_figure_without_runs_is_left_out_of_both_formats(results, tmp_path):
    for language in LANGUAGES:
        write(results / "figures" / language / "radius.svg", SVG.format(n=1, name="radius", empty=' data-empty="true"'))
    assert '<div class="picture" data-figure="radius">' not in html_of(results, "en")
    assert "Finding radius" not in print_of(pdf_of(results, "en"), tmp_path)


def test_the_pdf_says_that_it_keeps_the_standards_it_was_checked_against(unchanged):
    with pikepdf.open(io.BytesIO(pdf_of(unchanged, "pl"))) as document:
        said = document.open_metadata()
        assert (said["pdfaid:part"], said["pdfaid:conformance"], said["pdfuaid:part"]) == ("2", "A", "1")
        assert bool(document.Root.MarkInfo.Marked)
        assert document.Root.StructTreeRoot.K
        assert str(document.Root.Lang) == "pl"


def test_anchors_are_those_that_have_been_promised(unchanged):
    ids = Outline(html_of(unchanged, "pl")).ids
    chapters = "memory agreement after other-tasks methods limits published provenance glossary references"
    assert {"slide", "verdicts", "picture", "claims", *chapters.split()} <= set(ids)


def build(results, step, language, out, prose=PROSE, **settings):
    """What the step of the command line does, in a process of its own."""
    command = [sys.executable, "-m", "gradient_horizon", step, "--results", str(results)]
    command += ["--language", language, "--sources", str(prose), "--commit", json.dumps(COMMIT), "--out", str(out)]
    subprocess.run(command, env={**os.environ, **settings}, check=True, capture_output=True)


def test_two_builds_are_the_same_bytes_whatever_the_environment(unchanged, tmp_path):
    settings = (
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
    )
    for number, own in enumerate(settings):
        for step, name in (("page", "report.html"), ("pdf", "report.pdf")):
            build(unchanged, step, "pl", tmp_path / str(number) / name, **own)
    for name in ("report.html", "report.pdf"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_the_configuration_come_out_literally(results, tmp_path, language):
    study = json.loads((results / "plan" / "study.json").read_text())
    study["title"] = HOSTILE
    write(results / "plan" / "study.json", json.dumps(study))
    row = {
        "experiment": "recall-32",
        "task": "recall",
        "cell": f"module:{HOSTILE}",
        "remedy": HOSTILE,
        "length": 9,
        "n": 3,
    }
    TABLES["memories"].save(TABLES["memories"].frame([row]), results / "tables")
    page = html_of(results, language)
    outside_of_values = re.sub(r'data-(cell|remedy)="[^"]*"', "", page)
    assert "<script>alert" not in outside_of_values
    assert text_of(page).count(HOSTILE) >= 3
    assert print_of(pdf_of(results, language), tmp_path).count(HOSTILE) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_fonts_of_the_pdf_lack_is_kept_by_the_page_and_substituted_by_the_pdf(results, tmp_path, language):
    study = json.loads((results / "plan" / "study.json").read_text())
    study["title"] = "循環🧠"
    write(results / "plan" / "study.json", json.dumps(study))
    row = {"experiment": "recall-32", "task": "recall", "cell": "記憶:Mine", "remedy": "none", "length": 9, "n": 3}
    TABLES["memories"].save(TABLES["memories"].frame([row]), results / "tables")
    build(results, "page", language, tmp_path / "report.html")
    build(results, "pdf", language, tmp_path / "report.pdf")
    page = text_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert [page.count(word) > 0 for word in ("循環🧠", "記憶:Mine", "\ufffd")] == [True, True, False]
    printed = print_of((tmp_path / "report.pdf").read_bytes(), tmp_path)
    assert "\ufffd\ufffd\ufffd · " in printed
    assert not re.search("[循環🧠記憶]", printed)


def changed_prose(tmp_path, file, change):
    prose = shutil.copytree(PROSE, tmp_path / "prose")
    (prose / file).write_text(change((prose / file).read_text()))
    return prose


def without(key):
    def change(text):
        words = json.loads(text)
        del words[key]
        return json.dumps(words)

    return change


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("pl/words.json", "answer_title"),
        ("pl/words.json", "would_refute"),
        ("pl/claims.json", "short-memory"),
        ("pl/evidence.json", "evidence"),
        ("pl/figures/radius.json", "caption"),
    ],
)
def test_a_missing_word_stops_the_build(unchanged, tmp_path, file, key):
    prose = changed_prose(tmp_path, file, without(key))
    with pytest.raises((ReportError, KeyError, Exception), match=key):
        html_of(unchanged, "pl", prose)


@pytest.mark.parametrize(
    "mistake",
    ['#val("no-such-value")', "@no-such-reference", '#set text(font: "No Such Font")\nword', "#picture-of-nothing()"],
)
def test_what_typst_refuses_or_warns_of_stops_the_build(unchanged, tmp_path, mistake):
    prose = changed_prose(tmp_path, "en/claims/eigen-power.typ", lambda text: text.replace("[\n", f"[\n{mistake}\n", 1))
    with pytest.raises(ReportError):
        html_of(unchanged, "en", prose)


@pytest.mark.parametrize("language", LANGUAGES)
def test_provenance_names_versions_machine_and_commit(unchanged, language):
    page = text_of(html_of(unchanged, language))
    for fact in ("9.9", "Some OS", "c0ffee", "smoke", "0 of 20 runs" if language == "en" else "przebiegi: 0 z 20"):
        runs = len((unchanged / "plan" / "runs.csv").read_text().splitlines()) - 1
        assert fact.replace("20", str(runs)) in page


def test_a_table_of_the_page_has_the_numbers_of_the_table_behind_it(results):
    give_verdict(results, Verdict.SUPPORTED)
    tests = TESTS.load(results / "claims")
    data = contents(results, PROSE, "pl", COMMIT)
    for claim in CLAIMS:
        own = tests[tests["claim"].eq(claim.id)]
        rows = data["tables"][f"tests-{claim.id}"]["rows"]
        assert [row[3]["value"] for row in rows] == [f"{value:.10g}" for value in own["effect"]]
        assert pd.Series([row[5]["value"] for row in rows]).eq("7").all()
