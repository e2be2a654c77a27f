"""No verdict is wired in: with the rows of what is compared exchanged, verdicts and sentences turn over."""

import pytest
from judged import TEXTS, judged
from memories import memory_tables, swapped

from gradient_horizon import registries
from gradient_horizon.claims.arms import GRU, LSTM, ORTHOGONAL_TANH, TANH
from gradient_horizon.claims.evidence.memory import LengthRatio
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.settings import ADDING_32, COMPARED, RECALL_32, RECALL_64, WIDELY
from gradient_horizon.claims.verdict import Verdict

GAP = "\N{NO-BREAK SPACE}"

pytestmark = pytest.mark.slow

GATES = registries.load(registries.CLAIMS, "claim", "gates-cure-vanishing")
LONGER, SHORTER = 76, 19
"""T50 lies half-way, by logarithms, to the next length: at 76.3 of 64 and 91, at 19.2 of 16 and 23."""
NAMES = {name: {language: TEXTS[language].names.setting_phrase(name) for language in TEXTS} for name in COMPARED}


def gates_longer(arm, setting):
    return SHORTER if arm.cell == "tanh" else LONGER


def verdict_and_sentences(claim, tables):
    """The verdict, and its sentence in both languages."""
    verdicts, tests = judged([claim], tables)
    verdict = Verdict(verdicts["verdict"].item())
    rows = tests.to_dict("records")
    return verdict, {language: sentence(verdict, rows, texts) for language, texts in TEXTS.items()}


def test_where_all_settings_agree_the_verdict_is_supported_and_with_the_rows_exchanged_refuted():
    given = memory_tables(GATES, gates_longer)
    verdict, said = verdict_and_sentences(GATES, given)
    assert verdict is Verdict.SUPPORTED
    assert "clear in 3 of 3 settings" in said["en"]
    assert "LSTMs and GRUs remember 4 times as long as tanh networks" in said["en"].replace(GAP, " ")
    assert "wyraźnie w 3 z 3 układów" in said["pl"]
    turned, of_turned = verdict_and_sentences(GATES, swapped(given, LSTM, TANH))
    assert turned is Verdict.REFUTED
    assert "LSTMs remember about a quarter as long as tanh networks" in of_turned["en"]
    assert of_turned["en"] != said["en"]
    assert of_turned["pl"] != said["pl"]


@pytest.mark.parametrize("turned", [[ADDING_32], [RECALL_32], [RECALL_32, RECALL_64]])
@pytest.mark.parametrize("cell", [LSTM, GRU])
def test_where_one_setting_says_the_opposite_it_depends_on_the_setting_and_both_are_named(turned, cell):
    given = memory_tables(GATES, gates_longer)
    verdict, said = verdict_and_sentences(GATES, swapped(given, cell, TANH, turned))
    assert verdict is Verdict.DEPENDS
    for language, text in said.items():
        before, after = text.split("; but " if language == "en" else "; ale ")
        for side, names in ((after, turned), (before, [name for name in COMPARED if name not in turned])):
            assert TEXTS[language].spoken.both([NAMES[name][language] for name in COMPARED if name in names]) in side
    assert said["en"].startswith("It depends on the setting: ")
    assert said["pl"].startswith("Zależy od układu: ")


def test_an_optional_setting_that_says_the_opposite_counts_as_any_other():
    given = memory_tables(GATES, gates_longer, optional=True)
    assert verdict_and_sentences(GATES, given)[0] is Verdict.SUPPORTED
    for setting in WIDELY:
        turned = swapped(given, LSTM, TANH, [setting])
        verdict, said = verdict_and_sentences(GATES, turned)
        assert verdict is Verdict.DEPENDS
        assert TEXTS["en"].names.setting_phrase(setting) in said["en"].split("; but ")[1]


def test_a_condition_that_fails_is_said_behind_what_holds():
    def orthogonal_longest(arm, setting):
        return 4 * LONGER if arm == ORTHOGONAL_TANH else gates_longer(arm, setting)

    verdict, said = verdict_and_sentences(GATES, memory_tables(GATES, orthogonal_longest))
    assert verdict is Verdict.CONDITIONAL
    assert (
        "But in recall with 32 units, adding with 32 units and recall with 64 units, LSTMs remember about a quarter as "
        in (said["en"])
    )
    assert said["en"].endswith("as long as tanh networks with an orthogonal start.")


COMPARING = [
    claim
    for claim in registered_claims()
    if all(
        isinstance(test.evidence, LengthRatio) and test.region.low == 1 for test in claim.tests if test.kind == "main"
    )
]


def test_claims_that_compare_nothing_but_memories_are_among_those_turned_over():
    assert {claim.id for claim in COMPARING} == {
        "gates-cure-vanishing",
        "forget-bias-lengthens-memory",
        "regulariser-lengthens-memory",
        "normalisation-lengthens-memory",
        "pairs-bounded-by-state",
    }


@pytest.mark.parametrize("claim", COMPARING, ids=lambda claim: claim.id)
def test_a_comparing_claim_turns_over_with_the_rows_that_it_compares(claim):
    mains = [test.evidence.arms for test in claim.tests if test.kind == "main"]
    ours, theirs = ({arms[place] for arms in mains} for place in (0, 1))

    def memory(better, worse):
        return lambda arm, _: LONGER if arm in better else SHORTER if arm in worse else None

    verdicts = [
        verdict_and_sentences(claim, memory_tables(claim, memory(*sides)))[0]
        for sides in ((ours, theirs), (theirs, ours))
    ]
    assert verdicts == [Verdict.SUPPORTED, Verdict.REFUTED]


@pytest.mark.parametrize(("ratio", "verdict"), [(1, Verdict.SUPPORTED), (4, Verdict.REFUTED), (1 / 4, Verdict.REFUTED)])
def test_likeness_is_the_same_whichever_is_compared_with_which(ratio, verdict):
    claim = registries.load(registries.CLAIMS, "claim", "gru-similar")
    of_main = {"gru": 38 * ratio, "lstm": 38}
    given = memory_tables(claim, lambda arm, setting: of_main[arm.cell] if arm in (GRU, LSTM) else None)
    assert verdict_and_sentences(claim, given)[0] is verdict
