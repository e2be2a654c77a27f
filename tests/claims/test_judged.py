"""Claims that a study makes itself: their tests, and how a judged cell that wins, loses or stays unclear comes out."""

import math

import numpy as np
import pytest
from evidence_rows import group, network
from hand_made_tables import EMPTY, tables_of
from judged import PROSE
from judging import judged_own, judging, remembers, texts_of
from numerals import placeholders

from gradient_horizon.claims.arms import GRU, LSTM, TANH, Arm
from gradient_horizon.claims.control import control
from gradient_horizon.claims.coverage import claims_asked, lacking_settings, settings_without_pilots, unread_experiments
from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.evidence.horizons import HorizonRatio, LearntDecay, LearntDecayRatio
from gradient_horizon.claims.evidence.per_seed import Horizon
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.extract import extract
from gradient_horizon.claims.judged import claims_of, own_claims
from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import read_words
from gradient_horizon.statistics.censored import Censored

MINE = Arm("mine:Cell")
SETTINGS = ("recall-32", "adding-32")
STUDY = judging({"cell": "mine:Cell", "against": ["tanh", "lstm"], "in": [*SETTINGS]})
(CLAIM,) = own_claims(STUDY)


def study_of(mine, tanh, lstm, n=10):
    """Networks that remember so many steps in both settings, each a number or one for each setting."""
    return tables_of(
        row
        for place, setting in enumerate(SETTINGS)
        for arm, steps in ((MINE, mine), (TANH, tanh), (LSTM, lstm))
        for row in remembers(setting, arm, steps if isinstance(steps, int) else steps[place], n)
    )


def test_a_judged_cell_is_asked_about_by_each_other_cell_in_each_setting():
    kinds = {}
    for test in CLAIM.tests:
        kinds.setdefault(test.kind, []).append((test.id, test.setting))
    both = [(name, setting) for name in ("tanh", "lstm") for setting in SETTINGS]
    assert CLAIM.id == CLAIM.figure == "judged-mine-cell"
    assert kinds["main"] == [(f"memory-{name}", setting) for name, setting in both]
    assert kinds["condition"] == [(f"longest-length-{name}", setting) for name, setting in both]
    assert set(kinds["mechanism"]) == {
        (f"{what}-{n}", s) for n, s in both for what in ("horizon-before", "decay-after")
    }
    assert kinds["check"] == [("parameters-tanh", "recall-32"), ("parameters-lstm", "recall-32")]
    assert set(CLAIM.experiments) == set(SETTINGS)


def test_sizes_are_not_compared_where_widths_differ_or_the_cell_is_the_same():
    study = judging({"cell": "lstm", "against": ["lstm", "gru"], "remedy": "chrono", "in": ["recall-32", "recall-64"]})
    (first, second) = (each for each in study.experiments if each.name in ("recall-32", "recall-64"))
    narrowed = study.model_copy(
        update={"experiments": (first.model_copy(update={"hidden_sizes": {"gru": 37}}), second)}
    )
    checks = [(test.id, test.setting) for test in own_claims(narrowed)[0].tests if test.kind == "check"]
    assert checks == [("parameters-gru", "recall-64")]


@pytest.mark.parametrize(
    ("mine", "tanh", "lstm", "verdict"),
    [
        (40, 10, 10, "supported"),
        (10, 40, 40, "refuted"),
        (20, 5, 80, "depends on"),  # longer than one, not than the other
        ((40, 5), (10, 20), 10, "depends on"),  # longer in one setting
        (20, 20, 20, "inconclusive"),
        (80, 80, 80, "inconclusive"),  # all at the ceiling: no setting says anything
    ],
)
def test_the_verdict_on_a_judged_cell(mine, tanh, lstm, verdict):
    verdicts, tests = judged_own(STUDY, study_of(mine, tanh, lstm))
    assert verdicts["verdict"].to_list() == [verdict]
    if verdict == "supported":
        rows = tests[tests["kind"].eq("main") & tests["test"].eq("memory-tanh")]
        assert rows["effect"].to_list() == pytest.approx([4.0, 4.0])
        assert verdicts["condition"].item().startswith("It holds, clear in 2 of 2 settings that can tell")
        assert "networks of mine:Cell remember" in verdicts["condition"].item()


