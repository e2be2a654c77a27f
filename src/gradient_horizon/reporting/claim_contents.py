"""What the report says of a claim: verdict, condition, the test that decides, doubts, how to run just this."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.sentence import one_stop
from gradient_horizon.claims.stability import Agreement
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.grid import estimate_cell
from gradient_horizon.reporting.strip import strip
from gradient_horizon.reporting.wording import COLOURS, Wording


class Doubt(NamedTuple):
    """A sentence on a verdict that differs between two disjoint halves of the seeds."""

    sentence: str
    contradicted: bool


def claim_contents(
    wording: Wording, row: Mapping[str, Any], tests: list[dict[str, Any]], unstable: Mapping[str, Doubt]
) -> dict[str, Any]:
    """All that the page and the PDF show of a claim, from its verdict and its tests."""
    words = wording.words
    verdict = wording.verdict(row["verdict"])
    deciding = _deciding(row["verdict"], tests)
    missing = sum(test["n"] == 0 for test in tests)
    notices = [words["without_runs"].format(missing=missing, tests=len(tests))] if missing else []
    doubt = unstable.get(row["claim"])
    notices += [doubt.sentence] if doubt and doubt.contradicted else []
    has_runs = bool(registries.load(registries.CLAIMS, "claim", row["claim"]).experiments)
    title = wording.texts.title(row["claim"])
    return {
        "id": row["claim"],
        "title": title,
        "section": row["section"],
        "group": words["groups"][row["section"]],
        "quote": wording.texts.quote(row["claim"]),
        "original": row["quote_pl"],
        "verdict": verdict,
        "condition": wording.condition(row["verdict"], tests),
        "brief": wording.condition(row["verdict"], first_of_each(tests)),
        "notices": notices,
        "remarks": [doubt.sentence] if doubt and not doubt.contradicted else [],
        "refuters": [
            one_stop(
                words["passes_at"].format(
                    question=wording.texts.test(test["claim"], test["test"]).question,
                    region=wording.quantities.region_with_unit(
                        test["threshold_low"], test["threshold_high"], test["unit"]
                    ),
                )
            )
            for test in tests
            if test["kind"] == "main"
        ],
        "figure": row["figure"],
        "strip": _strip(wording, deciding, COLOURS[verdict["style"]]),
        "strip_title": _strip_title(wording, deciding),
        "numbers": _numbers(wording, deciding),
        "run_note": words["run_note" if has_runs else "run_nothing"],
        "run_commands": [
            f".venv/bin/snakemake --cores 2 results/only/{row['claim']}/report/{wording.language}/report.html",
        ]
        if has_runs
        else [".venv/bin/python -m gradient_horizon powers --out powers.json"],
    }


def first_of_each(tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first test of each kind and outcome, for a short sentence."""
    firsts: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for test in tests:
        firsts.setdefault((test["kind"], test["outcome"], test["n"] == 0), test)
    return list(firsts.values())


def _deciding(verdict: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    """The test that made the verdict: the first main test that failed or stayed unclear, or just the first."""
    wanted = {Verdict.ONLY_IF: "fail", Verdict.REFUTED: "fail", Verdict.INCONCLUSIVE: "unclear"}.get(Verdict(verdict))
    candidates = [test for test in tests if test["kind"] == "main" and test["outcome"] == wanted]
    return (candidates or tests)[0]


def _strip(wording: Wording, test: Mapping[str, Any], colour: str) -> str:
    region = (test["threshold_low"], test["threshold_high"])
    effect = (test["effect"], test["effect_low"], test["effect_high"])
    return strip(*effect, region, colour, _strip_title(wording, test))


def _strip_title(wording: Wording, test: Mapping[str, Any]) -> str:
    return str(
        wording.words["strip"].format(
            statistic=wording.texts.test(test["claim"], test["test"]).statistic,
            estimate=wording.quantities.estimate(test["effect"], test["unit"]),
            interval=wording.quantities.interval(test["effect_low"], test["effect_high"], test["unit"]),
            region=wording.quantities.region_with_unit(test["threshold_low"], test["threshold_high"], test["unit"]),
        )
    )


def _numbers(wording: Wording, test: Mapping[str, Any]) -> str:
    if test["n"] == 0:
        return str(wording.words["not_run"])
    count = wording.words["networks_n"].format(n=wording.numbers.integer(test["n"]))
    return f"{estimate_cell(wording, test, 'effect', test['unit'])['text']}, {count}"


def doubts(stability: pd.DataFrame, wording: Wording) -> dict[str, Doubt]:
    """The claims whose verdict differs between two disjoint halves of the seeds."""
    return {
        row["claim"]: Doubt(
            wording.words[_doubt(row)].format(
                even=wording.verdict(row["verdict_even"])["word"],
                odd=wording.verdict(row["verdict_odd"])["word"],
                tests=row["contradicted"],
            ),
            row["agreement"] == Agreement.CONTRADICTED.value,
        )
        for row in stability.to_dict("records")
        if row["agreement"] != Agreement.SAME.value
    }


def _doubt(row: Mapping[str, Any]) -> str:
    if row["agreement"] == Agreement.CONTRADICTED.value:
        return "unstable"
    return "undecided_on_both" if row["verdict_even"] == row["verdict_odd"] else "undecided_on_half"


def stability_sentence(wording: Wording, stability: pd.DataFrame) -> str:
    """How many claims keep their verdict on disjoint halves of the seeds, and how many are contradicted."""
    count = Counter(stability["agreement"])
    sentence = "stability_contradicted" if count[Agreement.CONTRADICTED.value] else "stability"
    return str(
        wording.words[sentence].format(
            claims=wording.numbers.integer(len(stability)),
            same=wording.numbers.integer(count[Agreement.SAME.value]),
            undecided=wording.numbers.integer(count[Agreement.UNDECIDED.value]),
            contradicted=wording.numbers.integer(count[Agreement.CONTRADICTED.value]),
        )
    )
