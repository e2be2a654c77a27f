"""The report's folder and the contents of a study typeset by Typst: the body of a page, or a PDF."""

import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pikepdf
import typst

from gradient_horizon.errors import ReportError
from gradient_horizon.reporting.webfont import font_folder

EXPECTED_WARNING = "html export is under active development"
PDF_STANDARDS = ["a-2a", "ua-1"]
FONTS = "fonts"
OF_FIGURES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf")
"""Files of the font of figures, whose texts Typst sets."""

pikepdf.settings.set_flate_compression_level(9)


@contextmanager
def staged(prose: Path, contents: Mapping[str, Any], figures: Path) -> Iterator[Path]:
    """A temporary folder with all that Typst reads: the report's own, data.json, the language's figures, their font."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "report"
        shutil.copytree(prose, root)
        shutil.copytree(figures, root / "figures", ignore=lambda _, names: [n for n in names if not n.endswith(".svg")])
        (root / FONTS).mkdir()
        for font in OF_FIGURES:
            shutil.copy(font_folder() / font, root / FONTS)
        (root / "data.json").write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
        yield root


def body(root: Path, language: str) -> str:
    """The content of the HTML body; raises ReportError where Typst warns or fails."""
    page = _compile(root, language, "html").decode()
    content = re.search(r"<body>(.*)</body>", page, re.S)
    if content is None:
        raise ReportError("Typst must write a body")
    return content[1]


def pdf(root: Path, language: str, document: str = "main") -> bytes:
    """The PDF: tagged, checked against PDF/A-2a and PDF/UA-1 by the compiler, its objects then packed into streams."""
    made = _compile(root, language, "pdf", document, pdf_standards=PDF_STANDARDS)
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        opened.save(
            packed,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )
    return packed.getvalue()


def svg(root: Path, language: str, document: str) -> bytes:
    """A document of one page as SVG."""
    return _compile(root, language, "svg", document)


def png(root: Path, language: str, document: str, *, ppi: float) -> bytes:
    """A document of one page as PNG, with so many pixels in an inch."""
    return _compile(root, language, "png", document, ppi=ppi)


def query(root: Path, language: str, selector: str, field: str) -> list[Any]:
    """A field of all elements that a selector finds in the PDF's document."""
    inputs = {"language": language, "format": "pdf"}
    values = typst.query(str(root / "main.typ"), selector, field=field, sys_inputs=inputs, **_fonts(root))
    return list(json.loads(values))


def _fonts(root: Path) -> dict[str, Any]:
    """The fonts that Typst knows: its own, and those in the folder."""
    return {"font_paths": [str(root / FONTS)], "ignore_system_fonts": True}


def _compile(
    root: Path, language: str, form: Literal["html", "pdf", "svg", "png"], document: str = "main", **options: Any
) -> bytes:
    try:
        made, warnings = typst.compile_with_warnings(
            str(root / f"{document}.typ"),
            format=form,
            sys_inputs={"language": language, "format": form},
            timestamp=0,
            **_fonts(root),
            **options,
        )
    except typst.TypstError as error:
        raise ReportError(f"{language} {form}: {error}\n{getattr(error, 'diagnostic', '')}") from error
    unexpected = [warning.message for warning in warnings if EXPECTED_WARNING not in warning.message]
    if unexpected:
        raise ReportError(f"{language} {form}: {unexpected}")
    if isinstance(made, list):
        raise ReportError(f"{language} {form}: {document}.typ must have one page, got {len(made)}")
    return bytes(made)