def test_a_longest_length_that_others_solve_more_often_is_a_condition():
    rows = [
        row
        for setting in SETTINGS
        for arm, solved in (
            (MINE, {5: 20, 10: 20, 20: 20, 40: 20, 80: 0}),
            (TANH, {5: 20, 10: 4, 20: 4, 40: 4, 80: 14}),
        )
        for length, count in solved.items()
        for seed in range(20)
        for row in [network(setting, arm, seed, length=length, status="solved" if seed < count else "unsolved")]
    ]
    pilots = [
        row
        for setting in SETTINGS
        for arm in (MINE, TANH)
        for row in remembers(setting, arm, 5)
        if not row[1]["judged"]
    ]
    study = judging({"cell": "mine:Cell", "against": ["tanh"], "in": [*SETTINGS]})
    verdicts, tests = judged_own(study, tables_of([*rows, *pilots]))
    longest = tests[tests["kind"].eq("condition")]
    assert longest["effect"].to_list() == pytest.approx([-0.7, -0.7])
    assert longest["outcome"].to_list() == ["fail", "fail"]
    assert verdicts["verdict"].item() == "supported with conditions"
    assert "solve the longest length" in verdicts["condition"].item()


def horizons(arm, values, moment="initial", **columns):
    own = {"moment": moment, "length": 80, "solved": True}
    return [
        ("gradients", group("recall-32", arm) | own | {"seed": seed, "gradient_horizon": value} | columns)
        for seed, value in enumerate(values)
    ]


def test_horizons_are_compared_by_the_ratio_of_their_means():
    ratio = HorizonRatio(Horizon("gradient_horizon", MINE), Horizon("gradient_horizon", TANH))
    own, other = [20.0, 22.0, 24.0, 22.0], [10.0, 11.0, 12.0, 11.0]
    found = ratio.find(Place(tables_of([*horizons(MINE, own), *horizons(TANH, other)]), "recall-32"))
    assert (found.effect.estimate, found.n, found.side) == (pytest.approx(2.0), 4, "no")
    low, high = math.log(2 / found.effect.low), math.log(found.effect.high / 2)
    half = 3.182446305 * np.std(other, ddof=1) / 2 / 11  # Student's, of each mean, relative
    wanted = [math.hypot(math.log(1 / (1 - half)), math.log(1 + half)) for _ in range(2)]
    assert [low, high] == pytest.approx(wanted)
    beyond = [Censored.at_least(80.0), *own[1:]]
    limit = ratio.find(Place(tables_of([*horizons(MINE, beyond), *horizons(TANH, other)]), "recall-32"))
    assert (limit.side, limit.effect.high) == ("right", math.inf)
    assert limit.effect.estimate == pytest.approx((80 + 22 + 24 + 22) / 44)
    both = ratio.find(Place(tables_of([*horizons(MINE, beyond), *horizons(TANH, beyond)]), "recall-32"))
    assert math.isnan(both.effect.estimate)
    assert (both.effect.low, both.effect.high) == (0.0, math.inf)


def test_decay_after_training_is_compared_at_the_longest_length_that_half_of_both_solve():
    def rows(arm, factor, solved):
        return [
            row
            for length, count in solved.items()
            for seed, (_, row) in enumerate(horizons(arm, [1.0] * 4, "final", length=length))
            for row in [("gradients", row | {"solved": seed < count, "decay_factor": factor[length] + 0.001 * seed})]
        ]

    ratio = LearntDecayRatio(*(LearntDecay("decay_factor", arm, "final") for arm in (MINE, TANH)))
    mine = rows(MINE, {5: 0.5, 10: 0.9, 20: 0.95}, {5: 4, 10: 4, 20: 4})
    tanh = rows(TANH, {5: 0.5, 10: 0.7, 20: 0.1}, {5: 4, 10: 2, 20: 1})
    found = ratio.find(Place(tables_of([*mine, *tanh]), "recall-32"))
    assert found.n == 2  # seeds that both have
    assert found.effect.estimate == pytest.approx(math.sqrt((0.1 / 0.3) * (0.099 / 0.299)))
    never = rows(TANH, {5: 0.5, 10: 0.7, 20: 0.1}, {5: 1, 10: 1, 20: 1})
    assert ratio.find(Place(tables_of([*mine, *never]), "recall-32")).n == 0


