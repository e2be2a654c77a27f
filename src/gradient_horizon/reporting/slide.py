"""The slide of the lecture, corrected: its text with every phrase that a claim judges, and what became of the claim.

The text is `report/LANGUAGE/slide.json`: sections of paragraphs, points, steps, equations and a table. Within a text,
`[phrase](claim)` is a phrase that a claim judges, `**words**` are strong, `^` raises and `_` lowers what follows, a
character or a group in braces.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.sentence import clause_in_setting
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.errors import ReportError, UnknownNameError
from gradient_horizon.language.words import read_words
from gradient_horizon.reporting.wording import VERDICT_LOOKS, Wording

AFTER_THE_LECTURE = "after the lecture"
"""The section of claims that the lecture does not make."""

_PHRASE = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_RUN = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|\^\{(?P<raised>[^}]*)\}|\^(?P<power>\w)|_\{(?P<lowered>[^}]*)\}|_(?P<index>\w)"
)
_STYLES = {"strong": "strong", "raised": "sup", "power": "sup", "lowered": "sub", "index": "sub"}

_COUNTER = {
    Verdict.CONDITIONAL: ("condition", Outcome.FAIL, "but"),
    Verdict.DEPENDS: ("main", Outcome.FAIL, "but"),
    Verdict.ONLY_IF: ("condition", Outcome.PASS, "but"),
    Verdict.REFUTED: ("main", Outcome.FAIL, "instead"),
}
"""Where what corrects a claim is found, by its verdict: the kind of test, its outcome, and the words before it."""


def slide(prose: Path, wording: Wording, claims: Mapping[str, Any], tests: pd.DataFrame) -> dict[str, Any]:
    """The slide in the language of `wording`: sections of blocks of spans, and what is said of each claim.

    A span has the claim that judges it, or "", and runs of one style. `claims` and `tests` are the claims' contents and
    the table of tests. Raises ReportError where a claim of the lecture has no phrase, or a phrase has an unknown claim.
    """
    text = read_words(prose / wording.language / "slide.json")
    shown = as_taught(prose, wording.language)
    phrases = list(_phrases(shown))
    judged = {
        name: _judged(wording, text["words"], claim, tests[tests["claim"].eq(name)].to_dict("records"))
        for name, claim in claims.items()
        if any(span["claim"] == name for span in phrases)
    }
    first: set[str] = set()
    for span in phrases:
        span["corrected"] = span["claim"] not in first and bool(judged.get(span["claim"], {}).get("correction"))
        first.add(span["claim"])
        if span["claim"] not in judged:
            span["claim"] = ""
    styles = [claim["verdict"]["style"] for claim in judged.values()]
    verdicts = [wording.verdict(verdict) for verdict in VERDICT_LOOKS]
    return shown | {
        "words": text["words"],
        "claims": judged,
        "verdicts": verdicts,
        "legend": [verdict for verdict in verdicts if verdict["style"] in styles],
    }


def as_taught(prose: Path, language: str) -> dict[str, Any]:
    """Title and sections of the slide; raises ReportError as `slide` does."""
    text = read_words(prose / language / "slide.json")
    shown = {
        "title": text["title"],
        "columns": [[_section(section) for section in column] for column in text["columns"]],
        "summary": _section(text["summary"]),
    }
    _check(f"report/{language}/slide.json", dict.fromkeys(span["claim"] for span in _phrases(shown)))
    return shown


def _judged(
    wording: Wording, words: Mapping[str, str], claim: Mapping[str, Any], tests: list[dict[str, Any]]
) -> dict[str, Any]:
    """What is said of a claim; `against` is what one test says against it as it stands, or "" where none does."""
    verdict = next(verdict for verdict, (_, style) in VERDICT_LOOKS.items() if style == claim["verdict"]["style"])
    kind, outcome, before = _COUNTER.get(verdict, ("", "", ""))
    found = [test for test in tests if test["kind"] == kind and test["outcome"] == outcome and not test["silence"]]
    against = clause_in_setting(found[0], wording.texts) if found else ""
    return {
        "title": claim["title"],
        "verdict": claim["verdict"],
        "line": claim["brief"],
        "number": claim["numbers"],
        "against": against,
        "correction": words[before].format(clause=against) if found else "",
    }


def _check(file: str, named: Mapping[str, Any]) -> None:
    for name in named:
        if name not in registries.CLAIMS:
            raise ReportError(f"{file}: {UnknownNameError('claim', name, registries.CLAIMS)}")
    for claim in registered_claims():
        if claim.section != AFTER_THE_LECTURE and claim.id not in named:
            raise ReportError(f"{file}: every claim of the lecture must have a phrase, got none for {claim.id!r}")


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": section["title"], "blocks": [_block(block) for block in section["blocks"]]}


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    match block["kind"]:
        case "paragraph" | "equation":
            parts: dict[str, Any] = {"text": spans(block["text"])}
        case "points" | "steps":
            parts = {"items": [spans(item) for item in block["items"]]}
        case "table":
            parts = {"head": list(block["head"]), "rows": [[spans(cell) for cell in row] for row in block["rows"]]}
        case kind:
            raise ReportError(
                f"a block of the slide must be a paragraph, an equation, points, steps or a table, got {kind!r}"
            )
    return {"kind": block["kind"]} | parts


def spans(text: str) -> list[dict[str, Any]]:
    """A text as spans, each with the claim that judges it ("" where none does) and runs of one style.

    >>> spans("W^t: [**short** memory](short-memory)")[1]["runs"]
    [{'text': 'short', 'style': 'strong'}, {'text': ' memory', 'style': ''}]
    """
    found: list[dict[str, Any]] = []
    end = 0
    for phrase in _PHRASE.finditer(text):
        found += [_span(text[end : phrase.start()], ""), _span(phrase[1], phrase[2])]
        end = phrase.end()
    return [span for span in (*found, _span(text[end:], "")) if span["runs"]]


def _span(text: str, claim: str) -> dict[str, Any]:
    runs, end = [], 0
    for run in _RUN.finditer(text):
        runs.append({"text": text[end : run.start()], "style": ""})
        name = str(run.lastgroup)
        runs.append({"text": run[name], "style": _STYLES[name]})
        end = run.end()
    runs.append({"text": text[end:], "style": ""})
    return {"claim": claim, "runs": [run for run in runs if run["text"]]}


def _phrases(shown: Any) -> Iterator[dict[str, Any]]:
    """All spans that a claim judges, in the order of the slide."""
    if isinstance(shown, list):
        for each in shown:
            yield from _phrases(each)
    elif isinstance(shown, dict):
        if shown.get("claim"):
            yield shown
        for each in shown.values():
            yield from _phrases(each)
