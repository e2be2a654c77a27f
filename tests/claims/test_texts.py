"""The words of every claim and test, in both languages."""

import json
import math
import re
from dataclasses import replace

import pytest
from decisive_tables import TESTS
from judged import PROSE, TEXTS
from judging import OF_JUDGED
from numerals import numerals, placeholders

from gradient_horizon import registries
from gradient_horizon.claims.arms import (
    BIASED_LSTM,
    CHRONO_LSTM,
    CHRONO_WITHOUT,
    GRU,
    LSTM,
    ORTHOGONAL_TANH,
    RELU,
    TANH,
    Arm,
)
from gradient_horizon.claims.evidence.horizons import HorizonRatio
from gradient_horizon.claims.evidence.memory import LengthRatio, T50Over
from gradient_horizon.claims.family import Family
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.claims.texts import Texts
from gradient_horizon.errors import ReportError
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.numbers import LANGUAGES, NO_BREAK
from gradient_horizon.language.words import Words, read_words, words_in
from gradient_horizon.statistics.censored import Censored

EVIDENCE = {language: json.loads((PROSE / language / "evidence.json").read_text()) for language in LANGUAGES}
CATALOGUES = {language: json.loads((PROSE / language / "claims.json").read_text()) for language in LANGUAGES}
OF_EVIDENCE = {"question", "statistic", "clause", "open"}
VARIANTS = {"less", "same", "more", "none", "all", "pass", "fail", "shares"}
ROW = {"effect": 0.25, "effect_low": 0.2, "effect_high": 0.3, "effect_censored": "no", "first": None, "second": None}
ROW |= {"kind": "main", "setting": "", "outcome": "unclear", "n": 12, "threshold_low": 0.1, "threshold_high": math.inf}
LIMIT = {"effect_high": math.inf, "effect_censored": "right"}
PARTS = {"first": Censored.exactly(0.65), "second": Censored.exactly(0.9)}
"""Of shares, one less than the other."""


def alone(test, row):
    return Family((test,), (row,))


def numbers(test):
    """Numbers that ask for every clause that some evidence can have."""
    row = ROW | {"unit": test.evidence.unit}
    yield from (row | {"outcome": outcome} for outcome in ("pass", "fail", "unclear"))
    yield from (row | LIMIT, row | LIMIT | {"effect_low": 1.02})
    yield from (row | {"effect": effect} for effect in (0.0, 1.0, 2.0))
    if test.evidence.unit in ("share difference", "standard deviations"):
        yield row | {"effect": -0.25}
    if test.evidence.unit == "share difference":
        yield row | {"effect": -0.25} | PARTS


def said(texts, name):
    """All that is said of a test, of estimates and of limits."""
    _, test = TESTS[name]
    clauses = [texts.clause(alone(test, row)) for row in numbers(test)]
    return {
        "question": texts.question(test),
        "statistic": texts.statistic(test),
        **{f"clause {place}": clause for place, clause in enumerate(clauses)},
        "reason": texts.reason(test),
        "explained": texts.explained(test, ROW | {"unit": test.evidence.unit}).text,
        "open": texts.open_questions([ROW | {"claim": name.split("/")[0], "test": test.id}])[0],
        "rows": texts.rows(test),
    }


@pytest.mark.parametrize("name", TESTS)
def test_every_test_has_all_its_words_in_both_languages(name):
    texts = {language: said(TEXTS[language], name) for language in LANGUAGES}
    for language, parts in texts.items():
        assert not re.search(r"[{}]", "".join(parts.values()).replace("T-100}", "").replace("_{", "")), parts
        assert parts["question"].endswith("?")
        assert parts["reason"].endswith(".")
        assert not any(text.endswith(".") for part, text in parts.items() if part.startswith("clause"))
        assert re.search(r"\d\.\d" if language == "pl" else r"\d,\d(?!\d\d)", without_names(parts)) is None
    for part, text in texts["en"].items():
        assert texts["pl"][part] != text, part


def without_names(parts):
    """What is said, without names of experiments and remedies, which are the same in all languages."""
    return " ".join(text for part, text in parts.items() if part != "rows")


SAME = {"number", "times"}
"""The same number, alone or with its noun."""


