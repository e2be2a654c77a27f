from pathlib import Path

import pytest
from hand_made_tables import frame

from gradient_horizon.reporting.memory_tables import agreement_table, gradient_table, memory_table
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored

PROSE = Path(__file__).parents[2] / "report"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_agreement_table_names_the_network_that_two_definitions_rank_most_differently(language):
    wording = Wording(PROSE, language)
    pair = {"first": "gate_time", "second": "memory_horizon"}
    network = {"apart_experiment": "odd: name, here", "apart_cell": "lstm", "apart_remedy": "chrono"}
    rows = [
        pair | {"n": 9, "correlation": 0.5, "apart_first": 4.5, "apart_second": 20.0} | network,
        pair | {"second": "memory_capacity"},
    ]
    table = agreement_table(wording, frame("agreement", rows))
    told, without = (row[-1]["text"] for row in table["rows"])
    assert told == wording.words["apart"].format(
        network=wording.network("lstm", "chrono"),
        experiment="odd: name, here",
        first=wording.numbers.number(4.5),
        second=wording.numbers.number(20.0),
    )
    assert without == "–"


TANH = {"experiment": "recall-32", "task": "recall", "cell": "tanh", "remedy": "none", "length": 80, "n": 12}


def texts(table):
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_the_table_of_memories_has_the_length_of_measures_after_training_and_how_many_solved_it():
    trained = {"trained_length": 57, "solved": 4, "gradient_horizon_trained": Censored.at_least(56)}
    memories = [TANH | trained | {"memory_capacity": 1.25}, TANH | {"cell": "lstm", "gradient_horizon_initial": 6.75}]
    table = memory_table(Wording(PROSE, "en"), frame("memories", memories))
    lstm, tanh = texts(table)
    assert tanh == ["tanh", "80", "–", "57 (n = 4)", "≥\u00a056", "1.25", "–", "–", "–"]
    assert lstm == ["LSTM", "80", "6.75", "–", "–", "–", "–", "–", "–"]
    assert [cell.get("value") for cell in table["rows"][1]][3] == "57"


def test_the_table_of_gradients_has_both_horizons_and_the_signal_to_noise_by_lag_of_networks_before_training():
    horizons = {"gradient_horizon_initial": 7.25, "hidden_gradient_horizon_initial": 3.5}
    elsewhere = TANH | {"experiment": "recall-64"}
    means = [
        TANH | {"moment": moment, "networks": whose, "lag": lag, "signal_to_noise": factor * 0.5**lag}
        for moment, whose, factor in (("initial", "all", 2), ("final", "solved", 100))
        for lag in range(12)
    ]
    made = {"memories": frame("memories", [TANH | horizons, elsewhere]), "profile_means": frame("profile_means", means)}
    for language, row in (
        ("en", ["tanh", "80", "12", "7.25", "3.5", "2", "0.0625", "0.00195", "–", "–"]),
        ("pl", ["tanh", "80", "12", "7,25", "3,5", "2", "0,0625", "0,00195", "–", "–"]),
    ):
        assert texts(gradient_table(Wording(PROSE, language), made)) == [row]
