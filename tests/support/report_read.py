"""What a page and a PDF of the report say to a reader."""

import html
import io
import re
import shutil
import subprocess
import unicodedata

import pikepdf
import pytest


def text_of(page):
    """What is to be read: tags dropped, spaces made equal."""
    visible = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return readable(html.unescape(re.sub(r"<[^>]+>", "", visible)))


def readable(text):
    """Letters without ligatures and the words of broken lines put together again."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)[-\u2010]\n(?=\w)", "", re.sub("\u00ad\n?", "", plain)))


def print_of(pdf, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (package poppler-utils) is not installed")
    (tmp_path / "report.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True)
    return readable(done.stdout)


def drawn_in(pdf):
    """All that is painted on the pages of a PDF, as operators."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.contents_coalesce()
        return b"\n".join(page.Contents.read_bytes() for page in document.pages).decode("latin-1")
