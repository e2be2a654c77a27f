"""What is said of the limits of a verdict, from its tests."""

import math
import re
from pathlib import Path

import pytest
from hand_made_tables import EMPTY, frame
from judged import PROSE, TEXTS

from gradient_horizon.claims.limits import limits
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.language.words import read_words
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

CONFIG = Path(__file__).parents[2] / "config.yaml"
STUDY = validated_study(read_yaml(CONFIG))
WORDS = {language: read_words(PROSE / language / "folders.json") for language in TEXTS}
CLAIMS = {claim.id: claim for claim in registered_claims()}
ROW = {
    "claim": "gates-cure-vanishing",
    "test": "lstm",
    "kind": "main",
    "setting": "recall-32",
    "n": 12,
    "silence": "",
    "outcome": "pass",
    "effect_censored": "no",
    "networks_needed": math.nan,
}
TASK_AND_TWO_SETTINGS = [ROW, ROW | {"setting": "adding-32"}]


def said(*rows, language="en", runs=()):
    tables = EMPTY | {"runs": frame("runs", [{"run": str(k), **run} for k, run in enumerate(runs)])}
    claim = CLAIMS["gates-cure-vanishing"]
    return limits(claim, list(rows), STUDY, tables, TEXTS[language], WORDS[language])


def test_the_scope_of_the_main_tests_is_that_of_their_settings():
    scope, shared = said(*TASK_AND_TWO_SETTINGS)
    assert scope == (
        "The main tests look at: recall, 32 units; adding, 32 units. Networks of 32 units, at least 12 seeds, lengths "
        "up to 160 steps, at most 1,500 updates; elsewhere it may come out otherwise."
    )
    assert shared == "Tests of the claim share networks, so they are not independent of each other."


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        (
            {"n": 0, "silence": "no runs", "outcome": "unclear"},
            "The study has no runs for 1 of 3 tests: gru (recall-64).",
        ),
        (
            {"silence": "nothing works", "outcome": "unclear"},
            f"gru (recall-64) says nothing. {TEXTS['en'].silence('nothing works')}",
        ),
        (
            {"outcome": "unclear", "networks_needed": 36.0},
            "gru (recall-64) stays open with n = 12; about 36 seeds of each cell would decide it, if the estimates "
            "hold: How many times as long as tanh networks do GRUs remember?",
        ),
        (
            {"outcome": "unclear"},
            "gru (recall-64) stays open with n = 12, and more seeds alone would not decide it: How many "
            "times as long as tanh networks do GRUs remember?",
        ),
        ({"effect_censored": "right"}, "Of what these estimate only a limit is known: gru (recall-64)."),
    ],
)
def test_what_said_nothing_stayed_open_or_is_a_limit_is_named(changed, wanted):
    other = ROW | {"test": "gru", "setting": "recall-64"} | changed
    found = said(*TASK_AND_TWO_SETTINGS, other)
    assert wanted in found
    assert len(found) == 3
    polish = said(*TASK_AND_TWO_SETTINGS, other, language="pl")
    assert len(polish) == 3
    assert "gru (recall-64)" in polish[1]


def test_a_test_that_is_silent_is_not_said_to_be_open_as_well():
    found = said(
        ROW, ROW | {"setting": "adding-32", "silence": "floor", "outcome": "unclear", "effect_censored": "left"}
    )
    assert sum("adding-32" in each for each in found) == 1


def test_a_single_setting_that_says_something_is_named_as_a_limit():
    assert "Only one setting says something about the main questions." in said(ROW)
    assert "Only one setting says something about the main questions." not in said(*TASK_AND_TWO_SETTINGS)
    silent = ROW | {"setting": "adding-32", "silence": "ceiling", "outcome": "unclear"}
    assert "Only one setting says something about the main questions." in said(ROW, silent)


def test_rates_at_an_end_count_where_more_than_two_were_tried():
    own = {"cell": "lstm", "remedy": "none", "updates": 1500, "judged_seeds": 12}
    runs = [
        {"experiment": "recall-32", "chosen_at_edge": 5, **own},
        {"experiment": "recall-32", "chosen_at_edge": 4, **own | {"length": 7}},
        {"experiment": "adding-32", "chosen_at_edge": 12, **own},  # of two rates, each is an end
        {"experiment": "recall-32", "chosen_at_edge": 12, **own | {"cell": "linear"}},  # the claim does not read it
    ]
    (edge,) = [each for each in said(*TASK_AND_TWO_SETTINGS, runs=runs) if "learning rate" in each]
    assert edge.startswith("9 of 24 judged networks have a learning rate at an end of three or more that were tried")


def test_both_languages_have_the_same_rules_and_limits_with_the_same_places():
    english, polish = (WORDS[language] for language in ("en", "pl"))
    assert set(english) == set(polish) == {"rules", "limits", "not_judged"}
    assert len(english["rules"]) == len(polish["rules"]) == 8
    assert set(english["limits"]) == set(polish["limits"])
    texts = {name: (text, polish["limits"][name]) for name, text in english["limits"].items()}
    for name, (text, other) in (texts | {"not judged": (english["not_judged"], polish["not_judged"])}).items():
        assert sorted(re.findall(r"\{(\w+)\}", text)) == sorted(re.findall(r"\{(\w+)\}", other)), name
        assert text != other
