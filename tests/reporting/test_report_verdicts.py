"""Verdicts as the report shows them."""

import re

import pytest
from report_read import drawn_in, print_of, readable, text_of
from report_study import COMMIT, LANGUAGES, PROSE, give_verdict, html_of, pdf_of

from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.wording import COLOURS, VERDICT_LOOKS, Wording


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_of_every_claim_has_its_word_and_its_sentence(results, verdict, language):
    given = give_verdict(results, verdict)
    wording = Wording(PROSE, language)
    data = contents(results, PROSE, language, COMMIT)
    page = text_of(html_of(results, language))
    assert len(given) > 15
    for name, claim in data["claims"].items():
        sentence, brief = readable(claim["condition"]), readable(claim["brief"])
        assert (claim["verdict"] == wording.verdict(verdict.value)) == (name in given)
        assert sentence in page
        assert brief in page
        assert len(brief) <= len(sentence)
        assert not re.search(r"[{}]|\bnan\b|[:;,] ?\.|; (ale|but) \.|  ", sentence), sentence
        assert not re.search(r"(But|Ale) \.|[:;] ;", sentence), sentence
        assert sentence[0].isupper()
        assert sentence[-1] in ".?"


def test_the_sentence_of_a_verdict_is_made_of_the_outcomes(results):
    give_verdict(results, Verdict.ONLY_IF)
    claim = contents(results, PROSE, "pl", COMMIT)["claims"]["short-memory"]
    assert claim["condition"].startswith(
        "W tym brzmieniu teza jest fałszywa, wyraźnie w 3 z 3 układów, które coś mówią: przed uczeniem gradient "
    )
    assert ". Ale " in claim["condition"]


LOOKS = {"en": ("depends on …", "It depends on "), "pl": ("zależy od …", "Zależy od ")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verdict_that_depends_on_the_setting_looks_like_no_other_in_both_formats(results, tmp_path, language):
    given, (word, beginning) = give_verdict(results, Verdict.DEPENDS), LOOKS[language]
    page, pdf = html_of(results, language), pdf_of(results, language)
    badge = f'<span class="badge depends"><span aria-hidden="true">◑</span> {word}</span>'
    assert page.count(badge) == 2 * len(given) + page.count(f"<td>{badge}</td>")
    for name in given:
        (section,) = re.findall(rf'<article id="claim-{name}".*?</article>', page, re.DOTALL)
        assert badge in section
        assert readable(f"◑ {word} {beginning}") in text_of(section)
    printed = print_of(pdf, tmp_path)
    assert printed.count(readable(f"{word} {beginning}")) == len(given)
    colour = [int(COLOURS["depends"][place : place + 2], 16) / 255 for place in (1, 3, 5)]
    painted = {tuple(map(float, found)) for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) scn?\b", drawn_in(pdf))}
    assert any(each == pytest.approx(colour, abs=1e-3) for each in painted)


def test_every_verdict_has_a_mark_a_style_a_colour_and_words_of_its_own_and_one_colour_everywhere():
    assert list(VERDICT_LOOKS) == list(Verdict)
    styles = [style for _, style in VERDICT_LOOKS.values()]
    assert list(COLOURS) == styles
    for each in (styles, [mark for mark, _ in VERDICT_LOOKS.values()], list(COLOURS.values())):
        assert len(set(each)) == len(Verdict)
    css, layout = ((PROSE / file).read_text() for file in ("page/style.css", "layout.typ"))
    assert dict(re.findall(r"\.([a-z-]+)\{--tone:(#\w{6})\}", css)) == COLOURS
    assert dict(re.findall(r'^  ([a-z-]+): rgb\("(#\w{6})"\),$', layout, re.MULTILINE)) == COLOURS
    for language in LANGUAGES:
        words = Wording(PROSE, language).words
        assert list(words["verdicts"]) == styles
        assert len(set(words["verdicts"].values())) == len(styles)
        assert set(words["answer"]["counted"]) == set(styles)
