"""From the results of a study to its report: one HTML page and one PDF per language."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.reporting.interactive import specifications, vega_bundle
from gradient_horizon.reporting.mathfont import math_font
from gradient_horizon.reporting.wording import VERDICT_LOOKS
from gradient_horizon.storage import write


def build_page(results: Path, prose: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes the report as one HTML page; raises ReportError or KeyError where the data lack a value."""
    data = contents(results, prose, language, commit)
    figures = results / "figures" / language
    with typesetting.staged(prose, data, figures) as root:
        write(out, page(data, typesetting.body(root, language), prose, figures))


def build_pdf(results: Path, prose: Path, language: str, commit: Mapping[str, str], out: Path) -> None:
    """Writes the report as a PDF, with a substitute for characters that its fonts lack; raises as `build_page` does."""
    data = printable(contents(results, prose, language, commit))
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        write(out, typesetting.pdf(root, language))


def page(data: Mapping[str, Any], body: str, prose: Path, figures: Path) -> str:
    """The HTML page around the body that Typst made: head, masthead, verdicts, navigation, interactive figures."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(prose),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language = data["language"]
    words = json.loads((prose / language / "words.json").read_text(encoding="utf-8"))
    specs = specifications(figures)
    return environment.get_template("page.html.j2").render(
        **data,
        words=words,
        body=Markup(lean_pictures(body)),
        other=next(each for each in LANGUAGES if each != language),
        chapters=[(each, words["sections"][each]) for each in _chapters(body)],
        styles=[style for _, style in VERDICT_LOOKS.values()],
        style=Markup((prose / "style.css").read_text(encoding="utf-8") + math_font(body)),
        script=Markup((prose / "page.js").read_text(encoding="utf-8")),
        specs=specs,
        bundle=Markup(vega_bundle() if specs else ""),
    )


def _chapters(body: str) -> list[str]:
    return re.findall(r'<section id="([a-z-]+)" class="chapter">', body)


def lean_pictures(body: str) -> str:
    """A page with its SVG pictures as text, which is a quarter shorter than base64."""

    def as_text(picture: re.Match[str]) -> str:
        return f"data:image/svg+xml,{lean(base64.b64decode(picture[1]).decode('utf-8'))}"

    return re.sub(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", as_text, body)


def lean(picture: str) -> str:
    """An SVG for a data URL in double quotes, without anything that is neither drawn nor referred to."""
    drawn = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|(?<=>)\s+(?=<)", "", picture, flags=re.DOTALL)
    wanted = set(re.findall(r"#([\w.-]+)", drawn))
    drawn = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in wanted else "", drawn)
    drawn = re.sub(r'style="[^"]*"', lambda style: re.sub(r"([:;]) ", r"\1", style[0]), drawn)
    for sign in ("%", "#", "&"):
        drawn = drawn.replace(sign, quote(sign))
    return drawn.strip().replace("\n", " ").replace('"', quote('"') if "'" in drawn else "'")
