"""Tables of verdicts, and of the tests behind them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from gradient_horizon.claims.fresh import Again
from gradient_horizon.claims.informative import Silence
from gradient_horizon.reporting.grid import Cell, Column, cell, estimate_cell, grid, number_cell
from gradient_horizon.reporting.lines_of_tests import alike, explained
from gradient_horizon.reporting.wording import Wording


def verdict_table(wording: Wording, claims: Mapping[str, Any]) -> dict[str, Any]:
    """A row per claim: its verdict, and the test that decides it."""
    columns = [Column("claim", width=1.5), Column("verdict"), Column("deciding", width=1.75)]
    rows = [
        [
            cell(claim["title"], link=f"claim-{name}"),
            cell(claim["verdict"]["word"], verdict=claim["verdict"]),
            cell(claim["numbers"], strip=claim["strip"], alt=claim["strip_title"]),
        ]
        for name, claim in claims.items()
    ]
    return grid(wording, "verdicts", columns, rows)


def fresh_table(
    wording: Wording, claims: Mapping[str, Any], verdicts: pd.DataFrame, again: Mapping[str, Again]
) -> dict[str, Any]:
    """A row per claim whose design was run again on fresh seeds: both verdicts, and how many tests agree."""
    columns = [Column("claim", width=1.3), Column("verdict"), Column("fresh_verdict"), Column("decided", number=True)]
    columns += [Column("agreeing", number=True), Column("changed", width=1)]
    rows = [
        [
            cell(claims[name]["title"], link=f"claim-{name}"),
            cell(wording.verdict(verdict)["word"]),
            cell(wording.verdict(again[name].verdict)["word"]),
            number_cell(wording, again[name].decided),
            number_cell(wording, again[name].agreeing),
            cell(", ".join(again[name].changed)),
        ]
        for name, verdict in zip(verdicts["claim"], verdicts["verdict"], strict=True)
        if name in again
    ]
    return grid(wording, "fresh", columns, rows)


def fresh_summary(wording: Wording, verdicts: pd.DataFrame, again: Mapping[str, Again]) -> str:
    """How much of what was decided fresh seeds confirm; nothing without a second set of seeds."""
    if not again:
        return ""
    decided, agreeing, once = (
        sum(getattr(each, name) for each in again.values()) for name in ("decided", "agreeing", "decided_once")
    )
    given = dict(zip(verdicts["claim"], verdicts["verdict"], strict=True))
    counts = {
        "claims": len(again),
        "decided": decided,
        "agreeing": agreeing,
        "once": once,
        "same": sum(each.verdict == given[name] for name, each in again.items()),
    }
    shown = {name: wording.numbers.integer(count) for name, count in counts.items()}
    share = wording.numbers.share(agreeing / decided if decided else None)
    return str(wording.words["fresh"]["all"].format(**shown, share=share))


def test_table(wording: Wording, claim: Mapping[str, Any], tests: pd.DataFrame, *, every: bool) -> dict[str, Any]:
    """The tests of a claim, each with how it was measured and why its threshold: all, or those that have runs."""
    words = wording.words
    columns = [
        Column("question", width=2),
        Column("setting", width=1.1),
        Column("outcome", width=1),
        Column("estimate", number=True, width=1.3),
        Column("passes_at", number=True, width=0.95),
        Column("n", number=True, width=0.3),
        Column("kind", width=0.85),
    ]
    rows: list[list[Cell]] = []
    told: set[tuple[Any, ...]] = set()
    shown = tests["claim"].eq(claim["id"]) & (every | tests["silence"].ne(Silence.NO_RUNS))
    for row in tests[shown].to_dict("records"):
        test = replace(wording.texts.claims.test(row["claim"], row["test"]), setting=row["setting"])
        how = explained(wording, row)
        region = wording.quantities.region(row["threshold_low"], row["threshold_high"], row["unit"])
        rows.append(
            [
                cell(
                    wording.texts.question(test),
                    detail=how.text,
                    code_of_detail=how.code,
                    repeated=alike(wording, row) in told,
                ),
                cell(wording.names.setting(row["setting"]) if row["setting"] else ""),
                cell(_outcome(wording, row), outcome=row["outcome"]),
                estimate_cell(wording, row, "effect", row["unit"]),
                cell(region),
                number_cell(wording, row["n"]),
                cell(words["kinds"][row["kind"]]),
            ]
        )
        told.add(alike(wording, row))
    return grid(wording, "tests", columns, rows) | {"caption": words["captions"]["tests"].format(title=claim["title"])}


def _outcome(wording: Wording, row: Mapping[str, Any]) -> str:
    """How a test came out; why its setting says nothing, where it does not."""
    word = wording.words["outcomes"][row["outcome"]]
    return str(f"{word}: {wording.words['silent'][row['silence']]}" if row["silence"] else word)
