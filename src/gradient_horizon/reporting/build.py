"""From the results of a study to its report: one HTML page and one PDF per language."""

from collections.abc import Mapping
from pathlib import Path

from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.reporting.page import page
from gradient_horizon.storage import write


def build_page(results: Path, prose: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes the report as one HTML page; raises ReportError or KeyError where the data lack a value."""
    data = contents(results, prose, language, commit)
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        write(out, page(data, typesetting.body(root, language), prose, results))


def build_pdf(results: Path, prose: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes the report as a PDF, with a substitute for characters that its fonts lack; raises as `build_page` does."""
    data = printable(contents(results, prose, language, commit))
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        write(out, typesetting.pdf(root, language))
