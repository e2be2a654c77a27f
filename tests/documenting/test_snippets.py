"""Every block of code and every command of the documentation is run."""

import re
from typing import get_args

import pytest
from snippets import DOCS, PAGES, Reader, snippets

from gradient_horizon.remedies.base import Kind


def named(page):
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_a_page_says_can_be_done_is_done(page, tmp_path):
    Reader(tmp_path / "reader").follow(snippets(page))


@pytest.mark.long
@pytest.mark.parametrize("page", [page for page in PAGES if any(each.is_long for each in snippets(page))], ids=named)
def test_what_takes_long_is_done_too(page, tmp_path):
    Reader(tmp_path / "reader", has_time=True).follow(snippets(page))


def test_every_kind_of_a_change_is_listed_for_those_who_write_one():
    text = (DOCS / "howto" / "own-remedy.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z ]+)` \| ", text, re.M)[1:] == list(get_args(Kind))


def test_hardly_any_block_is_not_run():
    found = [snippet for page in PAGES for snippet in snippets(page)]
    left_out = [snippet.place for snippet in found if not snippet.is_run]
    assert len(found) >= 40
    assert len(left_out) <= 11, left_out


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```python\n1 / 0\n```\n", "ZeroDivisionError"),
        ("```python\nprint(2)\n```\n\n<!-- output -->\n```text\n3\n```\n", "prints\n2"),
        ("```yaml\ndefaults: {seeds: 0}\n```\n", "defaults.seeds: must be at least 1, got 0"),
        ("```sh\nmake nothing\n```\n", "no target 'nothing'"),
        ("```sh\ngradient_horizon nothing\n```\n", "SystemExit"),
        ("```sh\nsnakemake --configfile config.yaml nothing.yaml\n```\n", "there is no nothing.yaml"),
        ("```sh\nrm everything\n```\n", "no test knows how to run 'rm'"),
        ("```cobol\nSTOP RUN\n```\n", "'cobol' must be one of"),
    ],
)
def test_a_block_that_does_not_work_is_told_by_its_place(block, said, tmp_path):
    written = tmp_path / "mistaken.md"
    written.write_text(f"# A page\n\n{block}", encoding="utf-8")
    reader = Reader(tmp_path / "reader")
    with pytest.raises(AssertionError, match=re.escape(said)) as error:
        reader.follow(snippets(written))
    assert "mistaken.md:3" in str(error.value)
