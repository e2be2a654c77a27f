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


def test_a_task_with_one_length_stands_with_that_length():
    study = tiny_study({"name": "pixels", "task": "digits", "cells": ["tanh"]})
    (row,) = provenance_tables(Wording(PROSE, "en"), study.model_dump(mode="json"), {})["experiments"]["rows"]
    assert row[4]["text"] == "64"


def test_what_a_machine_is_has_a_name_in_the_language_and_a_package_its_own():
    facts = {"processor": ["znver5"], "numpy": ["2.4.6"]}
    rows = provenance_tables(Wording(PROSE, "pl"), tiny_study(BASE | EXPERIMENTS[0]).model_dump(mode="json"), facts)[
        "provenance"
    ]["rows"]
    assert [[cell["text"] for cell in row] for row in rows] == [["procesor", "znver5"], ["numpy", "2.4.6"]]
