"""The pages on claims, and on how their verdicts are made, from the registry and the words of the report."""

import re
from collections.abc import Iterator
from pathlib import Path

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.texts import Texts
from gradient_horizon.documenting.markdown import code, listed, page, plain, table
from gradient_horizon.errors import ReportError
from gradient_horizon.language.quantities import Quantities
from gradient_horizon.language.words import read_words

INTRODUCTION = """\
Every claim that a study may judge, with its questions and the values at which a test passes; these were fixed before
the runs. [How verdicts are made](verdicts.md) says what the kinds of questions decide. Settings are experiments of
`config.yaml`; a claim is judged by every study that has their runs."""
VERDICTS = """\
From the texts that the report itself is made of. [Simulated studies](../simulated.md) with known truths say how often
the intervals cover them, how often noise is called an effect, and how often an effect is seen."""
SECTIONS = ("Learning", "Statistics", "Verdicts")
"""Sections of the report's chapter on methods that say how a verdict is made."""


def claims_page(sources: Path) -> str:
    """The page on claims; `sources` is the report's folder."""
    texts = Texts.read(sources, "en")
    return page("Claims", INTRODUCTION, *(part for claim in registered_claims() for part in _claim(claim, texts)))


def _claim(claim: Claim, texts: Texts) -> Iterator[str]:
    yield f"## {plain(texts.title(claim.id))} {{#{claim.id}}}"
    yield f"{code(claim.id)}, of the section *{claim.section}*: “{plain(texts.quote(claim.id))}”"
    yield plain(texts.lead(claim.id))
    yield table(
        ["kind", "question", "settings", "passes at", "because"],
        [_question(tests, texts) for tests in _alike(claim)],
    )
    if claim.experiments:
        yield f"It reads the experiments {listed(claim.experiments)}."
    if claim.preset:
        yield f"Its runs are in the preset `workflow/presets/{claim.preset}.yaml`."
    elif claim.experiments:
        alone = f"snakemake --cores 2 results/default/only/{claim.id}/report/en/report.html"
        yield f"Alone, with only the runs that it needs: {code(alone)}"


def _alike(claim: Claim) -> list[list[Test]]:
    """The tests of a claim, those together that ask the same in several settings."""
    names = dict.fromkeys((test.id, test.kind) for test in claim.tests)
    return [[test for test in claim.tests if (test.id, test.kind) == name] for name in names]


def _question(tests: list[Test], texts: Texts) -> list[str]:
    test = tests[0]
    settings = [f"{code(each.setting)}{' (if there)' if each.optional else ''}" for each in tests if each.setting]
    region = texts.quantities.region_with_unit(test.region.low, test.region.high, test.evidence.unit)
    question = f"{texts.question(test)} ({texts.statistic(test)})"
    return [test.kind, plain(question), ", ".join(settings) or "-", region, plain(texts.reason(test))]


def verdicts_page(sources: Path) -> str:
    """The page on how verdicts are made; `sources` is the report's folder."""
    rules = read_words(sources / "en" / "folders.json")["rules"]
    evidence = read_words(sources / "en" / "evidence.json")
    tests = [test for claim in registered_claims() for test in claim.tests]
    regions = dict.fromkeys((test.region, test.evidence.unit) for test in tests)
    quantities = Quantities(Texts.read(sources, "en").numbers, read_words(sources / "en" / "words.json"))
    chapter = (sources / "en" / "chapters.typ").read_text(encoding="utf-8")
    return page(
        "How verdicts are made",
        VERDICTS,
        "## The rules",
        "\n".join(f"- {plain(rule)}" for rule in rules),
        *(part for name in SECTIONS for part in (f"## {name}", section(chapter, name))),
        "## Thresholds",
        "Every range in which a test passes, with its reason.",
        table(
            ["passes at", "because"],
            [
                [quantities.region_with_unit(region.low, region.high, unit), plain(evidence["reasons"][region.reason])]
                for region, unit in regions
            ],
        ),
    )


def section(chapter: str, name: str) -> str:
    """A section of a chapter of the report as Markdown, without the paragraphs that name numbers of a study.

    Raises ReportError where there is no such section, or nothing of it is left.
    """
    found = re.search(rf"^ *== {name}\n(.*?)(?=^ *== |^\]$)", chapter, re.S | re.M)
    blocks = [_markdown(block) for block in found[1].strip("\n").split("\n\n")] if found else []
    if not any(blocks):
        raise ReportError(f"report/en/chapters.typ must have a section {name!r} with a paragraph that no study decides")
    return "\n\n".join(filter(None, blocks))


def _markdown(block: str) -> str:
    """A paragraph or list of the report; empty where it names numbers of a study."""
    text = re.sub(r" in @table-[\w-]+", "", block)
    if "#" in text or "@table" in text:
        return ""
    text = re.sub(r"@([a-z]+)(\d{4})\w*", lambda key: f"({key[1].capitalize()} {key[2]})", text)
    text = text.replace("~", " ").replace("*", "**")
    text = re.sub(r"(?<!\w)_(\w[^_]*)_(?!\w)", r"*\1*", text)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return ("\n" if lines[0].startswith("- ") else " ").join(lines)
