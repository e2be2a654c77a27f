"""How much a reader of the rendered report has to load and to read."""

import gzip
import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "docs" / "sample"
LANGUAGES = ("en", "pl")
MOST_BYTES, MOST_COMPRESSED = 2_000_000, 600_000
MOST_WORDS, MOST_PAGES = 6_000, 16
FOLDED = r'<details class="(?:behind|explain)">'
NOT_READ = (
    r"<(svg|script|style|form)\b.*?</\1>",
    r'<p class="tools">.*?</p>',
    r'<span class="visually-hidden">.*?</span>',
)
"""Pictures, code and controls, and what only a screen reader says."""
APPENDIX = {"en": "Appendix", "pl": "Dodatek"}


def page_of(language):
    return (SAMPLE / language / "report.html").read_text(encoding="utf-8")


def unfolded(text):
    """A page without what is folded in it; folds hold folds."""
    while fold := re.search(FOLDED, text):
        depth, end = 0, fold.start()
        for tag in re.finditer(r"<(/?)details\b[^>]*>", text[fold.start() :]):
            depth += -1 if tag[1] else 1
            end = fold.start() + tag.end()
            if depth == 0:
                break
        text = text[: fold.start()] + text[end:]
    return text


def words_of_first_layers(page):
    text = unfolded(page[page.index('<main id="main">') : page.index('<details id="memory" class="chapter">')])
    for pattern in NOT_READ:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    return re.findall(r"\w[\w’'.,%-]*", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_small_with_all_that_computes(language):
    page = page_of(language).encode("utf-8")
    assert len(page) <= MOST_BYTES
    assert len(gzip.compress(page, compresslevel=9)) <= MOST_COMPRESSED


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_two_layers_are_short(language):
    words = words_of_first_layers(page_of(language))
    assert 3_000 < len(words) <= MOST_WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_appendix_begins_within_sixteen_pages(language):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (package poppler-utils) is not installed")
    command = ["pdftotext", str(SAMPLE / language / "report.pdf"), "-"]
    pages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")
    (first,) = [place for place, text in enumerate(pages, start=1) if APPENDIX[language] in text.splitlines()]
    assert first <= MOST_PAGES


def test_folds_are_found_with_what_they_hold():
    assert unfolded('a<details class="behind">b<details class="x">c</details>d</details>e') == "ae"
