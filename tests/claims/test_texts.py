"""The words of every claim and test, in both languages."""

import json
import math
import re
from dataclasses import replace

import pytest
from decisive_tables import TESTS
from judged import PROSE, TEXTS
from numerals import numerals, placeholders

from gradient_horizon import registries
from gradient_horizon.claims.arms import LSTM, TANH, Arm
from gradient_horizon.claims.evidence.memory import LengthRatio, T50Over
from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.claims.texts import Texts
from gradient_horizon.errors import ReportError
from gradient_horizon.language.numbers import LANGUAGES, NO_BREAK
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.statistics.censored import Censored

EVIDENCE = {language: json.loads((PROSE / language / "evidence.json").read_text()) for language in LANGUAGES}
CATALOGUES = {language: json.loads((PROSE / language / "claims.json").read_text()) for language in LANGUAGES}
ARMS = {arm for _, test in TESTS.values() for arm in (*test.evidence.arms, *test.works)}
OF_EVIDENCE = {"question", "statistic", "clause"}
ROW = {"effect": 0.25, "effect_low": 0.2, "effect_high": 0.3, "effect_censored": "no", "first": None, "second": None}


def said(texts, name):
    """All that is said of a test, of an estimate and of a limit."""
    _, test = TESTS[name]
    row = ROW | {"unit": test.evidence.unit}
    limit = row | {"effect_high": math.inf, "effect_censored": "right"}
    return {
        "question": texts.question(test),
        "statistic": texts.statistic(test),
        "clause": texts.clause(test, row),
        "limit": texts.clause(test, limit),
        "reason": texts.reason(test),
        "rows": texts.rows(test),
    }


@pytest.mark.parametrize("name", TESTS)
def test_every_test_has_all_its_words_in_both_languages(name):
    texts = {language: said(TEXTS[language], name) for language in LANGUAGES}
    for language, parts in texts.items():
        assert not re.search(r"[{}]", "".join(parts.values()).replace("T-100}", "").replace("_{", "")), parts
        assert parts["question"].endswith("?")
        assert parts["reason"].endswith(".")
        assert not parts["clause"].endswith(".")
        assert re.search(r"\d\.\d" if language == "pl" else r"\d,\d(?!\d\d)", without_names(parts)) is None
    for part, text in texts["en"].items():
        assert texts["pl"][part] != text, part


def without_names(parts):
    """What is said, without names of experiments and remedies, which are the same in all languages."""
    return " ".join(text for part, text in parts.items() if part != "rows")


