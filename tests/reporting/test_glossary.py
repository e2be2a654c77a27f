"""The glossary: its words, and where a page marks them."""

import json
import re
from pathlib import Path

import pytest

from gradient_horizon.errors import ReportError
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.reporting.glossary import forms_pattern, mark_terms

PROSE = Path(__file__).parents[2] / "report"
GLOSSARIES = {language: json.loads((PROSE / language / "glossary.json").read_text()) for language in LANGUAGES}
GLOSSARY = {
    "seed": {"term": "seed", "forms": ["seed", "seeds"], "text": "A number."},
    "horizon": {"term": "gradient horizon", "forms": ["gradient horizon"], "text": "Steps."},
    "gradient": {"term": "gradient", "forms": ["gradient"], "text": "Slopes."},
}


def marked(body, glossary=GLOSSARY):
    return mark_terms(f'<section class="chapter">{body}</section>', glossary)[25:-10]


def mark(key, text):
    return f'<span class="term" data-term="{key}">{text}</span>'


def test_the_first_use_of_a_term_is_marked_in_whatever_form():
    text = marked("<p>Twelve Seeds, and a seed.</p><p>More seeds.</p>")
    assert text == f"<p>Twelve {mark('seed', 'Seeds')}, and a seed.</p><p>More seeds.</p>"


def test_the_longest_form_wins_and_only_whole_words_count():
    text = marked("<p>seedling, seed-like; the gradient\nhorizon and the gradient</p>")
    horizon, gradient = mark("horizon", "gradient\nhorizon"), mark("gradient", "gradient")
    assert text == f"<p>seedling, seed-like; the {horizon} and the {gradient}</p>"


def test_every_claim_and_every_chapter_has_its_own_first_use():
    page = (
        '<section class="chapter"><p>seed</p><article><p>seed seed</p></article><article><p>seed</p></article>'
        '<p>seed</p></section><section class="chapter"><p>seed</p></section><p>seed</p>'
    )
    seed = mark("seed", "seed")
    assert mark_terms(page, GLOSSARY) == (
        f'<section class="chapter"><p>{seed}</p><article><p>{seed} seed</p></article><article><p>{seed}</p></article>'
        f'<p>seed</p></section><section class="chapter"><p>{seed}</p></section><p>seed</p>'
    )


@pytest.mark.parametrize(
    "body",
    [
        "<h3>seed</h3>",
        "<div>seed</div>",
        '<p><a href="#seed">a <em>seed</em></a></p>',
        "<p><code>seed</code><button>seed</button></p>",
        "<li><table><tr><td><p>seed</p></td></tr></table></li>",
        '<p><svg viewBox="0 0 1 1"><path d="M0 0"/><text>seed</text></svg><math><mi>seed</mi></math></p>',
        "<details><summary>seed</summary></details>",
        "<script>const p = '<p>seed</p>';</script>",
        '<p title="seed"><img alt="seed" src="seed.svg"><br></p>',
        "<!-- <p>seed</p> -->",
        '<dl class="glossary"><dt>seed</dt><dd>A seed.</dd></dl>',
        '<p><span class="visually-hidden">a <em>seed</em></span></p>',
    ],
)
def test_nothing_is_marked_in_headings_links_code_tables_pictures_or_attributes(body):
    assert marked(body) == body


def test_text_between_elements_and_entities_is_marked_and_all_else_stays_as_it_is():
    body = "<p class='a'  id=b>R&amp;D &lt; 5 &nbsp;<em>a seed</em><br/>and</p>\n<ul>\n<li>the gradient</li></ul>"
    wanted = body.replace("a seed", f"a {mark('seed', 'seed')}").replace("gradient", mark("gradient", "gradient"))
    assert marked(body) == wanted


def test_a_term_that_the_prose_names_counts_as_used():
    body = f"<p>These {mark('seed', 'numbers')} are seeds.</p>"
    assert marked(body) == body


def test_a_term_that_the_glossary_lacks_stops_the_build_with_its_name():
    with pytest.raises(ReportError, match="'sead'; there are seed, horizon, gradient"):
        marked(f"<p>{mark('sead', 'seed')}</p>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_its_forms_and_a_short_text_and_no_form_means_two_terms(language):
    glossary = GLOSSARIES[language]
    assert 25 <= len(glossary) <= 35
    assert list(glossary) == list(GLOSSARIES["en"])
    forms = [form.lower() for entry in glossary.values() for form in entry["forms"]]
    owners = {
        form: {key for key, entry in glossary.items() if form in map(str.lower, entry["forms"])} for form in forms
    }
    assert {form: keys for form, keys in owners.items() if len(keys) > 1} == {}
    for key, entry in glossary.items():
        assert set(entry) == {"term", "forms", "text"}, key
        assert len(entry["text"].split()) <= 40, key
        assert entry["text"].endswith("."), key
        assert re.sub(r" \(.*\)", "", entry["term"]) in entry["forms"], key


def test_polish_terms_are_found_in_their_cases():
    glossary = GLOSSARIES["pl"]
    sentence = "Nie ma zanikającego gradientu przy bramce zapominania ani horyzontów pamięci w 12 ziarnach i układach."
    found = [match[0] for match in forms_pattern(glossary).finditer(sentence)]
    assert found == ["zanikającego gradientu", "bramce zapominania", "horyzontów pamięci", "ziarnach", "układach"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_of_claims_uses_most_terms(language):
    prose = " ".join(file.read_text() for file in (PROSE / language / "claims").glob("*.typ"))
    prose += (PROSE / language / "chapters.typ").read_text()
    words = forms_pattern(GLOSSARIES[language])
    used = {" ".join(match[0].lower().split()) for match in words.finditer(prose)}
    keys = {key for key, entry in GLOSSARIES[language].items() if used & {form.lower() for form in entry["forms"]}}
    assert len(keys) >= 20
