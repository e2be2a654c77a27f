"""The sentence on what a verdict rests on."""

import math

import pytest
from hand_made_tables import EMPTY
from judged import TEXTS, judged

from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.claims.sentence import clause, sentence
from gradient_horizon.claims.settings import ADDING_32, RECALL_32
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.statistics.censored import Censored

GAP = "\N{NO-BREAK SPACE}"


def row(outcome, test="lstm", setting=RECALL_32, kind="main", **changes):
    """A row of the table of tests, of gates-cure-vanishing."""
    effect = {"pass": 2.0, "fail": 0.5, "unclear": 1.1}[outcome]
    own = {"claim": "gates-cure-vanishing", "test": test, "kind": kind, "setting": setting, "outcome": outcome}
    numbers = {"effect": effect, "effect_low": effect / 2, "effect_high": 2 * effect, "effect_censored": "no"}
    rest = {"silence": "", "unit": "-", "n": 10, "networks_needed": math.nan, "first": None, "second": None}
    return own | numbers | rest | changes


def said(verdict, *rows, language="en"):
    return sentence(verdict, rows, TEXTS[language])


LSTM_LONGER = "LSTM remembers 2 times as long as tanh (recall, 32 units)"


@pytest.mark.parametrize(
    ("verdict", "rows", "text"),
    [
        (Verdict.SUPPORTED, [row("pass")], f"It holds: {LSTM_LONGER}."),
        (
            Verdict.SUPPORTED,
            [row("pass"), row("unclear", setting=ADDING_32), row("pass", kind="pooled", setting="", effect=1.5)],
            "It holds, clear in 1 of 2 settings: LSTM remembers 1.5 times as long as tanh.",
        ),
        (
            Verdict.CONDITIONAL,
            [row("pass"), row("fail", "lstm-keras", kind="condition"), row("pass", "lstm-chrono", kind="condition")],
            f"It holds: {LSTM_LONGER}. But LSTM with Keras's start remembers 0.5 times as long as tanh "
            "(recall, 32 units).",
        ),
        (
            Verdict.DEPENDS,
            [row("pass", setting=ADDING_32), row("fail"), row("unclear", "gru")],
            "It depends on the setting: LSTM remembers 2 times as long as tanh (adding, 32 units); but LSTM remembers "
            "0.5 times as long as tanh (recall, 32 units).",
        ),
        (
            Verdict.DEPENDS,
            [row("pass"), row("fail", "gru")],
            f"It depends on what is asked: {LSTM_LONGER}; but GRU remembers 0.5 times as long as tanh "
            "(recall, 32 units).",
        ),
        (
            Verdict.REFUTED,
            [row("fail"), row("fail", "gru")],
            "As stated it fails: LSTM remembers 0.5 times as long as tanh; and GRU remembers 0.5 times as long as tanh "
            "(each: recall, 32 units).",
        ),
        (
            Verdict.ONLY_IF,
            [row("fail"), row("pass", "lstm-chrono", kind="condition")],
            "As stated it fails: LSTM remembers 0.5 times as long as tanh (recall, 32 units). But LSTM with chrono "
            "biases remembers 2 times as long as tanh (recall, 32 units).",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", networks_needed=40.0), row("unclear", setting=ADDING_32, networks_needed=60.0)],
            "At this budget it stays open: Compared with tanh, how many times as long does LSTM remember? About 60 "
            "seeds of each instead of 10 would decide it, if the estimates hold.",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", networks_needed=40.0), row("unclear", setting=ADDING_32)],
            "At this budget it stays open: Compared with tanh, how many times as long does LSTM remember?",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", silence="floor"), row("unclear", "gru", silence="nothing works")],
            "No setting of this study decides it. All that is compared lies at the floor. Too few of the pilot "
            "networks solve it, even at the shortest length.",
        ),
        (
            Verdict.SUPPORTED,
            [row("pass", first=Censored.at_least(80), second=Censored.exactly(28.3))],
            f"It holds: LSTM remembers 2 times as long as tanh: mean solved length ≥{GAP}80 against 28.3 steps "
            "(recall, 32 units).",
        ),
    ],
)
def test_a_sentence_is_made_from_the_outcomes(verdict, rows, text):
    assert said(verdict, *rows) == text
    assert said(verdict, *rows, language="pl") != text


