"""The sentence on what a verdict rests on."""

import math

import pytest
from hand_made_tables import EMPTY
from judged import TEXTS, judged

from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.claims.sentence import clause, sentence
from gradient_horizon.claims.settings import ADDING_32, RECALL_32, RECALL_64, RECALL_PATIENT
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.words import words_in
from gradient_horizon.statistics.censored import Censored

GAP = "\N{NO-BREAK SPACE}"


def row(outcome, test="lstm", setting=RECALL_32, kind="main", **changes):
    """A row of the table of tests, of gates-cure-vanishing."""
    effect = {"pass": 2.0, "fail": 0.5, "unclear": 1.1}[outcome]
    own = {"claim": "gates-cure-vanishing", "test": test, "kind": kind, "setting": setting, "outcome": outcome}
    numbers = {"effect": effect, "effect_low": effect / 2, "effect_high": 2 * effect, "effect_censored": "no"}
    rest = {"silence": "", "unit": "-", "n": 10, "networks_needed": math.nan, "first": None, "second": None}
    return own | numbers | rest | changes


SETTINGS = (RECALL_32, ADDING_32, RECALL_64, RECALL_PATIENT, "recall-67")


def plain(text):
    """A text without no-break spaces."""
    return text.replace(GAP, " ")


def said(verdict, *rows, language="en"):
    return sentence(verdict, rows, TEXTS[language])


LONGER = "in recall with 32 units, LSTMs remember 2 times as long as tanh networks"
HALF = "LSTMs remember about half as long as tanh networks"


@pytest.mark.parametrize(
    ("verdict", "rows", "text"),
    [
        (Verdict.SUPPORTED, [row("pass")], f"It holds: {LONGER}."),
        (
            Verdict.SUPPORTED,
            [row("pass"), row("unclear", setting=ADDING_32), row("pass", kind="pooled", setting="", effect=1.5)],
            "It holds, clear in 1 of 2 settings that can tell: over all settings, LSTMs remember 1.5 times as long "
            "as tanh networks.",
        ),
        (
            Verdict.CONDITIONAL,
            [row("pass"), row("fail", "lstm-keras", kind="condition"), row("pass", "lstm-chrono", kind="condition")],
            f"It holds: {LONGER}. But LSTMs with Keras's start remember about half as long as tanh networks.",
        ),
        (
            Verdict.CONDITIONAL,
            [row("pass"), row("fail", "lstm-patience", setting=RECALL_PATIENT, kind="condition")],
            f"It holds: {LONGER}. But in recall with twice the updates, {HALF}.",
        ),
        (
            Verdict.DEPENDS,
            [row("pass", setting=ADDING_32), row("fail"), row("unclear", "gru")],
            "It depends on the setting: in adding with 32 units, LSTMs remember 2 times as long as tanh networks; but "
            f"in recall with 32 units, {HALF}.",
        ),
        (
            Verdict.DEPENDS,
            [row("pass"), row("fail", "gru")],
            f"It depends on what is asked: {LONGER}; but GRUs remember about half as long as tanh networks.",
        ),
        (
            Verdict.REFUTED,
            [row("fail"), row("fail", "gru")],
            "As stated it fails: in recall with 32 units, LSTMs and GRUs remember about half as long as tanh networks.",
        ),
        (
            Verdict.ONLY_IF,
            [row("fail"), row("pass", "lstm-chrono", kind="condition")],
            f"As stated it fails: in recall with 32 units, {HALF}. But LSTMs with chrono initialisation remember 2 "
            "times as long as tanh networks.",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", networks_needed=40.0), row("unclear", setting=ADDING_32, networks_needed=60.0)],
            "Open at this budget: how long LSTMs remember compared with tanh networks; about 60 seeds of each instead "
            "of 10 would decide it, if the estimates hold.",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", networks_needed=40.0), row("unclear", setting=ADDING_32)],
            "Open at this budget: how long LSTMs remember compared with tanh networks.",
        ),
        (
            Verdict.INCONCLUSIVE,
            [row("unclear", silence="floor"), row("unclear", "gru", silence="nothing works")],
            "No setting of this study decides it. All that is compared lies at the floor. Too few of the pilot "
            "networks solve it, even at the shortest length.",
        ),
        (
            Verdict.SUPPORTED,
            [row("pass", first=Censored.exactly(56.6), second=Censored.exactly(28.3))],
            f"It holds: {LONGER}: on average 57 against 28{GAP}steps.",
        ),
        (
            Verdict.SUPPORTED,
            [
                row(
                    "pass",
                    effect_low=1.08,
                    effect_high=math.inf,
                    first=Censored.at_least(80),
                    second=Censored.exactly(28.3),
                )
            ],
            "It holds: in recall with 32 units, LSTMs remember longer than tanh networks.",
        ),
    ],
)
def test_a_sentence_is_made_from_the_outcomes(verdict, rows, text):
    assert said(verdict, *rows).replace(GAP, " ") == text.replace(GAP, " ")
    assert said(verdict, *rows, language="pl") != text


