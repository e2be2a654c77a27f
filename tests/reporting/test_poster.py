import io
import struct

import pikepdf
import pytest
from report_read import print_of, readable
from report_study import COMMIT, LANGUAGES, PROSE, SVG, give_verdict

from gradient_horizon import registries
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import read_words
from gradient_horizon.reporting.poster import build_poster, counted, poster_contents
from gradient_horizon.storage import is_whole, write

MAP = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><rect width="{w}" height="{h}" fill="{f}"/></svg>'
)


@pytest.fixture
def made(results, tmp_path):
    def make(language="en"):
        build_poster(results, PROSE, language, COMMIT, tmp_path / language)
        return tmp_path / language

    return make


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", [Verdict.CONDITIONAL, Verdict.REFUTED])
def test_the_poster_is_one_page_with_question_answer_slide_and_how_sure(results, made, tmp_path, language, verdict):
    give_verdict(results, verdict)
    folder = made(language)
    pdf = (folder / "poster.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        box = [float(edge) for edge in document.pages[0].MediaBox]
        metadata = document.open_metadata()
        standards = [metadata.get(name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
    assert [round(edge / 72 * 25.4) for edge in box] == [0, 0, 420, 297]
    assert standards == ["2", "A", "1"]
    data, text = poster_contents(results, PROSE, language, COMMIT), print_of(pdf, tmp_path)
    assert readable(data["title"]) in text
    assert readable(data["slide"]["summary"]["title"]) in text
    assert readable(data["how-sure"])[:20] in text
    assert data["slide"]["words"]["how_sure"] in text
    assert all(is_whole(folder / name) for name in ("poster.pdf", "poster.svg", "preview.png"))


@pytest.mark.parametrize(("language", "number"), [("en", "12 times"), ("pl", "12 razy")])
def test_a_number_moved_in_a_table_is_found_moved_on_the_poster(results, made, tmp_path, language, number):
    give_verdict(results, Verdict.REFUTED)
    assert number not in print_of((made(language) / "poster.pdf").read_bytes(), tmp_path)
    tests = TESTS.load(results / "claims")
    tests.loc[tests["claim"].eq("gru-similar"), ["effect", "effect_low", "effect_high"]] = [12.34, 11, 14]
    TESTS.save(tests, results / "claims")
    assert number in print_of((made(language) / "poster.pdf").read_bytes(), tmp_path)


def test_how_sure_counts_settings_that_say_something(results):
    assert poster_contents(results, PROSE, "en", COMMIT)["how-sure"].startswith("0 networks in 0 settings, ")
    give_verdict(results, Verdict.SUPPORTED)
    tests = TESTS.load(results / "claims")
    settings = {setting for setting in tests["setting"] if setting}
    said = poster_contents(results, PROSE, "en", COMMIT)["how-sure"]
    assert said.startswith(f"0 networks in {len(settings)} settings, ")


@pytest.mark.parametrize(("width", "height"), [(1000, 300), (300, 1000)])
def test_a_map_of_any_shape_leaves_the_poster_one_page_and_the_preview_its_size(results, made, width, height):
    figure = results / "figures" / "en" / "memory-map.svg"
    write(figure, MAP.format(w=width, h=height, f="#123456"))
    folder = made()
    with pikepdf.open(folder / "poster.pdf") as document:
        assert len(document.pages) == 1
    assert "#123456" in (folder / "poster.svg").read_text() or "data:image" in (folder / "poster.svg").read_text()
    preview = (folder / "preview.png").read_bytes()
    assert preview[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", preview[16:24]) == (1200, 630)


def test_the_same_data_give_the_same_bytes(made):
    first = {name: (made() / name).read_bytes() for name in ("poster.pdf", "poster.svg", "preview.png")}
    assert first == {name: (made() / name).read_bytes() for name in first}


def test_without_the_one_picture_another_stands_there_and_without_any_none(results, made, tmp_path):
    def without(*names):
        for name in names:
            write(results / "figures" / "en" / f"{name}.svg", SVG.format(n=1, name=name, empty=' data-empty="true"'))
        return print_of((made("en") / "poster.pdf").read_bytes(), tmp_path)

    assert "Finding memory-map" not in without("memory-map")
    assert "Finding then-and-now" in print_of((made("en") / "poster.pdf").read_bytes(), tmp_path)
    assert "Finding" not in without(*registries.FIGURES)


def test_how_sure_has_the_singular_of_one():
    words = read_words(PROSE / "en" / "slide.json")
    counts = {"networks": 1, "settings": 1, "tests": 1}
    assert counted(words["words"], Numbers("en"), counts) == "1 network in 1 setting, 1 test."
    assert counted(words["words"], Numbers("en"), counts | {"tests": 10}) == "1 network in 1 setting, 10 tests."
