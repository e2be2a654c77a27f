from pathlib import Path

import pytest
from study_results import tiny_study

from gradient_horizon.reporting.provenance_tables import provenance_tables
from gradient_horizon.reporting.wording import Wording

PROSE = Path(__file__).parents[2] / "report"
BASE = {"task": "recall", "lengths": [10]}
EXPERIMENTS = (
    {"name": "crossed", "cells": ["tanh", "lstm"], "remedies": ["none", "orthogonal"]},
    {"name": "mapped", "cells": {"tanh": ["none", "orthogonal"], "lstm": ["chrono"]}},
    {"name": "measured", "cells": ["tanh"], "updates": 0},
)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_experiments_stand_with_their_arms_and_seeds_as_they_were_run(language):
    study = tiny_study(*(BASE | each for each in EXPERIMENTS), seeds=4, pilot_seeds=3)
    wording = Wording(PROSE, language)
    tables = provenance_tables(wording, study.model_dump(mode="json"), {})
    rows = [[cell["text"] for cell in row] for row in tables["experiments"]["rows"]]
    assert [row[2] for row in rows] == ["tanh, LSTM", "tanh, LSTM", "tanh"]
    orthogonal, chrono = wording.names.remedy("orthogonal"), wording.names.remedy("chrono")
    assert [row[3] for row in rows] == [f"–, {orthogonal}", f"tanh: –, {orthogonal}; LSTM: {chrono}", "–"]
    assert [row[5] for row in rows] == ["4 + 3", "4 + 3", "4 + 0"]
