"""The page on measures: formulas as in the report, and every function that measures networks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import typst

from gradient_horizon import registries
from gradient_horizon.documenting.markdown import code, page, paragraphs, plain, table
from gradient_horizon.errors import ReportError
from gradient_horizon.language.words import read_words
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE, OTHER_SHARES

FORMULAS = {
    "eq-product": "The gradient with respect to an earlier state is a product of one factor per step in between.",
    "eq-profile": "The gradient profile g, and the gradient horizon K: the largest lag at which so much of it is left.",
    "eq-power": "In a linear network the recurrent matrix enters as a power, which its eigenvalues give.",
    "eq-forget": "What the path through the cell state alone leaves of a gradient.",
}
"""Equations of `report/equations.typ` that measures rest on."""

ALONE = """\
#set page(width: auto, height: auto, margin: 2pt, fill: none)
#set text(size: 13pt)
#let lang = "en"
#let math-block(alt, body) = math.equation(block: true, body)
#let math-inline(alt, body) = math.equation(body)
"""
"""What stands in place of the layout of the report, so that an equation is set alone."""

INTRODUCTION = """\
Measures are taken of saved networks at three moments, before, half-way through and after training, in double
precision, on fresh sequences; so a new measure trains nothing again. Each is a function from networks to arrays with
named axes. The [tables](tables.md) say in which columns they end."""
EVIDENCE = """\
What the tests of [claims](claims.md) estimate from the tables, each over the seeds of an arm (a cell with a remedy).
Braces stand for the arms, lengths and factors of a test."""


def measures_page(package: Path, sources: Path) -> str:
    """The page; `sources` is the report's folder."""
    terms = read_words(sources / "en" / "glossary.json")
    evidence = read_words(sources / "en" / "evidence.json")["evidence"]
    return page(
        "Measures and their formulas",
        INTRODUCTION,
        "## Formulas",
        *(part for name, said in FORMULAS.items() for part in (said, formula(name, sources))),
        f"The gradient horizon is that of a share of {HORIZON_SHARE:g}; neighbouring levels are {_levels()}.",
        "## Terms",
        table(["term", "meaning"], [[f"**{plain(each['term'])}**", plain(each["text"])] for each in terms.values()]),
        "## Functions",
        *_functions(package / "measuring"),
        "## What tests estimate",
        EVIDENCE,
        table(["estimate", "what it is"], [[code(name), plain(each["statistic"])] for name, each in evidence.items()]),
    )


def _levels() -> str:
    return " and ".join(f"{share:g} ({code(column)})" for column, share in OTHER_SHARES.items())


def formula(name: str, sources: Path) -> str:
    """An equation of the report as an inline picture, with the words that a screen reader says."""
    text = (sources / "equations.typ").read_text(encoding="utf-8")
    said = re.search(rf'#let {name} = .*?en: "([^"]*)"', text, re.S)
    if said is None:
        raise ReportError(f"report/equations.typ must have the equation {name!r}")
    equations = re.sub(r"^#import .*$", "", text, flags=re.M)
    svg = typst.compile(f"{ALONE}{equations}\n#{name}".encode(), format="svg", ignore_system_fonts=True)
    assert isinstance(svg, bytes)
    drawn = re.sub(r"\s*\n\s*", " ", svg.decode()).replace("#000000", "currentColor")
    drawn = drawn.replace("<svg ", f'<svg role="img" aria-label="{said[1]}" ', 1)
    return f'<div class="formula">{drawn}</div>'


def _functions(folder: Path) -> Iterator[str]:
    asked = {locator.partition(":")[2] for locator in registries.MEASURES.values()}
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
        if file.name == "__init__.py" or not public:
            continue
        yield f"### {'.'.join(file.relative_to(folder).with_suffix('').parts)}"
        yield paragraphs(ast.get_docstring(tree) or "")
        yield table(
            ["function", "gives", "what it is"],
            [
                [
                    code(node.name) + (" (where an experiment asks for it)" if node.name in asked else ""),
                    code(ast.unparse(node.returns).replace('"', "'")) if node.returns else "",
                    paragraphs(ast.get_docstring(node) or "").replace("\n\n", " "),
                ]
                for node in public
            ],
        )
