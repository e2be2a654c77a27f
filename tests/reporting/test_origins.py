"""Runs that were merged from other stores: what a report says of them, and of none where there are none."""

import json

import pytest
from report_study import PROSE, html_of, pdf_of

from gradient_horizon.reporting.origins import merged_sentence, origins_table
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.storage import write_json

FACTS = {
    "numpy": ["2.4.6"],
    "python": ["3.11.2", "3.12.1"],
    "system": ["Linux"],
    "architecture": ["x86_64"],
    "processor": ["haswell"],
}
OF = {"facts": FACTS, "days": ["2026-11-27"]}
HERE = {"store": "", "runs": 10, "facts": FACTS, "days": []}


@pytest.mark.parametrize(
    ("language", "runs", "said"),
    [
        ("en", 1, "Trained elsewhere and merged: 1\u00a0run of 11 (lab: 1)."),
        ("en", 2, "Trained elsewhere and merged: 2\u00a0runs of 12 (lab: 2)."),
        ("pl", 1, "Wykonano gdzie indziej i dołączono: 1\u00a0przebieg z 11 (lab: 1)."),
        ("pl", 3, "Wykonano gdzie indziej i dołączono: 3\u00a0przebiegi z 13 (lab: 3)."),
        ("pl", 5, "Wykonano gdzie indziej i dołączono: 5\u00a0przebiegów z 15 (lab: 5)."),
        ("pl", 22, "Wykonano gdzie indziej i dołączono: 22\u00a0przebiegi z 32 (lab: 22)."),
    ],
)
def test_the_number_of_merged_runs_stands_in_the_form_of_the_language(language, runs, said):
    assert merged_sentence(Wording(PROSE, language), [HERE, {"store": "lab", "runs": runs, **OF}]) == said


def test_every_store_is_named_with_its_runs():
    origins = [{"store": "../office", "runs": 1200, **OF}, {"store": "lab", "runs": 34, **OF}]
    said = merged_sentence(Wording(PROSE, "en"), origins)
    assert said == "Trained elsewhere and merged: 1,234\u00a0runs of 1,234 (../office: 1,200, lab: 34)."


def test_the_table_has_a_row_for_each_store_with_machine_and_versions():
    several = {"store": "lab", "runs": 34, "facts": FACTS, "days": ["2026-11-26", "2026-11-27"]}
    rows = origins_table(Wording(PROSE, "pl"), [HERE, several])["rows"]
    shown = [[cell["text"].replace("\u00a0", " ") for cell in row] for row in rows]
    machine = ["haswell", "Linux x86_64", "numpy 2.4.6, python 3.11.2 / 3.12.1"]
    assert shown == [
        ["ten magazyn", "10", *machine, "–"],
        ["lab", "34", *machine, "od 26 listopada 2026 do 27 listopada 2026"],
    ]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_page_and_print_name_the_stores_only_where_runs_were_merged(unchanged, results, language):
    before, printed = html_of(unchanged, language), pdf_of(unchanged, language)
    made_of = json.loads((results / "made_of.json").read_text())
    assert "origins" not in made_of
    write_json(results / "made_of.json", made_of | {"origins": [HERE, {"store": "the-laboratory", "runs": 2, **OF}]})
    page = html_of(results, language)
    assert (before.count("the-laboratory"), before.count('data-name="origins"')) == (0, 0)
    assert (page.count("the-laboratory"), page.count('data-name="origins"')) == (2, 1)
    assert pdf_of(results, language) != printed
