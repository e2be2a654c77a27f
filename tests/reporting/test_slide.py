import json
import re
import shutil

import jinja2
import pytest
from report_read import readable, text_of
from report_study import COMMIT, LANGUAGES, PROSE, give_verdict

from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.errors import ReportError
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.slide import AFTER_THE_LECTURE, spans
from gradient_horizon.reporting.wording import VERDICT_LOOKS

OF_LECTURE = [claim.id for claim in registered_claims() if claim.section != AFTER_THE_LECTURE]


def slide_of(results, language, prose=PROSE):
    return contents(results, prose, language, COMMIT)["slide"]


def html_of_slide(results, language):
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PROSE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page/slide.html.j2").render(contents(results, PROSE, language, COMMIT))


def phrases(shown):
    """Every span that a claim judges, in order."""
    if isinstance(shown, list):
        return [phrase for each in shown for phrase in phrases(each)]
    if not isinstance(shown, dict):
        return []
    own = [shown] if shown.get("claim") else []
    return own + [phrase for each in shown.values() for phrase in phrases(each)]


def of_slide(shown):
    return phrases([shown["columns"], shown["summary"]])


def said(span):
    return "".join(run["text"] for run in span["runs"])


@pytest.fixture
def changed(tmp_path):
    """Copies the report's folder and replaces text on its slides."""

    def change(old, new):
        prose = shutil.copytree(PROSE, tmp_path / "report")
        for language in LANGUAGES:
            file = prose / language / "slide.json"
            text = file.read_text(encoding="utf-8")
            assert old in text
            file.write_text(text.replace(old, new), encoding="utf-8")
        return prose

    return change


def test_a_text_is_parsed_to_phrases_and_runs():
    assert spans("W^t, V^{−1}_i: [a **b**](short-memory), [h_{t−1}]") == [
        {
            "claim": "",
            "runs": [
                {"text": "W", "style": ""},
                {"text": "t", "style": "sup"},
                {"text": ", V", "style": ""},
                {"text": "−1", "style": "sup"},
                {"text": "i", "style": "sub"},
                {"text": ": ", "style": ""},
            ],
        },
        {"claim": "short-memory", "runs": [{"text": "a ", "style": ""}, {"text": "b", "style": "strong"}]},
        {
            "claim": "",
            "runs": [
                {"text": ", [h", "style": ""},
                {"text": "t−1", "style": "sub"},
                {"text": "]", "style": ""},
            ],
        },
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_of_the_lecture_has_a_phrase_and_is_corrected_once(unchanged, language):
    found = of_slide(slide_of(unchanged, language))
    assert list(dict.fromkeys(sorted(span["claim"] for span in found))) == sorted(OF_LECTURE)
    corrected = [span["claim"] for span in found if span["corrected"]]
    assert len(corrected) == len(set(corrected))


def test_both_languages_judge_the_same_phrases(unchanged):
    english, polish = (of_slide(slide_of(unchanged, language)) for language in LANGUAGES)
    assert [span["claim"] for span in english] == [span["claim"] for span in polish]


@pytest.mark.parametrize("claim", ["gru-similar", "eigen-power"])
def test_a_claim_without_a_phrase_stops_the_build(unchanged, changed, claim):
    prose = changed(f"]({claim})", "](short-memory)")
    with pytest.raises(ReportError, match=rf"en/slide.json: every claim of the lecture must have a phrase.*'{claim}'"):
        slide_of(unchanged, "en", prose)


def test_a_phrase_of_an_unknown_claim_stops_the_build(unchanged, changed):
    prose = changed("](gru-similar)", "](gru-simlar)")
    with pytest.raises(ReportError, match=r"pl/slide.json: .*claim must be.*gru-simlar"):
        slide_of(unchanged, "pl", prose)


def test_a_block_of_an_unknown_kind_stops_the_build(unchanged, changed):
    with pytest.raises(ReportError, match=r"must be a paragraph.*got 'poem'"):
        slide_of(unchanged, "en", changed('"kind": "steps"', '"kind": "poem"'))


@pytest.mark.parametrize(("language", "number"), [("en", "12\u00a0times"), ("pl", "12\u00a0razy")])
def test_a_number_moved_in_a_table_is_found_moved_on_the_slide(results, language, number):
    give_verdict(results, Verdict.REFUTED)
    tests = TESTS.load(results / "claims")
    moved = tests["claim"].eq("gru-similar")
    assert number not in json.dumps(slide_of(results, language)["claims"], ensure_ascii=False)
    tests.loc[moved, ["effect", "effect_low", "effect_high"]] = [12.34, 11, 14]
    TESTS.save(tests, results / "claims")
    claim = slide_of(results, language)["claims"]["gru-similar"]
    assert all(number in claim[key] for key in ("line", "correction"))
    assert claim["number"].startswith(Numbers(language).number(12.34))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_page_says_verdict_and_correction_of_every_phrase(results, verdict):
    given = give_verdict(results, verdict)
    shown, page = slide_of(results, "en"), html_of_slide(results, "en")
    mark, style = VERDICT_LOOKS[verdict]
    links = re.findall(r'<a class="phrase ([a-z-]+)" href="#claim-([a-z-]+)"', page)
    assert links == [(shown["claims"][span["claim"]]["verdict"]["style"], span["claim"]) for span in of_slide(shown)]
    assert {claim for own, claim in links if own == style} == given & set(OF_LECTURE)
    assert page.count(f"&#8288;{mark}&#8288;") == sum(own == style for own, _ in links)
    with_correction = verdict not in (Verdict.SUPPORTED, Verdict.INCONCLUSIVE)
    for claim in given & set(OF_LECTURE):
        assert bool(shown["claims"][claim]["correction"]) == with_correction
        assert readable(shown["claims"][claim]["correction"]) in text_of(page)


def test_the_slide_says_what_the_lecture_says(unchanged):
    shown = slide_of(unchanged, "pl")
    texts = {claim: [] for claim in OF_LECTURE}
    for span in of_slide(shown):
        texts[span["claim"]].append(said(span))
    assert texts["gru-similar"] == ["często podobna skuteczność"]
    assert texts["three-gates"][:3] == [
        "Decyduje, co usunąć z pamięci",
        "Decyduje, co dodać do pamięci",
        "Decyduje, co wypuścić na wyjście",
    ]
    assert texts["eigen-power"] == ["Wt = V · diag(λ)t · V−1"]
