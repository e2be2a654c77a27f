import csv
import io
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from browser import NEEDS_BROWSER, driven
from report_read import readable
from report_study import CLAIMS, COMMIT, PROSE, ROOT, give_verdict, html_of, make_study

from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.contents import contents

pytestmark = NEEDS_BROWSER


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
    return request.param, driven("visit.mjs", file)


def test_no_rule_of_accessibility_is_broken_at_any_width(visit):
    for name, view in visit[1]["views"].items():
        assert view["violations"] == [], name


def test_nothing_is_asked_of_the_network_and_no_script_fails(visit):
    assert visit[1]["errors"] == []
    for name, view in visit[1]["views"].items():
        assert view["requests"] == [], name


def test_no_page_and_no_figure_is_wider_than_its_window(visit):
    for name, view in visit[1]["views"].items():
        assert view["overflow"] <= 0, name
        assert all(picture["beyond"] <= 0 for picture in view["pictures"]), name


def test_every_figure_is_seen_once_and_on_a_phone_as_it_was_drawn_for_it(visit):
    for name, view in visit[1]["views"].items():
        assert len(view["pictures"]) > 5
        assert {picture["shown"] for picture in view["pictures"]} == {1}, name
        assert {picture["narrow"] for picture in view["pictures"]} == {name == "phone"}


def test_a_page_on_its_own_has_no_link_that_leads_nowhere(visit):
    alone = visit[0] == "trial"
    for view in visit[1]["views"].values():
        outward = {link for link in view["links"] if not link.startswith("#")}
        assert bool(outward) != alone


def test_the_filter_shows_the_claims_of_one_verdict_and_the_address_says_which(visit):
    for button in visit[1]["filter"]:
        assert button["shown"] == button["claims"] == button["promised"] > 0
        assert button["pressed"] == 1
        assert str(button["shown"]) in button["said"]
        assert button["address"] == button["verdict"]


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


def test_tables_come_as_csv_with_plain_numbers_limits_and_ends_of_intervals(visit, study):
    page, found = visit
    for table in found["tables"]:
        rows = list(csv.DictReader(io.StringIO(table["csv"])))
        assert table["file"] == f"{table['name']}.csv"
        assert len(rows) == table["rows"]
    if page == "trial":
        tables = contents(study, PROSE, "pl", COMMIT)["tables"]
        empty = {name for name in ("trained",) if not tables[name]["rows"]}
        assert {table["name"] for table in found["tables"]} == set(tables) - {"verdicts"} - empty
        for table in found["tables"]:
            if not table["name"].startswith("tests-"):
                continue
            behind = [row[3] for row in tables[table["name"]]["rows"]]
            rows = list(csv.DictReader(io.StringIO(table["csv"])))
            for name in ("", "_low", "_high", "_censored"):
                key = name.removeprefix("_") or "value"
                assert sorted(row[f"estimate{name}"] for row in rows) == sorted(cell.get(key, "") for cell in behind)
            assert all(row["n"] for row in rows)


def test_figures_come_as_files_with_their_finding_and_their_source_inside(visit):
    for figure in visit[1]["figures"]:
        assert figure["link"] == f"#{figure['id']}"
        root = ElementTree.fromstring(figure["svg"]["text"])
        written = " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))
        for words in (figure["title"], figure["subtitle"]):
            assert readable(words).strip() in readable(written), figure["name"]
        assert "gradient-horizon" in written
        assert figure["id"] in written
        assert "var(" not in figure["svg"]["text"]
        assert (figure["svg"]["file"], figure["png"]["file"]) == (f"{figure['name']}.svg", f"{figure['name']}.png")
        assert figure["png"]["signature"] == "PNG"
        size = float(root.attrib["viewBox"].split()[2])
        assert figure["png"]["width"] == pytest.approx(2 * size, abs=2)


def test_a_claim_has_an_address_and_a_citation_with_its_verdict(visit):
    for claim in visit[1]["claims"]:
        assert claim["link"] == f"#{claim['id']}"
        assert claim["cited"] == claim["pasted"]
        assert f"#{claim['id']}" in claim["cited"]
        assert "gradient-horizon" in claim["cited"]


def test_a_card_leads_to_its_claim_and_an_address_opens_the_fold_it_lies_in(visit):
    assert visit[1]["card"]["hash"] == visit[1]["card"]["href"]
    assert visit[1]["fold"]


def test_a_choice_of_networks_fades_all_others_and_is_restored_by_the_address(visit):
    if visit[0] != "trial":
        assert set(visit[1]["choices"]) == {"cell", "remedy", "task"}
    for kind, choice in visit[1]["choices"].items():
        assert choice["before"]["faded"] >= choice["before"]["other"] >= 0
        assert f"{kind}={choice['value']}" in unquote(choice["address"]).replace("+", " ")
        assert choice["chosen"] == choice["value"]
        assert choice["after"] == choice["before"]


def test_without_javascript_slide_claims_and_pictures_are_there_and_no_control_is(visit):
    without = visit[1]["withoutScript"]
    assert without["pictures"] > 5
    assert without["cards"] == without["claims"] == len(CLAIMS)
    assert without["phrases"] >= sum(claim.section != "after the lecture" for claim in CLAIMS)
    assert without["controls"] == 0
