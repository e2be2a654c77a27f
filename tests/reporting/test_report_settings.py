"""What the report shows of the settings that a claim is asked in."""

import math

import numpy as np
import pytest
from evidence_rows import pilots, success
from hand_made_tables import tables_of
from report_read import print_of, readable, text_of
from report_study import COMMIT, LANGUAGES, PROSE, html_of, pdf_of

from gradient_horizon.claims.arms import GRU, LSTM, TANH
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.language.spoken import Bound
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.wording import Wording

TRIED = (5, 10, 20, 40, 80)
"""Lengths of hand-made settings."""


def remembers(setting, arm, steps):
    """Ten networks that all solve every length up to a number of steps, and none a longer one; with pilots."""
    solved = {length: 10 if length <= steps else 0 for length in TRIED}
    return [*success(setting, arm, solved), *pilots(setting, arm)]


def gates(**steps):
    """Both gated cells remember the second number of steps, tanh the first, in each setting."""
    return [
        row
        for setting, (plain, gated) in steps.items()
        for arm, reach in ((TANH, plain), (LSTM, gated), (GRU, gated))
        for row in remembers(setting.replace("_", "-"), arm, reach)
    ]


def judged_on(results, rows, language="en"):
    """The report's data on the claim that gates cure vanishing, from hand-made rows, and the rows of its tests."""
    judge_all(tables_of(rows), PROSE, results / "claims")
    data = contents(results, PROSE, language, COMMIT)
    return data["claims"][GATES], data["tables"][f"tests-{GATES}"]["rows"]


GATES = "gates-cure-vanishing"
SILENT = {
    "en": ("all at the ceiling", "too few pilot networks solve it", "no runs", "no pilot networks"),
    "pl": (
        "wszystko na górnym krańcu",
        "rozwiązuje je zbyt mało sieci pilotażowych",
        "brak przebiegów",
        "brak sieci pilotażowych",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_setting_that_says_nothing_is_told_in_the_table_of_tests_with_its_reason(results, tmp_path, language):
    ceiling, nothing, no_runs, no_pilots = SILENT[language]
    rows = [
        *gates(recall_32=(80, 80), adding_32=(0, 0)),
        *(row for row in gates(recall_64=(20, 40)) if row[1]["judged"]),
    ]
    unsolved = [(name, row | {"status": "unsolved"} if row["experiment"] == "adding-32" else row) for name, row in rows]
    _, table = judged_on(results, unsolved, language)
    texts = Wording(PROSE, language).texts
    unclear = Wording(PROSE, language).words["outcomes"]["unclear"]
    question, main = table[0][0]["text"], table[0][6]["text"]
    rows_of_table = [[cell["text"] for cell in row] for row in table]
    found = [row for row in rows_of_table if (row[0], row[6]) == (question, main)]
    settings = [texts.setting(name) for name in ("recall-32", "adding-32", "recall-64")]
    assert [row[1] for row in found] == settings
    assert [row[2] for row in found] == [f"{unclear}: {reason}" for reason in (ceiling, nothing, no_pilots)]
    conditions = [row for row in rows_of_table if row[6] != main]
    assert {row[2] for row in conditions} == {f"{unclear}: {no_runs}"}
    for shown in (text_of(html_of(results, language)), print_of(pdf_of(results, language), tmp_path)):
        assert all(readable(f"{unclear}: {reason}") in shown for reason in SILENT[language])


@pytest.mark.parametrize(("language", "kind"), [("en", "all settings"), ("pl", "wszystkie układy")])
def test_a_question_of_several_settings_has_a_row_over_all_of_them(results, tmp_path, language, kind):
    rows = gates(recall_32=(10, 40), adding_32=(20, 40), recall_64=(10, 80))
    claim, table = judged_on(results, rows, language)
    whole = [row for row in table if row[6]["text"] == kind]
    assert len(whole) == 2
    for row in whole:
        assert row[1]["text"] == ""
        assert row[2]["outcome"] == "pass"
        question, main = row[0]["text"], table[0][6]["text"]
        same = [each for each in table if (each[0]["text"], each[6]["text"]) == (question, main)]
        alone = [float(each[3]["value"]) for each in same]
        assert len(alone) == 3
        assert float(row[3]["value"]) == pytest.approx(float(np.exp(np.mean(np.log(alone)))))
        assert row[3]["text"].split(" [")[0] in claim["numbers"] or row is not whole[0]
    assert kind in print_of(pdf_of(results, language), tmp_path)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "LSTMs and GRUs remember at least {limit} times as long as tanh networks"),
        ("pl", "sieci LSTM i GRU pamiętają co najmniej {limit} raza dłużej niż sieci tanh"),
    ],
)
def test_at_least_is_followed_by_the_lower_limit(results, tmp_path, language, said):
    claim, table = judged_on(results, gates(recall_32=(10, 80)), language)
    row = TESTS.load(results / "claims").set_index(["claim", "test", "setting"]).loc[GATES, "lstm", "recall-32"]
    assert row["effect"] == pytest.approx(80 / math.sqrt(10 * 20))
    assert row["effect"] / row["effect_low"] > 1.3
    assert float(table[0][3]["value"]) == pytest.approx(row["effect"])
    said = said.format(limit=Wording(PROSE, language).texts.spoken.number(row["effect_low"], Bound.AT_LEAST))
    assert said in readable(claim["condition"])
    assert said in text_of(html_of(results, language))
    assert said in print_of(pdf_of(results, language), tmp_path)