def test_a_question_of_which_every_setting_is_silent_stays_open_beside_one_that_is_answered():
    rows = [row("pass", networks_needed=40.0), row("unclear", "gru", silence="ceiling")]
    text = "Open at this budget: how long GRUs remember compared with tanh networks."
    assert plain(said(Verdict.INCONCLUSIVE, *rows)) == f"{text} Clear: {LONGER}."


def test_silent_settings_and_tests_that_decide_nothing_are_not_said():
    silent = row("unclear", setting=ADDING_32, silence="floor")
    mechanism = row("fail", "without-forget-gate", kind="mechanism")
    assert said(Verdict.SUPPORTED, row("pass"), silent, mechanism) == said(Verdict.SUPPORTED, row("pass"))


def test_a_setting_is_clear_where_all_questions_hold_and_clearly_fails_where_one_does():
    rows = [row("pass"), row("pass", setting=ADDING_32), row("unclear", "gru"), row("pass", "gru", ADDING_32)]
    assert said(Verdict.SUPPORTED, *rows).startswith("It holds, clear in 1 of 2 settings that can tell: ")
    rows = [row("fail"), row("unclear", setting=ADDING_32), row("unclear", "gru"), row("unclear", "gru", ADDING_32)]
    assert said(Verdict.REFUTED, *rows).startswith("As stated it fails, clear in 1 of 2 settings that can tell: ")


CONDITIONS = ("lstm-keras", "lstm-forget-bias", "lstm-chrono", "gru-chrono", "without-forget-gate")


def test_a_sentence_leaves_out_clauses_that_do_not_fit_and_counts_them():
    rows = [row("pass"), row("pass", setting=ADDING_32), row("pass", kind="pooled", setting="", effect=1.5)]
    assert sentence(Verdict.SUPPORTED, rows, TEXTS["en"], brief=True) == said(Verdict.SUPPORTED, *rows)
    failing = [
        row("fail", name, kind="condition", setting=setting, effect=0.5 + 0.1 * place)
        for place, (name, setting) in enumerate(zip(CONDITIONS, SETTINGS, strict=True))
    ]
    whole, brief = (sentence(Verdict.CONDITIONAL, rows + failing, TEXTS["en"], brief=each) for each in (False, True))
    assert [plain(text).count(" remember ") for text in (whole, brief)] == [3, 2]
    assert words_in(brief) <= 45 < words_in(whole) <= 80
    assert whole.endswith("; and 3 more tests.")
    assert brief.endswith("; and 4 more tests.")
    assert whole.split(" But ")[0] == brief.split(" But ")[0]


def test_a_brief_sentence_that_still_does_not_fit_goes_without_numbers_behind_and_names_the_first_of_a_family():
    parts = {"first": Censored.exactly(8), "second": Censored.exactly(16)}
    failing = [row("fail", name, kind="condition") for name in CONDITIONS]
    rows = [row("pass", **parts), *failing]
    whole, brief = (plain(sentence(Verdict.CONDITIONAL, rows, TEXTS["en"], brief=each)) for each in (False, True))
    assert "on average 8 against 16 steps" in whole
    assert "LSTMs with Keras's start, LSTMs with a forget bias of 1, LSTMs with chrono initialisation" in whole
    assert "on average" not in brief
    assert brief.endswith("But LSTMs with Keras's start remember about half as long as tanh networks.")
    assert words_in(brief) <= 45


def test_a_clause_of_the_first_of_a_family_names_its_setting_alone():
    limits = {RECALL_32: 1.5, ADDING_32: 1.2}
    rows = [
        row("pass", setting=setting, effect_low=low, effect_high=math.inf, effect_censored="right")
        for setting, low in limits.items()
    ]
    rows += [row("fail", "gru", setting=setting, effect=0.5) for setting in ("recall-64-patient", "recall-32-momentum")]
    whole, brief = (plain(sentence(Verdict.DEPENDS, rows, TEXTS["en"], brief=each)) for each in (False, True))
    assert "in recall and adding with 32 units, LSTMs remember at least 1.2 times" in whole
    assert "in recall with 32 units, LSTMs remember at least 1.5 times" in brief
    assert "adding" not in brief
    assert "in recall with 64 units and four times the updates, GRUs remember about half" in brief
    assert "momentum" not in brief


