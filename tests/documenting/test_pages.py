"""The reference has all that is registered, and says it as the code does; links of the documentation lead somewhere."""

import re

import pytest
import yaml
from snippets import DOCS, PAGES
from tiny_study import ROOT

from gradient_horizon import errors, registries
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.documenting.claims import section
from gradient_horizon.documenting.config_keys import said
from gradient_horizon.documenting.markdown import plain, table
from gradient_horizon.documenting.parts import step_of
from gradient_horizon.documenting.results import rules
from gradient_horizon.documenting.write import pages
from gradient_horizon.errors import ReportError
from gradient_horizon.pipeline.steps import STEPS
from gradient_horizon.study.model import Settings, Study, json_schema
from gradient_horizon.tables.catalogue import TABLES

SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reference():
    return pages(ROOT)


def headings(text):
    return re.findall(r"^## `?(.*?)`?(?: \{#.*\})?$", text, re.M)


def test_every_name_of_the_registries_has_its_entry(reference):
    assert headings(reference["cells.md"]) == list(registries.CELLS)
    assert headings(reference["tasks.md"]) == list(registries.ALL_TASKS)
    assert headings(reference["changes.md"]) == list(registries.CHANGES)
    assert headings(reference["tables.md"]) == [*registries.TABLES, "verdicts", "tests"]
    assert re.findall(r"\{#([\w-]+)\}$", reference["claims.md"], re.M) == list(registries.CLAIMS)


def test_every_key_of_the_configuration_has_a_row_with_its_range_and_the_shipped_value(reference):
    rows = re.findall(r"^\| `(\w+)` \| (.*)$", reference["config.md"], re.M)
    keys = [key for key, _ in rows]
    assert set(Settings.model_fields) <= set(keys)
    assert {field.alias or name for name, field in Study.model_fields.items()} <= set(keys)
    (of_seeds,) = (rest for key, rest in rows if key == "seeds")
    assert of_seeds.startswith("whole number, at least 1, at most 10,000 | `12` |")
    (of_rates,) = (rest for key, rest in rows if key == "learning_rates")
    assert of_rates.startswith("list: number, above 0, at most 100, at least one | `[1e-3, 3e-3, 1e-2]` |")


def test_no_cell_of_a_table_is_empty_where_a_key_is_explained(reference):
    for line in re.findall(r"^\| `.*$", reference["config.md"], re.M):
        assert all(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]), line


def test_types_are_said_in_words():
    schema = json_schema()
    assert said({"type": "array", "items": {"type": "integer", "minimum": 2}, "minItems": 1}, schema) == (
        "list: whole number, at least 2, at least one"
    )
    assert said({"enum": sorted(registries.CELLS)}, schema) == "the name of a [cell](cells.md)"
    assert said({"anyOf": [{"type": "number"}, {"type": "null"}]}, schema) == "number or nothing"


def test_every_column_stands_in_its_table(reference):
    for name, schema in TABLES.items():
        part = reference["tables.md"].split(f"## `{name}`\n")[1].split("\n## ")[0]
        columns = re.findall(r"^\| `(\w+)` \|", part, re.M)
        assert columns == [column.name for column in schema.file_columns], name


def test_parameters_of_a_cell_are_counted(reference):
    entry = reference["cells.md"].split("## `lstm`\n")[1].split("\n## ")[0]
    assert f"**Parameters:** {4 * 32 * (32 + 10 + 1):,} ({4 * 32 * (32 + 10):,})" in entry
    assert "| `f` | h and x | keep |" in entry
    assert "c = sigmoid(f) * c + sigmoid(i) * tanh(g)" in entry


def test_a_step_stands_without_its_docstring_and_types():
    assert step_of(LSTM) == (
        "def step(self, i, f, o, g, h, c):\n"
        "    c = sigmoid(f) * c + sigmoid(i) * tanh(g)\n"
        "    return (sigmoid(o) * tanh(c), c)"
    )


def test_every_question_of_a_claim_stands_with_its_threshold(reference):
    for claim in registered_claims():
        part = reference["claims.md"].split(f"{{#{claim.id}}}\n")[1].split("\n## ")[0]
        asked = len({(test.id, test.kind) for test in claim.tests})
        assert len(re.findall(r"^\| (?:main|condition|mechanism|check) \|", part, re.M)) == asked, claim.id
        for name in claim.experiments:
            assert f"`{name}`" in part


