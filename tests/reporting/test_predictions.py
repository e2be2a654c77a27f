import math
from pathlib import Path

import pytest
from hand_made_tables import EMPTY, frame

from gradient_horizon.reporting.predictions import prediction_sentences, prediction_table
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.predictions import NAMES

PROSE = Path(__file__).parents[2] / "report"
NO_BREAK = "\u00a0"
BEST = {"n": 20, "settings": 3, "pairs": 190, "hidden": 19, "best": True, "ratio_least": 0.25, "ratio_most": 0.25} | {
    "correlation": 0.5,
    "correlation_low": 0.25,
    "correlation_high": 0.75,
}


def tables(best=None, others=None, tasks=("recall",), of_all=None):
    """Agreement of all measures, of which the Lyapunov exponent is the best, and three networks that it predicts."""
    rows = []
    scopes = [("all", ""), ("setting", ""), *(("task", task) for task in tasks)]
    for number, (scope, task) in enumerate(scopes):
        for name in NAMES:
            own = BEST | {"correlation": 0.5 + number / 10} if name == "lyapunov_exponent" else {"n": 5, "without": 15}
            given = (best if name == "lyapunov_exponent" else others) or {}
            rows.append({"predictor": name, "scope": scope, "task": task} | own | given | (of_all or {}))
    predictions = [
        {"experiment": "memory", "cell": cell, "remedy": remedy, "predictor": "lyapunov_exponent", "judged": True}
        | {"predicted_horizon": predicted, "memory_horizon": learnt, "factor": factor}
        for cell, remedy, predicted, learnt, factor in (
            ("tanh", "none", 10, 20, 2.0),
            ("lstm", "chrono", Censored.at_least(79), 10, 7.9),
            ("gru", "none", 5, Censored.at_least(80), 16.0),
            ("relu", "none", 4, 12, 3.0),
            ("linear", "none", 9, 9, 1.0),
        )
    ]
    made = {
        "prediction_agreement": frame("prediction_agreement", rows),
        "predictions": frame("predictions", predictions),
    }
    return EMPTY | made


def said(language="en", **given):
    return prediction_sentences(Wording(PROSE, language), tables(**given)).replace(NO_BREAK, " ")


def test_the_sentences_tell_the_correlation_with_its_interval_the_best_and_where_it_fails():
    assert said(of_all={"without": 0}) == (
        "Of the measures before training that order at least half of the pairs of networks that T50 orders, "
        "the Lyapunov exponent agrees best with it: Kendall’s rank correlation is 0.5 [0.25 to 0.75] (cells "
        "with remedies: 20, settings: 3; over pairs of one setting 0.6 [0.25 to 0.75]). Its interval lies "
        "above 0: how far a network will learn to remember is partly there before it has learnt anything. No "
        "other measure is clearly worse. Of all pairs, 10 % do not count, since a limit hides which of the "
        "two is longer. Median of predicted over learnt length: 0.25. It fails most over GRU (memory): 5 "
        "steps predicted, ≥ 80 learnt; LSTM + chrono (memory): ≥ 79 steps predicted, 10 learnt; ReLU "
        "(memory): 4 steps predicted, 12 learnt."
    )
    polish = said("pl", of_all={"without": 0})
    for told in ("0,5 [0,25; 0,75]", "wykładnik Lapunowa", "GRU (memory): przewidziane kroki: 5, wyuczone: ≥ 80"):
        assert told in polish


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"best": {"correlation_low": -0.2}},
            "Its interval does not lie above 0: that it predicts",
        ),
        ({"best": {"correlation_low": math.nan}}, "An interval cannot be given: there are too few cells"),
        ({"others": {"behind_low": 0.1}}, "Clearly worse over the same networks: gradient horizon (10 %), gradient"),
        ({"tasks": ("adding", "recall")}, "; adding alone 0.7 [0.25 to 0.75]; recall alone 0.8 [0.25 to 0.75])."),
        ({"best": {"ratio_most": math.inf}}, "Median of predicted over learnt length: ≥ 0.25."),
        ({"best": {"ratio_least": 0}}, "Median of predicted over learnt length: ≤ 0.25."),
        ({"best": {"ratio_most": 0.5}}, "Median of predicted over learnt length: 0.25 to 0.5."),
        ({}, "Not every measure speaks of every network: gradient horizon (10 %) of 5, "),
        ({"of_all": {"best": False}}, "In this study that cannot be said: too few of its networks were measured"),
    ],
)
def test_what_is_said_depends_on_what_was_found(given, told):
    assert told in said(**given)


def test_a_median_that_limits_hide_and_failures_that_there_are_not_are_not_told():
    assert "Median" not in said(best={"ratio_least": 0, "ratio_most": math.inf})
    made = tables()
    agreed = made | {"predictions": made["predictions"].assign(factor=1.0)}
    assert "fails" not in prediction_sentences(Wording(PROSE, "en"), agreed)


def test_a_study_without_tables_says_that_it_cannot_say():
    for language in ("en", "pl"):
        wording = Wording(PROSE, language)
        assert prediction_sentences(wording, EMPTY) == wording.words["predicted"]["nothing"]


def test_the_table_has_a_row_per_measure_that_speaks_of_a_network_the_best_first():
    apart = {"apart_cell": "gru", "apart_remedy": "none", "apart_experiment": "memory"}
    apart |= {"apart_predicted_horizon": Censored.exactly(5), "apart_memory_horizon": Censored.at_least(80)}
    made = tables(best=apart)["prediction_agreement"]
    made.loc[made["predictor"].eq("chi_1"), "n"] = 0
    rows = prediction_table(Wording(PROSE, "en"), made)["rows"]
    assert len(rows) == len(NAMES) - 1
    assert [cell["text"].replace(NO_BREAK, " ") for cell in rows[0]] == [
        "Lyapunov exponent",
        "20",
        "10 %",
        "0.5 [0.25 to 0.75]",
        "0.6 [0.25 to 0.75]",
        "0.25",
        "GRU (memory): 5 against ≥ 80",
    ]
    assert [cell["text"] for cell in rows[1]][2:] == ["–", "–", "–", "–", "–"]
