"""The poster, which is the report on one page, and the preview, the picture that a link to the report shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import StoredTables

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
    networks = len(StoredTables(results / "tables")["networks"])
    asked = tests["claim"].isin(data["claims"]) & (data["asks_all"] | tests["silence"].ne(Silence.NO_RUNS))
    counts = {"networks": networks, "settings": int(settings), "tests": int(asked.sum())}
    told = counted(data["slide"]["words"], Numbers(language), counts)
    return data | {"how-sure": " ".join(filter(None, (told, data["fresh"])))}


def counted(words: Mapping[str, Any], numbers: Numbers, counts: Mapping[str, int]) -> str:
    """Each number with the form of its noun: "1 setting"."""
    nouns = words["sure_nouns"]
    told = {name: numbers.form(n, nouns[name]).format(n=numbers.integer(n)) for name, n in counts.items()}
    return str(words["sure"].format(**told))
