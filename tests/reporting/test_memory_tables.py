from pathlib import Path

import pytest
from hand_made_tables import frame

from gradient_horizon.reporting.memory_tables import agreement_table
from gradient_horizon.reporting.wording import Wording

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