def test_every_step_and_every_error_has_its_entry(reference):
    for step in STEPS:
        assert f"`{step.name}`" in reference["commands.md"]
    for name, of in vars(errors).items():
        if isinstance(of, type) and issubclass(of, Exception):
            assert f"| `{name}` |" in reference["messages.md"]


def test_every_folder_of_results_is_told(reference):
    outputs = [output for rule in rules(ROOT / "Snakefile") for output in rule.outputs]
    for folder in ("plan/study.json", "tables/", "claims/", "figures/LANGUAGE/", "report/LANGUAGE/report.html"):
        assert f"results/STUDY/{folder}" in outputs
    assert not [output for output in outputs if re.search("[{}*]", output)]
    assert all(f"`{output}`" in reference["results.md"] for output in outputs)


def test_formulas_are_drawn_in_the_colour_of_the_text_and_can_be_heard(reference):
    formulas = re.findall(r'<div class="formula">(.*?)</div>', reference["measures.md"])
    assert len(formulas) == 4
    for drawn in formulas:
        assert drawn.startswith('<svg role="img" aria-label="')
        assert 'fill="currentColor"' in drawn
        assert "#000" not in drawn


def test_the_statistics_are_those_of_the_report(reference):
    for words in ("(Wilson 1927)", "**Supported**", "**memory horizon**", "Half as much again, either way"):
        assert words in reference["verdicts.md"]
    assert not re.search(r"@\w|#\w+\(|~", reference["verdicts.md"])


def test_a_section_loses_the_paragraphs_that_a_study_decides():
    chapter = '== Rest\n  One *two* _three_ @wilson1927, in @table-x.\n\n  Of #val("n") runs.\n\n  - a~b\n  - c\n\n]\n'
    assert section(chapter, "Rest") == "One **two** *three* (Wilson 1927),.\n\n- a b\n- c"
    with pytest.raises(ReportError, match="a section 'Other'"):
        section(chapter, "Other")


def test_what_markdown_would_read_stays_text():
    assert plain("a_b *c* [d] `e_f`") == r"a\_b \*c\* \[d\] `e_f`"
    assert table(["x"], [["|a|"]]) == "| x |\n| --- |\n| \\|a\\| |"


def test_the_site_needs_no_network():
    assert SITE["theme"]["font"] is False
    assert SITE["use_directory_urls"] is False
    assert SITE["strict"] is True
    assert [name for name in SITE["plugins"] if name == "offline"]
    assert "repo_url" not in SITE  # the theme would ask for its stars
    for script in SITE["extra"]["polyfills"]:
        assert (DOCS / script).is_file()


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page(reference):
    def entries(part):
        values = [each for item in part for each in item.values()]
        return [name for value in values for name in (entries(value) if isinstance(value, list) else [value])]

    written = {str(page.relative_to(DOCS)) for page in DOCS.glob("*.md")} | {
        str(page.relative_to(DOCS)) for page in PAGES
    }
    assert set(entries(SITE["nav"])) == written | {f"reference/{name}" for name in reference}


def test_every_link_leads_to_a_page_and_a_heading(reference):
    texts = {f"reference/{name}": text for name, text in reference.items()}
    texts |= {str(page.relative_to(DOCS)): page.read_text(encoding="utf-8") for page in [*DOCS.glob("*.md"), *PAGES]}
    for name, text in texts.items():
        prose = re.sub(r"^```.*?^```$|`[^`\n]+`", "", text, flags=re.M | re.S)
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)", prose):
            place = (DOCS / name).parent / target if target else DOCS / name
            inside = place.resolve()
            page = str(inside.relative_to(DOCS)) if inside.is_relative_to(DOCS) else None
            assert page in texts or inside.exists(), f"{name}: {target}"
            if anchor and page in texts:
                assert anchor[1:] in anchors(texts[page]), f"{name}: {target}{anchor}"


def anchors(text):
    """The addresses of headings, as MkDocs makes them."""
    given = re.findall(r"\{#([\w-]+)\}$", text, re.M)
    plain_words = [re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in re.findall(r"^#+ (.*)$", text, re.M)]
    return {*given, *(re.sub(r"[-\s]+", "-", words) for words in plain_words)}