@pytest.mark.parametrize("key", EVIDENCE["en"]["evidence"])
def test_both_languages_fill_in_the_same_values_and_name_the_same_numbers(key):
    polish, english = (EVIDENCE[language]["evidence"][key] for language in ("pl", "en"))
    assert list(polish) == list(english)
    assert set(english) - OF_EVIDENCE <= VARIANTS | {"refuted"}
    pairs = {part: (polish[part], english[part]) for part in english if part != "refuted"}
    pairs |= {
        f"refuted {reason}": (polish["refuted"][reason], text) for reason, text in english.get("refuted", {}).items()
    }
    for part, texts in pairs.items():
        assert placeholders(texts[0]) - SAME == placeholders(texts[1]) - SAME, part
        assert numerals(texts[0]) == numerals(texts[1]), part


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_used_and_none_is_missing(language):
    words, tests = EVIDENCE[language], [*(test for _, test in TESTS.values()), *OF_JUDGED]
    assert set(words["evidence"]) == {test.evidence.words for test in tests}
    assert all(set(texts) >= OF_EVIDENCE for texts in words["evidence"].values())
    assert set(words["reasons"]) == {test.region.reason for test in tests}
    assert set(words["silences"]) == {each.value for each in Silence if each}
    assert set(words["rows"]["where"]) == {where for test in tests for where in test.evidence.where}
    assert set(words["parts"]) == {
        test.evidence.words for test in tests if isinstance(test.evidence, LengthRatio | T50Over | HorizonRatio)
    }
    assert set(words["rows"]) == {"arm", "all", "against", "where"}
    assert set(words["phrases"]) == {"led", "moments", "when", "over_all", "in_many"}
    assert set(words["sentence"]) == {
        *("holds", "fails", "but", "clear", "depends_on_setting", "depends_on_question", "nothing_said"),
        *("undecided", "undecided_for_want_of_seeds", "clear_is", "more", "last", "last_question"),
    }
    assert set(words["refuter"]) == {"either", "also", "last", "more"}
    assert set(words["explained"]) == {"where", "text"}
    assert all(text.strip() for text in words["reasons"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_main_test_says_what_would_have_refuted_it_and_no_other_does(language):
    asked = {}
    for _, test in TESTS.values():
        if test.kind == "main":
            asked.setdefault(test.evidence.words, set()).add(test.region.reason)
    words = EVIDENCE[language]["evidence"]
    assert {key: set(texts["refuted"]) for key, texts in words.items() if "refuted" in texts} == asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("claim", registered_claims(), ids=lambda claim: claim.id)
def test_what_would_have_refuted_a_claim_is_one_sentence_or_two(claim, language):
    lines = TEXTS[language].refuter(claim.tests)
    assert 1 <= len(lines) <= 2
    for line in lines:
        assert words_in(line) <= 30
        assert line.endswith(".")
        assert not re.search(r"[{}]", line)


def test_a_claim_of_one_family_is_refuted_in_one_way_and_one_of_many_in_a_few():
    english = TEXTS["en"]
    [gates] = english.refuter(registries.load(registries.CLAIMS, "claim", "gates-cure-vanishing").tests)
    assert gates == "If tanh networks remembered longer than LSTMs or GRUs."
    _, others = english.refuter(registries.load(registries.CLAIMS, "claim", "clipping-cures-exploding").tests)
    assert others.endswith("or any of the 4 other main tests failed.")
    first, second = english.refuter(registries.load(registries.CLAIMS, "claim", "short-memory").tests)
    assert "fewer than 5 or more than 10 steps" in first
    assert second == "Or if half of the tanh networks learnt to remember across more than 50 steps."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_its_title_its_quote_and_its_prose_and_no_other_has(language):
    assert list(CATALOGUES[language]) == list(registries.CLAIMS)
    assert {file.stem for file in (PROSE / language / "claims").glob("*.typ")} == set(registries.CLAIMS)
    for claim in registered_claims():
        assert set(CATALOGUES[language][claim.id]) == {"title", "quote", "lead"}
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
        (0.25, "25 points more often than", "o 25 punktów procentowych częściej niż"),
        (-0.94, "94 points less often than", "o 94 punkty procentowe rzadziej niż"),
        (0.001, "as often as", "tak często jak"),
    ],
)
def test_a_share_that_is_smaller_is_said_without_a_minus(effect, english, polish):
    test = registered_test("linear-recurrences-cannot-track", "lru-tracks")
    row = ROW | {"unit": "share difference", "effect": effect, "effect_low": effect - 0.1, "effect_high": effect + 0.05}
    told = {language: TEXTS[language].clause(alone(test, row)).replace(NO_BREAK, " ") for language in LANGUAGES}
    assert english in told["en"]
    assert polish in told["pl"]


