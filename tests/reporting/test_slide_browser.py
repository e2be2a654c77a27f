"""The corrected slide and slide mode in a browser, with the parts of the page that they stand on."""

import json
import re
import struct
import xml.etree.ElementTree as ET
from html import escape, unescape

import jinja2
import pytest
from browser import NEEDS_BROWSER, driven
from report_study import COMMIT, PROSE, give_verdict, make_study

from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.wording import COLOURS

pytestmark = [
    NEEDS_BROWSER,
    pytest.mark.slow,
]

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>trial</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><main><h1>Trial</h1>{slide}{articles}</main>
<script type="application/json" id="slide-data">{data}</script><script>"use strict";{script}</script></body></html>"""
ARTICLE = """<article id="claim-{id}"><h2>{title}</h2><blockquote><p class="quote">{quote}</p></blockquote>
<p class="verdict"><span class="badge {style}">{word}</span> {condition}</p>
<figure class="claim-figure"><svg viewBox="0 0 4 3" role="img" aria-label="drawn"></svg></figure>
<div class="tests">tests of {id}</div><div class="refuter">refuter of {id}</div></article>"""


def page_of(data):
    """The slide as the page has it, and after it articles with the classes that slide mode reads."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PROSE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    styles = (*(PROSE / "page" / f"{name}.css" for name in ("style", "slide", "lecture")),)
    scripts = (PROSE / "page" / f"{name}.js" for name in ("slide", "lecture"))
    articles = [
        ARTICLE.format(
            id=name,
            style=claim["verdict"]["style"],
            word=claim["verdict"]["word"],
            **{key: escape(claim[key]) for key in ("title", "quote", "condition")},
        )
        for name, claim in data["claims"].items()
    ]
    return PAGE.format(
        style="".join(file.read_text(encoding="utf-8") for file in styles),
        script="".join(file.read_text(encoding="utf-8") for file in scripts),
        slide=environment.get_template("page/slide.html.j2").render(data),
        articles="".join(articles),
        data=environment.from_string("{{ slide | tojson }}").render(data),
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    results = make_study(tmp_path_factory.mktemp("study") / "results")
    give_verdict(results, Verdict.REFUTED)
    return contents(results, PROSE, "en", COMMIT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def found(data, folder):
    file = folder / "page.html"
    file.write_text(page_of(data), encoding="utf-8")
    return driven("slide.mjs", file, folder)


def phrases_in(data):
    return len(re.findall('"claim": "[a-z]', json.dumps([data["slide"]["columns"], data["slide"]["summary"]])))


def texts_of(file):
    """The words of a saved slide, in order, of an SVG that has nothing but what SVG has."""
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    name = "{http://www.w3.org/2000/svg}"
    assert {each.tag for each in root.iter()} <= {f"{name}{tag}" for tag in ("svg", "title", "rect", "text", "path")}
    return root, " ".join(each.text for each in root.iter(f"{name}text"))


def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(found):
    assert found["errors"] == []
    assert {name: broken for name, broken in found["violations"].items() if broken} == {}
    assert len(found["violations"]) == 12
    assert {name: over for name, over in found["overflow"].items() if over > 0} == {}


def test_the_slide_fits_about_one_and_a_half_screens(found):
    assert 0.8 < found["height"] < 1.9


def test_without_scripts_phrases_lead_to_their_claims(found, data):
    assert found["withoutScript"]["links"] == phrases_in(data)
    assert found["withoutScript"]["controls"] == 0


def test_a_card_opens_by_focus_and_by_the_mouse_and_closes_by_escape(found, data):
    claim = data["slide"]["claims"]["gru-similar"]
    assert found["focused"]["link"] == "#claim-gru-similar"
    assert found["focused"]["described"]
    for said in (claim["line"], claim["number"], claim["verdict"]["word"]):
        assert said in found["focused"]["text"]
    assert found["tabbed"]
    assert found["escaped"] is None
    assert found["hovered"]["link"] == "#claim-short-memory"


def test_a_tap_opens_the_card_and_its_link_leads_on(found):
    assert found["tapped"] == {"address": "", "card": 1}
    assert found["tappedTwice"] == "#claim-short-memory"


def test_as_taught_shows_the_lecture_alone(found, data):
    assert found["taught"] == {"links": 0, "marks": 0, "corrections": 0, "line": "none"}
    assert found["measured"] == {"links": phrases_in(data), "marks": phrases_in(data)}


def test_the_saved_slide_has_the_words_and_the_lines_that_are_shown(found, folder, data):
    assert found["errors"] == []
    root, measured = texts_of(folder / "measured.svg")
    taught_root, taught = texts_of(folder / "taught.svg")
    slide = data["slide"]
    for word in slide["title"].split():
        assert word in measured
        assert word in taught
    written = [claim["correction"] for claim in slide["claims"].values()]
    corrections = [correction.replace("\u00a0", " ") for correction in written if correction]
    assert len(corrections) > 10
    assert sum(bool(re.search(r"\d", correction)) for correction in corrections) > 10
    for correction in corrections:
        assert correction in measured.replace("\u00a0", " ")
        assert correction not in taught.replace("\u00a0", " ")
    assert unescape(data["facts"]).split(" · ")[0] in measured
    strokes = {each.get("stroke") for each in root.iter("{http://www.w3.org/2000/svg}path")}
    assert strokes == {"#d0d7de", *(COLOURS[each["style"]] for each in slide["legend"])}
    assert {each.get("stroke") for each in taught_root.iter("{http://www.w3.org/2000/svg}path")} == {"#d0d7de"}
    assert all(float(each.get("x")) < 1600 for each in root.iter("{http://www.w3.org/2000/svg}text"))


def test_the_saved_picture_is_twice_as_fine_as_the_drawing(folder, found):
    assert found["errors"] == []
    root, _ = texts_of(folder / "measured.svg")
    png = (folder / "measured.png").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (3200, 2 * int(root.get("height")))
    assert len(png) > 100_000


def test_slide_mode_goes_from_prediction_to_discussion(found, data):
    mode, claim = found["mode"], next(iter(data["claims"].values()))
    count = len(data["claims"])
    assert mode["start"] == {
        "open": True,
        "stage": "predict",
        "said": f"Claim 1 of {count} · Predict",
        "progress": f"Claim 1 of {count} · Predict",
        "focus": "H2",
        "inside": True,
    }
    assert mode["predicted"]["said"] == "You said: refuted."
    revealed = mode["revealed"]
    assert revealed["stage"] == "reveal"
    assert revealed["said"] == f"Claim 1 of {count} · Reveal"
    assert claim["condition"] in revealed["text"]
    assert "As predicted." in revealed["text"]
    assert f"tests of {claim['id']}" in revealed["text"]
    assert (revealed["figures"], revealed["here"], mode["discussed"]["here"]) == (count, 1, 0)
    assert mode["discussed"]["stage"] == "discuss"
    assert f"refuter of {claim['id']}" in mode["discussed"]["text"]
    assert data["slide"]["claims"][claim["id"]]["against"][1:] in mode["discussed"]["text"]
    assert mode["back"]["stage"] == "reveal"


def test_slide_mode_keeps_the_focus_and_returns_all_that_it_took(found, data):
    mode, count = found["mode"], len(data["claims"])
    assert all(mode["trapped"])
    assert "1 of 1 predictions came out as measured." in mode["end"]["text"]
    assert mode["left"] == {"focus": "png", "figures": count, "tests": count}