def test_a_brief_sentence_of_many_open_questions_asks_the_first_and_counts_the_others():
    rows = [row("unclear", "memory", claim="orthogonal-lengthens-memory")]
    rows += [row("unclear", "decay-factor", "flow", claim="orthogonal-lengthens-memory")]
    rows += [row("pass", "memory", "recall-64-patient", claim="orthogonal-lengthens-memory")]
    whole, brief = (plain(sentence(Verdict.INCONCLUSIVE, rows, TEXTS["en"], brief=each)) for each in (False, True))
    asked = (
        "Open at this budget: how long tanh networks with an orthogonal start remember compared with plain tanh "
        "networks"
    )
    assert whole.startswith(f"{asked} and whether the decay factor of tanh networks with an orthogonal start is nearer")
    assert brief.startswith(f"{asked}; and 1 more test. Clear: in recall with 64 units")
    assert words_in(brief) < words_in(whole)


def test_what_is_clear_is_said_where_the_claim_stays_open():
    rows = [row("unclear", networks_needed=40.0), row("fail", "gru")]
    assert plain(said(Verdict.INCONCLUSIVE, *rows)).endswith(
        " would decide it, if the estimates hold. Clear: in recall with 32 units, GRUs remember about half as long as "
        "tanh networks."
    )


def test_alike_tests_are_one_clause_and_a_setting_is_named_once_before_its_clauses():
    rows = [row("pass", setting=ADDING_32), row("pass", "gru", ADDING_32), row("fail"), row("fail", "gru")]
    text = plain(said(Verdict.DEPENDS, *rows, row("fail", setting=RECALL_64), row("fail", "gru", RECALL_64)))
    assert text == (
        "It depends on the setting: in adding with 32 units, LSTMs and GRUs remember 2 times as long as tanh networks; "
        "but in recall with 32 and 64 units, LSTMs and GRUs remember about half as long as tanh networks."
    )


def test_ratios_that_differ_are_told_as_a_range_and_limits_by_the_one_that_holds_for_all():
    rows = [row("fail", effect=0.37), row("fail", "gru", effect=0.43)]
    assert "LSTMs and GRUs remember 0.37 to 0.43 times as long as" in plain(said(Verdict.REFUTED, *rows))
    rows = [
        row("pass", effect_low=low, effect_high=math.inf, test=name) for name, low in (("lstm", 5.25), ("gru", 6.2))
    ]
    assert "LSTMs and GRUs remember at least 5.2 times as long as" in plain(said(Verdict.SUPPORTED, *rows))


def test_limits_and_estimates_are_not_told_together():
    rows = [row("pass", effect_low=5.2, effect_high=math.inf), row("pass", "gru", effect=6.0)]
    text = plain(said(Verdict.SUPPORTED, *rows))
    assert "LSTMs remember at least 5.2 times as long as tanh networks; and GRUs remember 6 times as long" in text


def test_tests_that_pass_on_opposite_sides_are_not_told_together():
    shared = {"claim": "does-not-converge", "unit": "share"}
    rows = [
        row("pass", "relu", "explosion", effect=0.86, **shared),
        row("pass", "clipped-relu", "explosion", effect=0.01, **shared),
    ]
    text = plain(said(Verdict.SUPPORTED, *rows))
    assert (
        "86 % of the ReLU networks end worse than guessing; and 1 % of the ReLU networks with clipping at 1 end" in text
    )


def test_a_side_of_a_claim_that_depends_on_the_setting_names_its_own():
    shared = {"claim": "does-not-converge", "unit": "share", "setting": "explosion-short"}
    rows = [row("pass", "clipped-tanh", effect=0.0, **shared), row("fail", "tanh", effect=0.0, **shared)]
    rows += [row("pass", "tanh", **{**shared, "setting": "explosion-bounded"}, effect=0.98)]
    text = plain(said(Verdict.DEPENDS, *rows))
    assert text.endswith("; but from radius 3, over 20 steps, none of the tanh networks end worse than guessing.")


def test_an_estimate_at_the_best_rate_is_not_said_like_one_at_the_chosen_rate():
    best = row("fail", "any-learning-rate", claim="short-memory", unit="steps", effect=40.0)
    chosen = best | {"test": "memory-horizon"}
    assert clause(best, TEXTS["en"]) == f"at the best of the learning rates {clause(chosen, TEXTS['en'])}"


def test_a_difference_of_shares_is_told_as_two_shares():
    test = registered_test("gates-cure-vanishing", "choosing")
    parts = {"first": Censored.exactly(0.9), "second": Censored.exactly(0.4)}
    given = row("pass", "choosing", "selective-32", unit="share difference", effect=0.5, **parts)
    assert test.evidence.unit == "share difference"
    told = plain(clause(given, TEXTS["en"]))
    assert told == "90 % of the GRUs solve the task, against 40 % of the tanh networks with an orthogonal start"


def test_a_study_without_runs_leaves_every_claim_open():
    verdicts, tests = judged(registered_claims(), EMPTY)
    assert set(verdicts["verdict"]) == {"inconclusive"}
    assert set(verdicts["condition"]) == {"No setting of this study decides it. The runs are not in this study."}
    assert set(tests["n"]) == {0}
    assert set(tests["silence"]) == {"no runs"}
    assert tests["networks_needed"].isna().all()
