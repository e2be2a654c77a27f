"""The poster, which is the report on one page, and the preview, the picture that a link to the report shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.storage import write

PREVIEW_PPI = 144
"""With the page of preview.typ, 600 by 315 points, 1200 by 630 pixels."""


def build_poster(results: Path, prose: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes poster.pdf, poster.svg and preview.png into the folder `out`; raises as `build_page` does."""
    data = printable(poster_contents(results, prose, language, commit))
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        write(out / "poster.pdf", typesetting.pdf(root, language, "poster"))
        write(out / "poster.svg", typesetting.svg(root, language, "poster"))
        write(out / "preview.png", typesetting.png(root, language, "preview", ppi=PREVIEW_PPI))


def poster_contents(results: Path, prose: Path, language: str, commit: Mapping[str, str]) -> dict[str, Any]:
    """The report's data, and in `how-sure` what they rest on: networks, settings, tests, fresh seeds."""
    data = contents(results, prose, language, commit)
    tests = TESTS.load(results / "claims")
    settings = tests.loc[tests["silence"].eq("") & tests["setting"].ne(""), "setting"].nunique()
    counted = data["slide"]["words"]["sure"].format(settings=Numbers(language).integer(settings), **data["values"])
    return data | {"how-sure": " ".join(filter(None, (counted, data["fresh"])))}
