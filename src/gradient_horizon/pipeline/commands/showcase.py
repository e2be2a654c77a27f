"""The rendered report in docs/, and README's picture and verdicts, copied from a finished study."""

import re
from pathlib import Path

from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.reporting.pictures import texts
from gradient_horizon.reporting.wording import Wording

BEGIN, END = "<!-- verdicts: begin -->", "<!-- verdicts: end -->"
PICTURE_BEGIN, PICTURE_END = "<!-- picture: begin -->", "<!-- picture: end -->"
PICTURE = "memory-map.svg"
SHOWN = ("report.html", "report.pdf", "poster.pdf", "preview.png")
TABLES = (VERDICTS, TESTS)
ABOUT = """# A rendered report

For those who only want to read: the report of the default study, in [English](en/report.pdf) and
[Polish](pl/report.pdf) as PDF, each with a poster ([English](en/poster.pdf), [Polish](pl/poster.pdf)), and as
`en/report.html` and `pl/report.html`, which need no network: download one and open it in a browser.

Made by `make sample` from: {facts}.
"""


def verdict_table(sample: Path, wording: Wording) -> str:
    """A Markdown table from verdicts.csv and tests.csv: a row per claim, its verdict and half a sentence on why."""
    verdicts, tests = (schema.load_csv(sample / f"{schema.name}.csv") for schema in TABLES)
    lines = ["| claim | verdict | what it rests on |", "|---|---|---|"]
    for row in verdicts.to_dict("records"):
        verdict = wording.verdict(row["verdict"])
        of_claim = tests[tests["claim"].eq(row["claim"])].to_dict("records")
        brief = wording.condition(row["verdict"], of_claim, brief=True)
        cells = (wording.texts.title(row["claim"]), f"**{verdict['word']}**", brief)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def write_showcase(*, results: Path, sources: Path, readme: Path) -> None:
    """Copies report, verdicts and picture of a finished study beside README, and puts the verdicts into it."""
    docs = readme.parent / "docs"
    sample = docs / "sample"
    for language in LANGUAGES:
        for name in SHOWN:
            _copy(results / "report" / language / name, sample / language / name)
    for file in (*(results / "claims" / f"{schema.name}.csv" for schema in TABLES), results / "durations.csv"):
        _copy(file, sample / file.name)
    _copy(results / "figures" / "en" / PICTURE, docs / PICTURE)
    page = (sample / "en" / "report.html").read_text(encoding="utf-8")
    _plain(sample / "README.md", ABOUT.format(facts=facts(page)))
    text = readme.read_text(encoding="utf-8")
    text = _between(text, PICTURE_BEGIN, PICTURE_END, picture(docs / PICTURE))
    _plain(readme, _between(text, BEGIN, END, verdict_table(sample, Wording(sources, "en"))))


def picture(file: Path) -> str:
    """A picture in Markdown, with what it shows as its words, and below it what is drawn."""
    title, subtitle = texts(file.read_text(encoding="utf-8"))
    return f"**{title}**\n\n![{title}](docs/{file.name})\n\n*{subtitle}*"


def facts(page: str) -> str:
    """The line of a report that names its study, preset, commit, day and runs."""
    line = re.search(r'<p class="facts">(.*?)</p>', page)
    return line[1] if line else "unknown"


def _between(text: str, begin: str, end: str, new: str) -> str:
    before, rest = text.split(begin)
    return f"{before}{begin}\n{new}\n{end}{rest.split(end)[1]}"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def _plain(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8")