def test_the_claims_of_the_registry_come_out_the_same_beside_those_of_a_study():
    claims = claims_of(STUDY)
    assert claims.all == (*registered_claims(), CLAIM)
    assert claims.named("gru-similar") is claims.all[15]
    assert claims.test("gru-similar", "memory") is registered_test("gru-similar", "memory")
    assert claims.test(CLAIM.id, "memory-lstm").setting == "recall-32"
    assert [claim.id for claim in claims_asked(["flow"], claims)] == [claim.id for claim in claims_asked(["flow"])]
    assert claims_asked(["adding-32"], claims)[-1] == CLAIM
    digests, before = design_digests(STUDY), design_digests(judging())
    assert {name: digest for name, digest in digests.items() if name != CLAIM.id} == dict(before)


def test_a_study_lacks_nothing_for_the_cells_that_it_judges_but_pilots_where_it_has_none():
    claims = claims_of(STUDY)
    trained = {(each.name, *arm) for each in STUDY.experiments for arm in each.arms}
    assert CLAIM.id not in lacking_settings(trained, claims)
    assert lacking_settings(trained - {("adding-32", "mine:Cell", "none")}, claims)[CLAIM.id] == ["adding-32"]
    assert settings_without_pilots(trained, set(), claims)[CLAIM.id] == [*SETTINGS]
    assert unread_experiments([("mine", "mine:Cell", "none")], claims) == ["mine"]
    assert unread_experiments([("adding-32", "mine:Cell", "none")], claims) == []


def test_a_judged_cell_comes_out_the_same_from_the_rows_that_its_claim_rests_on():
    tables = study_of(40, 10, 10)
    rows = extract(CLAIM, tables)
    assert CLAIM.judge(EMPTY | rows)[0] == CLAIM.judge(tables)[0] == "supported"
    assert {*rows} >= {"networks"}
    assert set(rows["networks"]["experiment"]) == set(SETTINGS)


def test_shuffled_networks_of_a_judged_cell_do_not_support_the_claim():
    tables = study_of(40, 10, 10)
    runs = [
        ("runs", group(setting, arm) | {"first_seed": 0, "run": f"{setting} {arm}"})
        for setting in SETTINGS
        for arm in (MINE, TANH, LSTM)
    ]
    tables = tables | {"runs": tables_of(runs)["runs"]}
    found = control(CLAIM, tables, 20)
    assert CLAIM.is_supported(tables)
    assert found.shuffles == 20
    assert found.share <= 0.05


def test_the_words_of_judged_cells_fill_in_the_same_in_both_languages():
    polish, english = (read_words(PROSE / language / "evidence.json")["judged"] for language in ("pl", "en"))
    assert list(polish) == list(english)
    assert set(english) == {
        *("title", "quote", "lead", "explanation", "alt", "caption", "data", "subtitle", "x", "y", "nothing"),
        *("pass", "fail", "depends", "unclear"),
    }
    assert all(placeholders(polish[part]) == placeholders(english[part]) for part in english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_judged_cell_has_all_texts_with_its_name_and_theirs(language):
    texts = texts_of(STUDY)[language]
    own = [
        texts.title(CLAIM.id),
        texts.quote(CLAIM.id),
        texts.explanation(CLAIM.id),
        texts.of_figure(CLAIM.id, "caption"),
    ]
    assert all("mine:Cell" in text and "tanh" in text and "LSTM" in text for text in own)
    assert not any("{" in text for text in (*own, texts.lead(CLAIM.id), texts.of_figure(CLAIM.id, "alt")))
    assert texts.title("gru-similar") == texts_of(judging())[language].title("gru-similar")
    refuted = {
        "en": "If tanh networks remembered longer than networks of mine:Cell.",
        "pl": "Gdyby sieci tanh pamiętały dłużej niż sieci mine:Cell.",
    }
    assert texts.refuter(CLAIM.tests)[0] == refuted[language]


def test_a_remedy_is_judged_against_its_cell_without_one():
    study = judging({"cell": "lstm", "against": ["lstm", "gru"], "remedy": "chrono", "in": ["recall-32"]})
    (claim,) = own_claims(study)
    assert claim.id == "judged-lstm-chrono"
    assert claim.tests[0].evidence.arms == (Arm("lstm", "chrono"), LSTM)
    assert claim.tests[1].evidence.arms == (Arm("lstm", "chrono"), GRU)
    assert texts_of(study)["en"].quote(claim.id) == "LSTM + chrono remembers longer than LSTM and GRU."
