import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from report_study import CLAIMS, COMMIT, PROSE, ROOT, give_verdict, html_of, make_study

from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.contents import contents

BROWSER = Path(__file__).parent / "browser"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
LACKING = [
    *([] if CHROMIUM else ["Chromium (Debian's package chromium)"]),
    *([] if shutil.which("node") else ["node"]),
    *([] if (BROWSER / "node_modules").is_dir() else ["axe-core and playwright-core (make browser)"]),
]

pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with numbers in its tests, and all figures."""
    folder = tmp_path_factory.mktemp("study")
    results = make_study(folder / "results")
    give_verdict(results, Verdict.CONDITIONAL)
    return results


@pytest.fixture(scope="module", params=["trial", "en", pytest.param("pl", marks=pytest.mark.long)])
def visit(request, study, tmp_path_factory):
    """A page of today's prose, and the rendered report of the repository in both languages."""
    file = ROOT / "docs" / "sample" / request.param / "report.html"
    if request.param == "trial":
        file = tmp_path_factory.mktemp("page") / "report.html"
        file.write_text(html_of(study, "pl"), encoding="utf-8")
    done = subprocess.run(
        ["node", str(BROWSER / "visit.mjs"), str(CHROMIUM), str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return request.param, json.loads(done.stdout)


def test_no_rule_of_accessibility_is_broken_at_any_width(visit):
    for name, view in visit[1]["views"].items():
        assert view["violations"] == [], name


def test_nothing_is_asked_of_the_network_and_no_script_fails(visit):
    assert visit[1]["errors"] == []
    for name, view in visit[1]["views"].items():
        assert view["requests"] == [], name


def test_no_page_is_wider_than_its_window(visit):
    for name, view in visit[1]["views"].items():
        assert view["overflow"] <= 0, name


def test_a_table_of_tests_needs_no_scrolling_to_the_side(visit):
    if visit[0] == "trial":
        assert visit[1]["views"]["phone"]["hidden"] <= 0
        assert visit[1]["views"]["light"]["hidden"] <= 0


def test_the_filter_shows_the_cards_of_one_verdict(visit):
    for button in visit[1]["filter"]:
        assert button["shown"] == button["promised"] > 0
        assert button["pressed"] == 1
        assert str(button["shown"]) in button["said"]


def test_every_column_of_every_table_sorts_both_ways_by_keyboard(visit):
    for table in visit[1]["tables"]:
        for column in table["sorted"]:
            assert column["state"] == "descending"
            assert sorted(column["ascending"]) == sorted(column["descending"])
            try:
                numbers = [float(value) for value in column["ascending"]]
            except ValueError:
                continue
            assert numbers == sorted(numbers), table["name"]
            assert [float(value) for value in column["descending"]] == sorted(numbers, reverse=True)


def test_tables_come_as_csv_with_plain_numbers(visit, study):
    page, found = visit
    for table in found["tables"]:
        rows = list(csv.reader(io.StringIO(table["csv"])))
        assert table["file"] == f"{table['name']}.csv"
        assert len(rows) == 1 + table["rows"]
        assert {len(row) for row in rows} == {table["columns"]}
    if page == "trial":
        tables = contents(study, PROSE, "pl", COMMIT)["tables"]
        assert {table["name"] for table in found["tables"]} == set(tables) - {"verdicts"}
        for table in found["tables"]:
            rows = list(csv.reader(io.StringIO(table["csv"])))
            behind = [[cell.get("value") for cell in row] for row in tables[table["name"]]["rows"]]
            if table["name"].startswith("tests-"):
                assert sorted(row[3] for row in rows[1:]) == sorted(row[3] for row in behind)


def test_details_open_and_cards_lead_to_their_claims(visit):
    assert visit[1]["details"]["open"] == visit[1]["details"]["all"] > 100
    assert visit[1]["card"]["hash"] == visit[1]["card"]["href"]


def test_without_javascript_pictures_and_verdicts_are_there(visit):
    assert visit[1]["withoutScript"]["pictures"] > 5
    assert visit[1]["withoutScript"]["cards"] == len(CLAIMS)
    assert visit[1]["withoutScript"]["filter"] == 0
