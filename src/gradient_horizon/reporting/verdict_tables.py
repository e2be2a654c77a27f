"""Tables of verdicts, of the tests behind them, and of their stability between halves of the seeds."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.rows import rows_text
from gradient_horizon.reporting.grid import Cell, Column, cell, estimate_cell, grid, number_cell
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


def test_table(wording: Wording, claim: Mapping[str, Any], tests: pd.DataFrame) -> dict[str, Any]:
    """The tests of a claim, each with how it was measured and why its threshold."""
    words = wording.words
    columns = [
        Column("question", width=1),
        Column("outcome"),
        Column("estimate", number=True),
        Column("passes_at", number=True),
        Column("n", number=True),
        Column("kind"),
    ]
    asked = {test.id: test for test in registries.load(registries.CLAIMS, "claim", claim["id"]).tests}
    rows: list[list[Cell]] = []
    for test in tests[tests["claim"].eq(claim["id"])].to_dict("records"):
        texts = wording.texts.test(test["claim"], test["test"])
        detail = words["test_detail"].format(
            statistic=texts.statistic[:1].upper() + texts.statistic[1:],
            table=test["table"],
            rows=rows_text(asked[test["test"]], words["rows"]),
            why=texts.why,
        )
        region = wording.quantities.region(test["threshold_low"], test["threshold_high"], test["unit"])
        rows.append(
            [
                cell(texts.question, detail=detail),
                cell(words["outcomes"][test["outcome"]], outcome=test["outcome"]),
                estimate_cell(wording, test, "effect", test["unit"]),
                cell(region),
                number_cell(wording, test["n"]),
                cell(words["kinds"][test["kind"]]),
            ]
        )
    return grid(wording, "tests", columns, rows) | {"caption": words["captions"]["tests"].format(title=claim["title"])}


def stability_table(wording: Wording, claims: Mapping[str, Any], stability: pd.DataFrame) -> dict[str, Any]:
    """Verdicts on all seeds and on two disjoint halves of them."""
    columns = [
        Column("claim", width=1.3),
        *(Column(name, width=1) for name in ("all_seeds", "even", "odd", "agreement")),
    ]
    rows = [
        [
            cell(claims[row["claim"]]["title"], link=f"claim-{row['claim']}"),
            *(cell(wording.verdict(row[name])["word"]) for name in ("verdict", "verdict_even", "verdict_odd")),
            cell(wording.words["agreements"][row["agreement"]]),
        ]
        for row in stability.to_dict("records")
    ]
    return grid(wording, "stability", columns, rows)