@pytest.mark.parametrize(
    ("first", "second", "english", "polish"),
    [
        (
            0.98,
            0.65,
            "98 % of the LRUs solve the task, against 65 % of the GRUs",
            "98% sieci LRU wobec 65% sieci GRU",
        ),
        (1.0, 0.0, "all LRUs solve the task, against none of the GRUs", "100% sieci LRU wobec 0% sieci GRU"),
        (0.998, 0.002, "over 99 % of the LRUs solve", "ponad 99% sieci LRU wobec niespełna 1% sieci GRU"),
    ],
)
def test_two_shares_are_said_as_shares(first, second, english, polish):
    test = registered_test("linear-recurrences-cannot-track", "lru-tracks")
    parts = {"first": Censored.exactly(first), "second": Censored.exactly(second)}
    row = ROW | {"unit": "share difference", "effect": first - second} | parts
    told = {language: TEXTS[language].clause(alone(test, row)).replace(NO_BREAK, " ") for language in LANGUAGES}
    assert english in told["en"]
    assert polish in told["pl"]


@pytest.mark.parametrize(
    ("name", "effect", "outcome", "english"),
    [
        (
            "does-not-converge/clipped-tanh@explosion-short",
            0.0,
            "pass",
            "none of the tanh networks with clipping at 1 end",
        ),
        ("weights-jump/tanh-radius-2@explosion", 0.0, "fail", "no weights of tanh networks jump"),
        ("weights-jump/tanh-radius-2@explosion", 1.0, "pass", "the weights of all tanh networks jump"),
        ("weights-jump/tanh-radius-2@explosion", 0.004, "fail", "under 1 % of the tanh networks jump"),
        ("exponential-in-length/chrono@flow", 0.54, "fail", "is not exponential in the lag (R² 0.54)"),
        ("exponential-in-length/tanh@flow", 0.9999, "pass", "is exponential in the lag (R² above 0.2)"),
        (
            "orthogonal-lengthens-memory/decay-factor@flow",
            0.226,
            "pass",
            "with an orthogonal start close 77 % of the gap",
        ),
        ("relu-cures-vanishing/decay-factor@recall-32", 1.46, "fail", "is 1.5 times as far from 1 as that of tanh"),
        ("below-one-vanishes/non-normal@powers", 1.03e7, "fail", "first grows 10 million-fold"),
        ("above-one-explodes/tanh-1.05@powers-bounded", 0.927, "fail", "shrinks by 7 % at every step"),
        ("above-one-explodes/tanh-1.05@powers-bounded", 1.25, "pass", "grows by 25 % at every step"),
        ("cell-state-highway/initial@flow", 1.53e-25, "fail", "keeps less than a billionth of the gradient"),
        ("cell-state-highway/initial@flow", 0.688, "pass", "keeps 69 % of the gradient"),
        (
            "tbptt-cures-exploding/relu-norm-10@explosion",
            6.32e-4,
            "pass",
            "is 1,600 times smaller than that of plain ReLU",
        ),
        ("intelligent-forgetting/forget-closes@reset-32", -13.8, "pass", "by 14 standard deviations"),
        ("intelligent-forgetting/forget-closes@reset-32", 2.0, "fail", "training opens the forget gate"),
    ],
)
def test_numbers_are_said_as_one_says_them_aloud(name, effect, outcome, english):
    test = TESTS[name][1]
    row = ROW | {"unit": test.evidence.unit, "effect": effect, "outcome": outcome}
    assert english in TEXTS["en"].clause(alone(test, row)).replace(NO_BREAK, " ")


def test_arms_are_named_by_cell_remedy_and_a_setting_of_their_own():
    assert TEXTS["en"].arm(TANH) == "tanh networks"
    assert TEXTS["en"].arm(ORTHOGONAL_TANH) == "tanh networks with an orthogonal start"
    assert TEXTS["en"].arm(LSTM.within("recall-37")) == "LSTMs with 37 units"
    assert TEXTS["pl"].arm(Arm("gru", "chrono")) == "sieci GRU z inicjalizacją chrono"


def test_arms_are_plain_beside_remedied_ones_and_a_common_remedy_is_said_once():
    english = TEXTS["en"]
    assert english.compared([ORTHOGONAL_TANH], [TANH]) == (
        "tanh networks with an orthogonal start",
        "plain tanh networks",
    )
    assert english.compared([RELU], [Arm("relu", "clipped")])[0] == "plain ReLU networks"
    assert english.compared([LSTM, GRU], [ORTHOGONAL_TANH])[0] == "LSTMs and GRUs"
    without = [CHRONO_WITHOUT["forget"], CHRONO_WITHOUT["output"]]
    assert english.compared([CHRONO_LSTM], without) == (
        "LSTMs with chrono initialisation",
        "LSTMs without a forget gate and LSTMs without an output gate",
    )
    assert english.compared([CHRONO_LSTM], [BIASED_LSTM])[1] == "LSTMs with a forget bias of 1"


