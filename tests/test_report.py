import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from gradient_horizon.reporting.numbers import Numbers
from jinja2 import UndefinedError

from gradient_horizon import registries
from gradient_horizon.claims.base import Verdict
from gradient_horizon.claims.judge import TESTS, VERDICTS, judge_claims
from gradient_horizon.config import load_study
from gradient_horizon.config_files import read_yaml
from gradient_horizon.plan import expand
from gradient_horizon.reporting.build import render
from gradient_horizon.tables.contracts import TABLES

ROOT = Path(__file__).parents[1]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"></svg>'
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]


@pytest.fixture
def results(tmp_path):
    """A study of which no run is done, with placeholders for figures."""
    study = load_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "study.json").write_text(study.model_dump_json())
    runs = [spec.id for spec in expand(study)]
    (tmp_path / "plan" / "runs.txt").write_text("\n".join(runs))
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    for name, contract in TABLES.items():
        contract.save(empty[name], tmp_path / "tables")
    save_claims(tmp_path, *judge_claims(CLAIMS, empty))
    for name in registries.FIGURES:
        (tmp_path / "figures" / "en").mkdir(parents=True, exist_ok=True)
        (tmp_path / "figures" / "en" / f"{name}.svg").write_text(SVG)
    provenance = {"versions": {"torch": "9.9"}, "machine": {"system": "Some OS"}, "torch_threads": 1}
    for run in runs:
        (tmp_path / "runs" / run).mkdir(parents=True)
        (tmp_path / "runs" / run / "provenance.json").write_text(json.dumps(provenance))
    return tmp_path


def save_claims(results, verdicts, tests):
    VERDICTS.save(verdicts, results / "claims")
    TESTS.save(tests, results / "claims")


def page_of(results, sources=ROOT / "report"):
    return render(results, sources, "en", "c0ffee")


class Outline(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.headings, self.images, self.resources = [], set(), [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in {"meta", "img", "br", "link", "rect", "line", "circle", "polygon"}:
            self.open.append(tag)
        self.ids.add(given.get("id"))
        self.links += [given["href"]] if "href" in given else []
        self.resources += [given["src"]] if "src" in given else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.images += [given.get("alt", "")] if tag == "img" else []

    def handle_endtag(self, tag):
        if self.open and tag == self.open[-1]:
            self.open.pop()


@pytest.mark.parametrize("verdict", [verdict.value for verdict in Verdict])
def test_every_verdict_of_every_claim_renders_with_its_word_and_condition(results, verdict):
    verdicts = VERDICTS.load(results / "claims")
    verdicts["verdict"] = pd.array([verdict] * len(verdicts), dtype="string")
    verdicts["condition"] = pd.array([f"because {n};" for n in range(len(verdicts))], dtype="string")
    VERDICTS.save(verdicts, results / "claims")
    page = page_of(results)
    assert page.count(f"</span> {verdict}</span>") == 2 * len(CLAIMS)
    for n in range(len(CLAIMS)):
        assert page.count(f"because {n};") == 2


def test_a_number_changed_in_a_table_changes_in_the_page(results):
    tests = TESTS.load(results / "claims")
    assert "1.23 · 10⁻⁷" not in page_of(results)
    tests.loc[3, ["effect", "effect_low", "effect_high"]] = [1.234e-7, 1e-7, 2e-7]
    TESTS.save(tests, results / "claims")
    assert "1.23 · 10⁻⁷" in page_of(results)


def test_a_partial_study_is_announced_with_both_counts(results):
    expected = len((results / "plan" / "runs.txt").read_text().split())
    assert f"This report is partial: it rests on 0 of {expected} runs." in page_of(results)


def test_the_page_is_whole_and_asks_for_nothing_from_the_network(results):
    outline = Outline(page_of(results))
    assert outline.open == []
    assert outline.resources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in outline.resources)
    assert all(link.startswith("#") for link in outline.links)
    assert {link[1:] for link in outline.links} <= outline.ids
    assert {f"claim-{claim.id}" for claim in CLAIMS} <= outline.ids
    assert all(len(alt) > 30 for alt in outline.images)
    assert outline.headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(outline.headings, outline.headings[1:], strict=False))


def test_two_builds_are_the_same_bytes(results):
    assert page_of(results) == page_of(results)


def test_names_from_the_configuration_come_out_literally(results):
    study = json.loads((results / "plan" / "study.json").read_text())
    study["title"] = "<script>alert(1)</script> & $x_1$ #let"
    (results / "plan" / "study.json").write_text(json.dumps(study))
    page = page_of(results)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $x_1$ #let" in page


def test_a_missing_word_stops_the_build(results, tmp_path):
    sources = tmp_path / "sources"
    shutil.copytree(ROOT / "report", sources)
    strings = json.loads((sources / "en" / "strings.json").read_text())
    del strings["verdicts"]
    (sources / "en" / "strings.json").write_text(json.dumps(strings))
    with pytest.raises(UndefinedError, match="verdicts"):
        page_of(results, sources)


def test_provenance_names_versions_machine_and_commit(results):
    page = page_of(results)
    for fact in ("9.9", "Some OS", "c0ffee"):
        assert fact in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.123"),
        (1234.5, "1,234"),
        (-0.5, "−0.5"),
        (0.0, "0"),
        (2.5e-9, "2.5 · 10⁻⁹"),
        (float("inf"), "∞"),
        (float("nan"), "–"),
        (28.28, "28.3"),
    ],
)
def test_numbers_are_written_with_three_digits(value, text):
    assert Numbers("en").number(value) == text


def test_numbers_are_written_as_each_language_does():
    assert Numbers("pl").number(0.5) == "0,5"
