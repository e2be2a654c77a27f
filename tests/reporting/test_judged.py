"""The card of a judged cell: a group of its own before the lecture's claims, with figure, tests and words."""

import json

import pytest
from hand_made_tables import frame, tables_of
from judging import judging, remembers
from report_read import readable, text_of
from report_study import COMMIT, LANGUAGES, PROSE, SVG, html_of

from gradient_horizon.claims.arms import TANH, Arm
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.judged import claims_of
from gradient_horizon.reporting.claim_contents import size_of_judged
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.heading import Extent, heading, notices
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.storage import write

STUDY = judging({"cell": "mine:Cell", "against": ["tanh"], "in": ["recall-32"]})
NAME = "judged-mine-cell"


def judge(results, mine=40, tanh=10):
    """Lets the study judge a cell that remembers so many steps."""
    rows = [
        row for arm, steps in ((Arm("mine:Cell"), mine), (TANH, tanh)) for row in remembers("recall-32", arm, steps)
    ]
    runs = [("runs", {"run": "mine", "experiment": "recall-32"})]
    write(results / "plan" / "study.json", STUDY.model_dump_json())
    judge_all(tables_of([*rows, *runs]), PROSE, results / "claims", claims_of(STUDY))
    for language in LANGUAGES:
        for form in ("", ".narrow"):
            write(results / "figures" / language / f"{NAME}{form}.svg", SVG.format(n=1, name=NAME, empty=""))


def test_a_judged_cell_opens_the_claims_with_a_card_of_verdict_figure_tests_and_refuter(results):
    judge(results)
    data = contents(results, PROSE, "en", COMMIT)
    first, *others = data["groups"]
    assert first == {"id": "judged", "title": "Judged in this study", "claims": [NAME]}
    assert [group["id"] for group in others] == ["cause", "vanishing", "exploding", "gated-cells", "remedies"]
    assert NAME not in data["slide"]["claims"]
    card = data["claims"][NAME]
    assert card["quote"] == "mine:Cell remembers longer than tanh."
    assert card["verdict"]["style"] == "supported"
    assert "networks of mine:Cell remember 4 times as long as tanh networks" in card["brief"].replace("\xa0", " ")
    assert card["refuters"] == ["If tanh networks remembered longer than networks of mine:Cell."]
    assert card["figure"] == NAME
    assert NAME in data["figures"]
    assert len(card["lines"]) == 2
    assert "only/judged-mine-cell/report/en/report.html" in card["run_commands"][0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Trainable parameters of mine:Cell: 1,200 to 2,306."),
        ("pl", "Uczone parametry sieci mine:Cell: od 1200 do 2306."),
    ],
)
def test_the_size_of_a_judged_cell_is_told_where_it_has_runs(language, told):
    mine = {"cell": "mine:Cell", "remedy": "none"}
    runs = [mine | {"run": "one", "parameters": 2306}, mine | {"run": "two", "parameters": 1200}]
    table = frame("runs", [*runs, mine | {"cell": "tanh", "run": "three", "parameters": 7}])
    wording = Wording(PROSE, language, claims_of(STUDY))
    assert size_of_judged(wording, NAME, table).replace("\N{NO-BREAK SPACE}", " ") == told
    assert size_of_judged(wording, NAME, table[table["cell"].eq("tanh")]) == ""


def test_the_report_of_a_judged_cell_alone_is_that_of_a_claim():
    wording = Wording(PROSE, "en", claims_of(STUDY))
    study = STUDY.model_dump(mode="json") | {"title": "Mine"}
    assert heading(wording, study, NAME, asks_all=False)["title"] == "mine:Cell against tanh · Mine"
    (notice,) = notices(wording, study, NAME, Extent(9, 13, ()))
    assert "what the claim mine:Cell against tanh rests on, 9 of the study’s 13 runs" in notice


def test_a_figure_of_a_cell_that_is_no_longer_judged_is_left_out(results):
    judge(results)
    write(results / "plan" / "study.json", judging().model_dump_json())
    judge_all(tables_of([]), PROSE, results / "claims")
    assert NAME not in contents(results, PROSE, "en", COMMIT)["figures"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_card_with_its_words(results, language):
    judge(results)
    page = html_of(results, language)
    text = readable(text_of(page))
    title = {"en": "mine:Cell against tanh", "pl": "mine:Cell wobec tanh"}[language]
    words = json.loads((PROSE / language / "evidence.json").read_text(encoding="utf-8"))["judged"]
    assert f'id="claim-{NAME}"' in page
    assert title in text
    assert readable(words["explanation"].format(first="mine:Cell", others="tanh")) in text
    assert page.index(f'id="claim-{NAME}"') < page.index('id="claim-eigen-power"')


@pytest.mark.parametrize(
    ("language", "mine", "begins"),
    [
        ("en", 40, "mine:Cell against tanh: supported. It holds: "),
        ("en", 10, "mine:Cell against tanh: inconclusive. "),
        ("pl", 40, "mine:Cell wobec tanh: potwierdzona. "),
    ],
)
def test_the_answer_begins_with_what_the_judging_came_to_and_counts_only_the_lecture_s_claims(
    results, language, mine, begins
):
    judge(results, mine=mine)
    first, *others = contents(results, PROSE, language, COMMIT)["answer"]
    assert first.startswith(begins)
    assert "mine:Cell" in first.removeprefix(begins)
    assert not any("mine:Cell" in said for said in others)