def test_arms_and_settings_of_another_study_are_named_as_in_its_configuration():
    assert TEXTS["en"].arm(Arm("of_mine:Cell", "mine")) == "networks of of_mine:Cell with remedy mine"
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
        (0.25, 1, "about a quarter", "4 razy krócej niż sieci tanh: średnio 7 wobec 1 kroku"),
        (0.29, 24, "about a third", "3,4 raza krócej niż sieci tanh: średnio 7 wobec 24 kroków"),
        (0.41, 17.2, "0.41 times", "2,4 raza krócej niż sieci tanh: średnio 7 wobec 17 kroków"),
        (2, 5, "2 times", "2 razy dłużej niż sieci tanh: średnio 7 wobec 5 kroków"),
        (5, 22, "5 times", "5 razy dłużej niż sieci tanh: średnio 7 wobec 22 kroków"),
        (22.5, 2.25, "22 times", "22 razy dłużej niż sieci tanh: średnio 7 wobec 2,2 kroku"),
    ],
)
def test_nouns_follow_their_numbers(ratio, second, english, polish):
    parts = {"first": Censored.exactly(7), "second": Censored.exactly(second)}
    row = ROW | {"effect": ratio, "unit": "-"} | parts
    _, test = TESTS["gates-cure-vanishing/lstm@recall-32"]
    told = {language: TEXTS[language].clause(alone(test, row)).replace(NO_BREAK, " ") for language in LANGUAGES}
    assert told["en"].startswith(f"LSTMs remember {english} as long as tanh networks: on average 7 against ")
    assert told["pl"] == f"sieci LSTM pamiętają {polish}"


def test_a_ratio_near_1_is_about_as_long_and_a_limit_has_no_lengths_beside_it():
    _, test = TESTS["gates-cure-vanishing/lstm@recall-32"]
    parts = {"first": Censored.exactly(7), "second": Censored.exactly(5)}
    row = ROW | {"unit": "-"} | parts
    same, limit, more = (
        TEXTS["en"].clause(alone(test, row | numbers)).replace(NO_BREAK, " ")
        for numbers in ({"effect": 1.03}, {"effect_low": 5.28} | LIMIT, {"effect_low": 1.03} | LIMIT)
    )
    assert same == "LSTMs remember about as long as tanh networks: on average 7 against 5 steps"
    assert limit == "LSTMs remember at least 5.2 times as long as tanh networks"
    assert more == "LSTMs remember longer than tanh networks"


@pytest.mark.parametrize("group", ["evidence", "reasons", "rows", "phrases", "explained"])
def test_words_that_are_missing_stop_the_report(group):
    evidence = read_words(PROSE / "en" / "evidence.json")
    catalogue, words = (read_words(PROSE / "en" / f"{file}.json") for file in ("claims", "words"))
    names = DisplayNames.read(PROSE, "en")
    texts, name = Texts("en", catalogue, evidence, words, names), "gates-cure-vanishing/lstm-chrono@recall-32"
    assert said(texts, name) == said(TEXTS["en"], name)
    evidence[group] = Words()
    with pytest.raises(ReportError, match="the words of the report must have"):
        said(texts, name)


@pytest.mark.parametrize("missing", ["title", "quote", "lead"])
def test_a_claim_without_its_title_its_quote_or_its_lead_stops_the_report(missing):
    catalogue = read_words(PROSE / "en" / "claims.json")
    del catalogue["eigen-power"][missing]
    evidence = read_words(PROSE / "en" / "evidence.json")
    texts = Texts("en", catalogue, evidence, Words(), DisplayNames.read(PROSE, "en"))
    with pytest.raises(ReportError, match=missing):
        getattr(texts, missing)("eigen-power")


def test_alike_tests_ask_one_question_that_names_the_arms_of_all():
    rows = [{"claim": "gates-cure-vanishing", "test": test} for test in ("lstm", "gru")]
    assert TEXTS["en"].question_of(rows) == "How many times as long as tanh networks do LSTMs and GRUs remember?"
    assert TEXTS["en"].question_of(rows[:1]) == TEXTS["en"].question(registered_test("gates-cure-vanishing", "lstm"))
    radii = [{"claim": "below-one-vanishes", "test": f"linear-{radius}"} for radius in (0.5, 0.8)]
    assert TEXTS["pl"].question_of(radii) == (
        "Czy każdy krok mnoży gradient sieci bez nieliniowości o promieniu 0,5 i 0,8 przez ten promień?"
    )
