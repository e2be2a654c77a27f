"""The report in one language, as a page, as a PDF or as a poster."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from gradient_horizon.reporting.build import build_page, build_pdf
from gradient_horizon.reporting.poster import build_poster
from gradient_horizon.storage import require_whole

Build = Callable[[Path, Path, str, Mapping[str, str], Path], None]


def make_page(*, results: Path, sources: Path, commit: str, language: str, out: Path) -> None:
    """Builds the report in one language as an HTML page."""
    _make(build_page, results, sources, commit, language, out)


def make_pdf(*, results: Path, sources: Path, commit: str, language: str, out: Path) -> None:
    """Builds the report in one language as a PDF."""
    _make(build_pdf, results, sources, commit, language, out)


def make_poster(*, results: Path, sources: Path, commit: str, language: str, out: Path) -> None:
    """Builds the poster in one language, as PDF and SVG, and the preview, into a folder."""
    _make(build_poster, results, sources, commit, language, out)


def _make(build: Build, results: Path, sources: Path, commit: str, language: str, out: Path) -> None:
    figures = results / "figures" / language
    require_whole(
        results / "plan" / "study.json",
        results / "plan" / "runs.csv",
        results / "made_of.json",
        *sorted((results / "tables").glob("*.parquet")),
        *sorted((results / "claims").glob("*.parquet")),
        *sorted(figures.glob("*.svg")),
        results / "live.json",
    )
    build(results, sources, language, json.loads(commit), out)
    print(f"the report is {out}", flush=True)
