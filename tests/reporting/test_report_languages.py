import json
import re
import shutil
import subprocess

import pytest
from numerals import numerals, placeholders
from report_study import COMMIT, LANGUAGES, PROSE, ROOT, give_verdict, make_study, pdf_of

from gradient_horizon import registries
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.literature.rows import read_rows, unread
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.study.files import read_yaml


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    results = make_study(tmp_path_factory.mktemp("study") / "results")
    give_verdict(results, Verdict.CONDITIONAL)
    return results


@pytest.fixture(scope="module")
def both(results):
    return {language: contents(results, PROSE, language, COMMIT) for language in LANGUAGES}


@pytest.fixture(scope="module")
def staged(results, both):
    """The prose of each language, ready for Typst to be asked."""
    folders = [typesetting.staged(PROSE, both[each], results / "figures" / each) for each in LANGUAGES]
    with folders[0] as english, folders[1] as polish:
        yield {"en": english, "pl": polish}


def words(language, name="words"):
    return json.loads((PROSE / language / f"{name}.json").read_text())


def keys(value, path=""):
    """Every key with the keys above it; forms of nouns count as one, since languages have different numbers of them."""
    if not isinstance(value, dict) or "other" in value:
        return {path}
    return {path} | {found for key, inner in value.items() for found in keys(inner, f"{path}/{key}")}


def test_both_languages_have_the_same_words():
    english, polish = (words(language) for language in LANGUAGES)
    assert keys(english) == keys(polish)


def test_both_languages_fill_the_same_values_into_their_words():
    def texts(value, path=""):
        if isinstance(value, str):
            return {path: placeholders(value)}
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return {key: found for name, inner in items for key, found in texts(inner, f"{path}/{name}").items()}

    english, polish = (texts(words(language)) for language in LANGUAGES)
    for path in english.keys() & polish.keys():
        assert english[path] == polish[path], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_its_prose(language):
    files = {file.stem for file in (PROSE / language / "claims").iterdir()}
    assert files == set(registries.CLAIMS)
    for name in files:
        prose = (PROSE / language / "claims" / f"{name}.typ").read_text()
        assert len(re.findall(r"@[a-z]+\d{4}", prose)) >= 1, name


def test_figures_have_both_languages_and_no_one_else():
    for language in LANGUAGES:
        texts = {file.stem: json.loads(file.read_text()) for file in (PROSE / language / "figures").iterdir()}
        assert set(texts) == set(registries.FIGURES)
        for each in texts.values():
            assert len(each["alt"]) > 30
            assert len(each["caption"]) > 30


def test_both_languages_show_the_same_claims_figures_and_numbers(both):
    english, polish = both["en"], both["pl"]
    assert list(english["claims"]) == list(polish["claims"])
    for name, claim in english["claims"].items():
        assert claim["verdict"]["style"] == polish["claims"][name]["verdict"]["style"]
        assert claim["figure"] == polish["claims"][name]["figure"]
        commands = [line.replace("/pl/", "/en/") for line in polish["claims"][name]["run_commands"]]
        assert claim["run_commands"] == commands
    assert english["figures"].keys() == polish["figures"].keys()
    assert english["values"].keys() == polish["values"].keys()
    assert english["tables"].keys() == polish["tables"].keys()
    for name, table in english["tables"].items():
        twin = polish["tables"][name]
        assert len(table["columns"]) == len(twin["columns"])
        values = [[[cell.get("value") for cell in row] for row in each["rows"]] for each in (table, twin)]
        assert values[0] == values[1], name
        for row, other in zip(table["rows"], twin["rows"], strict=True):
            assert [len(numerals(cell["text"])) for cell in row if "value" in cell] == [
                len(numerals(cell["text"])) for cell in other if "value" in cell
            ]


def test_polish_tables_have_decimal_commas(both):
    for table in both["pl"]["tables"].values():
        for row in table["rows"]:
            for cell in row:
                if "value" in cell:
                    assert not re.search(r"\d\.\d", cell["text"]), cell


def test_both_languages_cite_refer_and_use_values_alike(staged):
    def found(selector, field):
        return {language: typesetting.query(staged[language], language, selector, field) for language in LANGUAGES}

    for selector, field in (("ref", "target"), ("<val>", "value"), ("heading", "level")):
        both = found(selector, field)
        assert sorted(map(str, both["en"])) == sorted(map(str, both["pl"])), selector
        assert both["en"], selector


def test_all_that_is_in_the_bibliography_is_cited(staged):
    cited = {target.strip("<>") for target in typesetting.query(staged["en"], "en", "ref", "target")}
    known = set(re.findall(r"^@\w+\{(\w+),", (PROSE / "references.bib").read_text(), re.MULTILINE))
    published = {row.cite for row in read_rows(PROSE / "published.json")} | {*unread(PROSE / "published.json")}
    presets = [claim.id for claim in registered_claims() if claim.preset]  # shown by studies that ask them
    prose = "".join((PROSE / "en" / "claims" / f"{claim}.typ").read_text() for claim in presets)
    elsewhere = set(re.findall(r"@([a-z]+\d{4}\w*)", prose))
    assert published <= known
    assert known - cited - published - elsewhere == set()


def test_the_words_that_are_fixed():
    polish = words("pl")
    assert list(polish["verdicts"].values()) == [
        "potwierdzona",
        "potwierdzona warunkowo",
        "zależy od …",
        "prawdziwa tylko, gdy …",
        "obalona",
        "nierozstrzygnięta",
    ]
    prose = " ".join(file.read_text() for file in (PROSE / "pl").rglob("*.*"))
    for fixed in (
        "zanikający gradient",
        "horyzont gradientu",
        "horyzont pamięci",
        "współczynnik zaniku",
        "stan ukryty",
        "bramka zapominania",
        "promień spektralny",
        "przypominanie z opóźnieniem",
        "trywialny punkt odniesienia",
        "ziarna",
        "przebieg",
        "obserwacje cenzurowane",
    ):
        assert re.search(fixed[:-2], prose, re.IGNORECASE), fixed


def test_polish_letters_come_back_from_the_pdf(results, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (package poppler-utils) is not installed")
    (tmp_path / "report.pdf").write_bytes(pdf_of(results, "pl"))
    done = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True)
    assert set("ąćęłńóśźżŁŚ") <= set(done.stdout)
    for word in ("zanikających", "współczynnik", "przedział", "Ograniczenia", "źródło"):
        assert word in done.stdout
    assert Numbers("pl").number(0.5) in done.stdout
    info = subprocess.run(["pdfinfo", str(tmp_path / "report.pdf")], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", info)


def test_the_titles_of_shipped_studies_are_in_both_languages():
    files = [ROOT / "config.yaml", *(ROOT / "workflow" / "presets").glob("*.yaml")]
    titles = {read_yaml(file)["title"] for file in files}
    for language in LANGUAGES:
        assert set(words(language)["study_titles"]) == titles
