"""From the results of a study to its report: one HTML page and one PDF per language."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.interactive import specifications, vega_bundle
from gradient_horizon.reporting.mathfont import math_font
from gradient_horizon.reporting.wording import LANGUAGES, VERDICT_LOOKS
from gradient_horizon.storage import write


def build_report(results: Path, runs: Path, sources: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes report.html and report.pdf into a folder; what the data do not have stops the build."""
    data = contents(results, runs, sources, language, commit)
    figures = results / "figures" / language
    with typesetting.staged(sources, data, figures) as root:
        write(out / "report.html", page(data, typesetting.body(root, language), sources, figures))
        write(out / "report.pdf", typesetting.pdf(root, language))


def page(data: Mapping[str, Any], body: str, sources: Path, figures: Path) -> str:
    """The HTML page around the body that Typst made: head, masthead, verdict board, navigation, interactive figures."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sources),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language = data["language"]
    words = json.loads((sources / language / "words.json").read_text(encoding="utf-8"))
    specs = specifications(figures)
    return environment.get_template("page.html.j2").render(
        **data,
        words=words,
        body=Markup(body),
        other=next(each for each in LANGUAGES if each != language),
        chapters=[(each, words["sections"][each]) for each in _chapters(body)],
        styles=[style for _, style in VERDICT_LOOKS.values()],
        style=Markup((sources / "style.css").read_text(encoding="utf-8") + math_font(body)),
        script=Markup((sources / "page.js").read_text(encoding="utf-8")),
        specs=specs,
        bundle=Markup(vega_bundle() if specs else ""),
    )


def _chapters(body: str) -> list[str]:
    return re.findall(r'<section id="([a-z-]+)" class="chapter">', body)