def test_a_question_of_which_every_setting_is_silent_stays_open_beside_one_that_is_answered():
    rows = [row("pass", networks_needed=40.0), row("unclear", "gru", silence="ceiling")]
    text = "At this budget it stays open: Compared with tanh, how many times as long does GRU remember?"
    assert said(Verdict.INCONCLUSIVE, *rows) == f"{text} Clear is: {LSTM_LONGER}."


def test_silent_settings_and_tests_that_decide_nothing_are_not_said():
    silent = row("unclear", setting=ADDING_32, silence="floor")
    mechanism = row("fail", "without-forget-gate", kind="mechanism")
    assert said(Verdict.SUPPORTED, row("pass"), silent, mechanism) == said(Verdict.SUPPORTED, row("pass"))


def test_a_setting_is_clear_where_all_questions_hold_and_clearly_fails_where_one_does():
    rows = [row("pass"), row("pass", setting=ADDING_32), row("unclear", "gru"), row("pass", "gru", ADDING_32)]
    assert said(Verdict.SUPPORTED, *rows).startswith("It holds, clear in 1 of 2 settings: ")
    rows = [row("fail"), row("unclear", setting=ADDING_32), row("unclear", "gru"), row("unclear", "gru", ADDING_32)]
    assert said(Verdict.REFUTED, *rows).startswith("As stated it fails, clear in 1 of 2 settings: ")


def test_a_brief_sentence_tells_two_questions_of_each_outcome_and_counts_all_settings():
    rows = [row("pass"), row("pass", setting=ADDING_32), row("pass", kind="pooled", setting="", effect=1.5)]
    assert sentence(Verdict.SUPPORTED, rows, TEXTS["en"], brief=True) == said(Verdict.SUPPORTED, *rows)
    failing = [row("fail", name, kind="condition") for name in ("lstm-keras", "lstm-chrono", "gru-chrono")]
    whole, brief = (sentence(Verdict.CONDITIONAL, rows + failing, TEXTS["en"], brief=each) for each in (False, True))
    assert [text.count("0.5 times") for text in (whole, brief)] == [3, 2]
    assert whole.split(" But ")[0] == brief.split(" But ")[0]


def test_what_is_clear_is_said_where_the_claim_stays_open():
    rows = [row("unclear", networks_needed=40.0), row("fail", "gru")]
    assert said(Verdict.INCONCLUSIVE, *rows).endswith(
        " would decide it, if the estimates hold. Clear is: GRU remembers 0.5 times as long as tanh (recall, 32 units)."
    )


def test_only_neighbouring_clauses_share_their_setting():
    rows = [row("pass", setting=ADDING_32), row("pass", "gru", ADDING_32), row("fail"), row("fail", "gru")]
    text = said(Verdict.DEPENDS, *rows, row("fail", setting="recall-64"))
    assert text.count("(each: adding, 32 units); but ") == 1
    assert text.count("(each: recall, 32 units); and ") == 1
    assert text.endswith("(recall, 64 units).")
    assert text.count("(") == 3


def test_an_estimate_at_the_best_rate_is_not_said_like_one_at_the_chosen_rate():
    best = row("fail", "any-learning-rate", claim="short-memory", unit="steps", effect=40.0)
    chosen = best | {"test": "memory-horizon"}
    assert clause(best, TEXTS["en"]) == f"at the best of the learning rates {clause(chosen, TEXTS['en'])}"


def test_shares_stand_behind_their_difference_as_shares():
    test = registered_test("gates-cure-vanishing", "choosing")
    parts = {"first": Censored.exactly(0.9), "second": Censored.exactly(0.4)}
    given = row("pass", "choosing", "selective-32", unit="share difference", effect=0.5, **parts)
    assert test.evidence.unit == "share difference"
    assert clause(given, TEXTS["en"]).endswith(f": 90{GAP}% against 40{GAP}%")


def test_a_study_without_runs_leaves_every_claim_open():
    verdicts, tests = judged(registered_claims(), EMPTY)
    assert set(verdicts["verdict"]) == {"inconclusive"}
    assert set(verdicts["condition"]) == {"No setting of this study decides it. The runs are not in this study."}
    assert set(tests["n"]) == {0}
    assert set(tests["silence"]) == {"no runs"}
    assert tests["networks_needed"].isna().all()
