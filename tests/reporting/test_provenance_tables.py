from pathlib import Path

import pytest
from study_results import tiny_study

from gradient_horizon.reporting.provenance_tables import provenance_tables
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.storage import write

PROSE = Path(__file__).parents[2] / "report"
BASE = {"task": "recall", "lengths": [10]}
EXPERIMENTS = (
    {"name": "crossed", "cells": ["tanh", "lstm"], "remedies": ["none", "orthogonal"]},
    {"name": "mapped", "cells": {"tanh": ["none", "orthogonal"], "lstm": ["chrono"]}},
    {"name": "measured", "cells": ["tanh"], "updates": 0},
)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_experiments_stand_with_their_arms_and_seeds_as_they_were_run(tmp_path, language):
    for file in ("study.json", "runs.csv"):
        write(tmp_path / "plan" / file, "")
    study = tiny_study(*(BASE | each for each in EXPERIMENTS), seeds=4, pilot_seeds=3)
    tables = provenance_tables(tmp_path, Wording(PROSE, language), study.model_dump(mode="json"), {})
    rows = [[cell["text"] for cell in row] for row in tables["experiments"]["rows"]]
    assert [row[2] for row in rows] == ["tanh, lstm", "tanh, lstm", "tanh"]
    assert [row[3] for row in rows] == ["none, orthogonal", "tanh: none, orthogonal; lstm: chrono", "none"]
    assert [row[5] for row in rows] == ["4 + 3", "4 + 3", "4 + 0"]
