from dataclasses import replace

import pytest
from published_rows import ROW, SPEC
from report_study import PROSE

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.language.numbers import NO_BREAK
from gradient_horizon.literature.compared import compared
from gradient_horizon.literature.kept import Kept
from gradient_horizon.literature.ours import Ours
from gradient_horizon.literature.rows import PublishedRow
from gradient_horizon.reporting.published import published_summary, published_table
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.intervals import UNKNOWN, Interval

OF_ADDING = {"measure": "solved", "experiment": "adding", "cell": "lstm", "length": 20}
NEVER = OF_ADDING | {"measure": "left"}
OTHERWISE = {"en": "fresh sequences", "pl": "nowe sekwencje"}
SIZE = {"measure": "parameters", "task": "adding", "cell": "tanh", "hidden_size": 128}
ROWS = tuple(
    PublishedRow.model_validate(ROW | changed)
    for changed in (
        {"ours": OF_ADDING, "differences": OTHERWISE},
        {"id": "longer", "cite": "arjovsky2016", "ours": OF_ADDING | {"length": 21}},
        {"id": "size", "unit": "parameters", "trials": None, "low": 9, "high": 11, "value": 10, "ours": SIZE},
        {
            "id": "never",
            "unit": "updates",
            "value": 10,
            "trials": None,
            "low": 9,
            "high": 11,
            "ours": OF_ADDING | {"measure": "left"},
        },
    )
)
KEPT = {
    "a-row": Kept(SPEC, 7.0, Ours(Interval(0.8, 0.4, 0.97), 5, 4)),
    "longer": Kept(replace(SPEC, length=21), 90.0),
    "never": Kept(SPEC, 7.0, Ours(UNKNOWN, 5, 0)),
}


def texts(language):
    wording = Wording(PROSE, language)
    table = compared(ROWS, KEPT, TESTS.frame([]))
    return [
        [cell["text"].replace(NO_BREAK, " ") for cell in row] for row in published_table(wording, ROWS, table)["rows"]
    ], published_summary(wording, table)


OURS = (
    "LSTM, 128 units, adding at T = 20; gradients clipped to a norm of 1; RMSprop at 0.001, 50 sequences per update, "
    "up to 900 updates"
)


def test_each_row_says_what_was_published_what_is_ours_and_whether_they_agree():
    rows, summary = texts("en")
    assert rows[0] == [
        "Pascanu 2013, figure 7 ",
        "100 %: fifty units",
        f"80 % [40 % to 97 %], n = 5: {OURS} (different: fresh sequences)",
        "agrees",
    ]
    assert rows[1][2:] == [
        f"not run, 90 minutes of a core: {OURS.replace('T = 20', 'T = 21')}",
        "not reproduced: budget",
    ]
    assert rows[2][2:] == ["16,897 parameters: counted, read-out included", "differs"]
    assert rows[3][2:] == [f"none of 5 networks gets there: {OURS}", "differs"]
    assert summary.startswith(
        "4 results of 2 publications: 1 agree with ours, 2 differ, 0 stay open, 1 were not reproduced for want"
    )


def test_in_polish_too():
    rows, summary = texts("pl")
    assert rows[0][0] == "Pascanu 2013, rys. 7 "
    assert rows[0][1] == "100%: pięćdziesiąt jednostek"
    assert rows[1][3] == "nie odtworzono: budżet"
    assert rows[1][2].startswith("nie uruchomiono, 90 min jednego rdzenia: LSTM")
    assert summary.startswith("Wyniki: 4, z 2 publikacji. Zgodne z naszymi: 1, różne: 2, otwarte: 0")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_looks_are_those_of_outcomes(language):
    table = published_table(Wording(PROSE, language), ROWS, compared(ROWS, KEPT, TESTS.frame([])))
    assert [row[3]["outcome"] for row in table["rows"]] == ["pass", "unclear", "fail", "fail"]
    assert [row[0]["cite"] for row in table["rows"]] == ["pascanu2013", "arjovsky2016", "pascanu2013", "pascanu2013"]