@pytest.mark.parametrize("key", EVIDENCE["en"]["evidence"])
def test_both_languages_fill_in_the_same_values_and_name_the_same_numbers(key):
    polish, english = (EVIDENCE[language]["evidence"][key] for language in ("pl", "en"))
    for part in OF_EVIDENCE:
        assert placeholders(polish[part]) == placeholders(english[part]), part
        assert numerals(polish[part]) == numerals(english[part]), part
    assert "effect" in placeholders(english["clause"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_used_and_none_is_missing(language):
    words, tests = EVIDENCE[language], [test for _, test in TESTS.values()]
    settings = {arm.setting or test.setting for test in tests for arm in (*test.evidence.arms, *test.works)}
    assert set(words["evidence"]) == {test.evidence.words for test in tests}
    assert all(set(texts) == OF_EVIDENCE for texts in words["evidence"].values())
    assert set(words["reasons"]) == {test.region.reason for test in tests}
    assert set(words["cells"]) == {arm.cell for arm in ARMS}
    assert set(words["remedies"]) == {arm.remedy for arm in ARMS} - {"none"}
    assert set(words["settings"]) == settings
    assert set(words["rows"]["where"]) == {where for test in tests for where in test.evidence.where}
    assert set(words["phrases"]) == {"against", "at_least", "at_most", "often", "pairs", "remedy", "steps", "times"}
    assert set(words["parts"]) == {
        test.evidence.words for test in tests if isinstance(test.evidence, LengthRatio | T50Over)
    }
    assert set(words["keeping_gates"]) <= set(words["cells"])
    assert set(words["rows"]) == {"arm", "all", "against", "where"}
    for group in ("reasons", "cells", "remedies", "settings"):
        assert all(text.strip() for text in words[group].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_its_title_its_quote_and_its_prose_and_no_other_has(language):
    assert list(CATALOGUES[language]) == list(registries.CLAIMS)
    assert {file.stem for file in (PROSE / language / "claims").glob("*.typ")} == set(registries.CLAIMS)
    for claim in registered_claims():
        assert set(CATALOGUES[language][claim.id]) == {"title", "quote"}
        assert TEXTS["pl"].quote(claim.id) != TEXTS["en"].quote(claim.id)
        prose = (PROSE / language / "claims" / f"{claim.id}.typ").read_text()
        assert re.findall(r"^#let (\w+) = \[$", prose, re.MULTILINE) == ["explanation", "literature"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_literature_of_a_claim_is_in_the_bibliography(language):
    known = set(re.findall(r"^@\w+\{(\w+),", (PROSE / "references.bib").read_text(), re.MULTILINE))
    for claim in registries.CLAIMS:
        prose = (PROSE / language / "claims" / f"{claim}.typ").read_text()
        cited = set(re.findall(r"@([a-z]+\d{4}\w*)", prose))
        assert cited, claim
        assert cited <= known, claim
        english = (PROSE / "en" / "claims" / f"{claim}.typ").read_text()
        assert cited == set(re.findall(r"@([a-z]+\d{4}\w*)", english)), claim


@pytest.mark.parametrize(
    ("effect", "english", "polish"),
    [
        (0.25, "25 pp more often than", "o 25 p.p. częściej niż"),
        (-0.94, "94 pp less often than", "o 94 p.p. rzadziej niż"),
    ],
)
def test_a_share_that_is_smaller_is_said_without_a_minus(effect, english, polish):
    test = registered_test("linear-recurrences-cannot-track", "lru-tracks")
    row = {"unit": "share difference", "effect": effect, "effect_low": effect - 0.1, "effect_high": effect + 0.05}
    row |= {"effect_censored": "no", "first": None, "second": None}
    said = {language: TEXTS[language].clause(test, row).replace(NO_BREAK, " ") for language in LANGUAGES}
    assert english in said["en"]
    assert polish in said["pl"]


def test_arms_are_named_by_cell_remedy_and_a_setting_of_their_own():
    assert TEXTS["en"].arm(TANH) == "tanh"
    assert TEXTS["en"].arm(Arm("tanh", "orthogonal")) == "tanh with orthogonal start"
    assert TEXTS["en"].arm(LSTM.within("recall-37")) == "LSTM (37 units)"
    assert TEXTS["pl"].arm(Arm("gru", "chrono")) == "GRU z przesunięciami chrono"


def test_arms_and_settings_of_another_study_are_named_as_in_its_configuration():
    assert TEXTS["en"].arm(Arm("of_mine:Cell", "mine")) == "of_mine:Cell with mine"
    assert TEXTS["en"].setting("mine-32") == "mine-32"


@pytest.mark.parametrize(
    ("name", "english", "polish"),
    [
        (
            "short-memory/gradient-horizon@recall-32",
            "experiment recall-32, cell tanh, remedy none; moment initial, longest length",
            "eksperyment recall-32, komórka tanh, środek none; moment: początek, największa długość",
        ),
        (
            "gates-cure-vanishing/equal-parameters@recall-32",
            "experiment recall-32, cell lstm, remedy none; against experiment recall-67, cell tanh, remedy none; "
            "policy chosen",
            "eksperyment recall-32, komórka lstm, środek none; wobec eksperyment recall-67, komórka tanh, środek none; "
            "współczynnik uczenia: wybrany",
        ),
        (
            "radius-sets-memory/memory@radius",
            "experiment radius, cell tanh, remedy radius-0.3 … experiment radius, cell tanh, remedy radius-1.6; "
            "policy chosen",
            "eksperyment radius, komórka tanh, środek radius-0.3 … eksperyment radius, komórka tanh, środek "
            "radius-1.6; współczynnik uczenia: wybrany",
        ),
        ("eigen-power/random@", "kind random", "rodzaj random"),
    ],
)
def test_where_rows_are_is_said_in_both_languages(name, english, polish):
    assert [TEXTS[language].rows(TESTS[name][1]) for language in ("en", "pl")] == [english, polish]


def test_rows_of_a_question_over_all_settings_are_those_of_each():
    whole = replace(TESTS["gru-similar/memory@recall-32"][1], kind="pooled", setting="")
    for language, begin in (("en", "experiment of each setting"), ("pl", "eksperyment każdego układu")):
        assert TEXTS[language].rows(whole).startswith(begin)


@pytest.mark.parametrize(
    ("ratio", "second", "english", "polish"),
    [
        (0.25, 1, "0.25 times", "0,25 raza tyle co sieć tanh: średnia rozwiązana długość 7 wobec 1 kroku"),
        (1, 2, "1 times", "1 raz tyle co sieć tanh: średnia rozwiązana długość 7 wobec 2 kroków"),
        (2, 5, "2 times", "2 razy tyle co sieć tanh: średnia rozwiązana długość 7 wobec 5 kroków"),
        (5, 22, "5 times", "5 razy tyle co sieć tanh: średnia rozwiązana długość 7 wobec 22 kroków"),
        (22.5, 22.5, "22.5 times", "22,5 raza tyle co sieć tanh: średnia rozwiązana długość 7 wobec 22,5 kroku"),
    ],
)
def test_nouns_follow_their_numbers(ratio, second, english, polish):
    parts = {"first": Censored.exactly(7), "second": Censored.exactly(second)}
    row = ROW | {"effect": ratio, "unit": "-"} | parts
    _, test = TESTS["gates-cure-vanishing/lstm@recall-32"]
    assert (
        TEXTS["en"]
        .clause(test, row)
        .startswith(f"LSTM remembers {english} as long as tanh: mean solved length 7 against ")
    )
    assert TEXTS["pl"].clause(test, row) == f"sieć LSTM pamięta {polish}"


@pytest.mark.parametrize("group", ["evidence", "reasons", "rows", "phrases"])
def test_words_that_are_missing_stop_the_report(group):
    evidence = read_words(PROSE / "en" / "evidence.json")
    catalogue, words = (read_words(PROSE / "en" / f"{file}.json") for file in ("claims", "words"))
    texts, name = Texts("en", catalogue, evidence, words), "gates-cure-vanishing/lstm-chrono@recall-32"
    assert said(texts, name) == said(TEXTS["en"], name)
    evidence[group] = Words()
    with pytest.raises(ReportError, match="the words of the report must have"):
        said(texts, name)


@pytest.mark.parametrize("missing", ["title", "quote"])
def test_a_claim_without_its_title_or_its_quote_stops_the_report(missing):
    catalogue = read_words(PROSE / "en" / "claims.json")
    del catalogue["eigen-power"][missing]
    texts = Texts("en", catalogue, Words(), Words())
    with pytest.raises(ReportError, match=missing):
        getattr(texts, missing)("eigen-power")
