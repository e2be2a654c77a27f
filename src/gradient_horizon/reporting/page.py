"""The HTML page around the body that Typst made: head, slide, board, pictures, scripts, and what lies inert in it."""

import base64
import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import read_words
from gradient_horizon.live.bundle import bundle
from gradient_horizon.reporting.glossary import mark_terms
from gradient_horizon.reporting.live_words import live_words
from gradient_horizon.reporting.mathfont import math_font
from gradient_horizon.reporting.pictures import colours, font, inline

SCRIPTS = (
    "verdicts",
    "anchors",
    "tables",
    "picture_files",
    "tools",
    "networks",
    "narrow",
    "live",
    "glossary",
    "slide",
    "lecture",
)
"""The scripts of the page, in the order in which they run; each has names of its own."""
NEEDS = {"verdicts": "claims", "lecture": "claims", "slide": "slide"}
"""What a page must have for a script to run on it."""
SHARED_WORDS = ("sort", "language", "tools", "citation", "title", "filters", "live_start", "live_start_of", "your_run")
PLACE = re.compile(r'<div class="picture" data-figure="([\w-]+)"></div>')


def page(data: Mapping[str, Any], body: str, prose: Path, results: Path) -> str:
    """The page as text; raises ReportError, KeyError or jinja2's errors where a word, a file or a value is missing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(prose),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language = data["language"]
    words = json.loads((prose / language / "words.json").read_text(encoding="utf-8"))
    wide, narrow = (_drawn(results / "figures" / language, data, suffix) for suffix in ("", ".narrow"))
    drawn = [*wide.values(), *narrow.values()]
    body = mark_terms(body, read_words(prose / language / "glossary.json"))
    return environment.get_template("page/page.html.j2").render(
        **data,
        words=words,
        body=Markup(_with_pictures(body, data, wide)),
        other=next(each for each in LANGUAGES if each != language),
        chapters={"first": _chapters(body, "section", words), "appendix": _chapters(body, "details", words)},
        style=Markup(_style(prose) + colours(drawn) + font(drawn) + math_font(body)),
        script=Markup(_script(prose, {"claims": bool(data["claims"]), "slide": bool(data["slide"]["claims"])})),
        page_words={name: words[name] for name in SHARED_WORDS}
        | {
            "language": language,
            "commit": data["commit"],
            "day": data["date"],
            "source": words["source"].format(facts=data["facts"]),
            "names": data["names"],
        },
        narrow=packed(
            json.dumps({name: inline(svg, f"{name}-narrow", _alt(data, name)) for name, svg in narrow.items()})
        )
        if narrow
        else "",
        live=packed(bundle(prose / "live")),
        live_words={
            "words": live_words(prose, language),
            "data": json.loads((results / "live.json").read_text()),
        },
    )


def packed(text: str) -> str:
    """Text that lies in the page without being read: compressed, in base64, the same bytes every time."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)).decode("ascii")


def _drawn(folder: Path, data: Mapping[str, Any], suffix: str) -> dict[str, str]:
    files = {name: folder / f"{name}{suffix}.svg" for name in data["figures"]}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items() if file.exists()}


def _alt(data: Mapping[str, Any], name: str) -> str:
    return str(data["figures"][name]["alt"])


def _with_pictures(body: str, data: Mapping[str, Any], wide: Mapping[str, str]) -> str:
    def placed(place: re.Match[str]) -> str:
        name = place[1]
        return f'<div class="picture" data-figure="{name}">{inline(wide[name], name, _alt(data, name))}</div>'

    return PLACE.sub(placed, body)


def _chapters(body: str, element: str, words: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = re.findall(rf'<{element} id="([a-z-]+)" class="chapter">', body)
    return [(name, words["sections"][name]) for name in names]


def _style(prose: Path) -> str:
    first, *others = prose / "page" / "style.css", *sorted((prose / "page").glob("*.css"))
    files = [first, *(file for file in others if file != first), *sorted((prose / "live").glob("*.css"))]
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _script(prose: Path, has: Mapping[str, bool]) -> str:
    """The scripts that this page has what they need for, each in a block of its own, after what they share."""
    run = [name for name in SCRIPTS if name not in NEEDS or has[NEEDS[name]]]
    texts = {name: (prose / "page" / f"{name}.js").read_text(encoding="utf-8") for name in ("report", *run)}
    return texts["report"] + "".join(f"{{\n{texts[name]}}}\n" for name in run)
