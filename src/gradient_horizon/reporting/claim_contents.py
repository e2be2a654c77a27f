"""What the report says of a claim: verdict, what it rests on, the test that decides, how to run just this."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gradient_horizon.claims.fresh import Again
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.judge import deciding_row
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import SIGNS
from gradient_horizon.reporting.grid import estimate_cell
from gradient_horizon.reporting.lines_of_tests import lines_of_tests, outcomes_by_setting
from gradient_horizon.reporting.strip import strip
from gradient_horizon.reporting.wording import COLOURS, Wording
from gradient_horizon.statistics.censored import Side

DEFAULT = "default"
"""The name of the study of config.yaml alone."""


def claim_contents(
    wording: Wording,
    row: Mapping[str, Any],
    tests: list[dict[str, Any]],
    again: Again | None,
    study: str,
    *,
    every: bool = True,
) -> dict[str, Any]:
    """All that the page and the PDF show of a claim, from its verdict and its tests in a study of this name.

    With every test, or with those alone that the study has runs for.
    """
    words = wording.words
    verdict = wording.verdict(row["verdict"])
    asked = tests if every else [test for test in tests if test["silence"] != Silence.NO_RUNS]
    deciding = deciding_row(Verdict(row["verdict"]), asked)
    missing = sum(test["silence"] == Silence.NO_RUNS for test in asked)
    notices = [words["without_runs"].format(missing=missing, tests=len(tests))] if missing else []
    claims = wording.texts.claims
    trains = bool(claims.named(row["claim"]).experiments)
    title = wording.texts.title(row["claim"])
    own = {"explanation": wording.texts.explanation(row["claim"])} if claims.is_own(row["claim"]) else {}
    return {
        "id": row["claim"],
        "title": title,
        "section": row["section"],
        "group": words["groups"][row["section"]],
        "quote": wording.texts.quote(row["claim"]),
        "original": row["quote_pl"],
        "verdict": verdict,
        "condition": wording.condition(row["verdict"], tests),
        "brief": wording.condition(row["verdict"], tests, brief=True),
        "notices": notices,
        "has_runs": missing < len(asked),
        "fresh": "" if again is None else _on_fresh_seeds(wording, again),
        "lead": wording.texts.lead(row["claim"]),
        "refuters": wording.texts.refuter([claims.test(row["claim"], test["test"]) for test in asked]),
        "by_setting": outcomes_by_setting(wording, asked),
        "lines": lines_of_tests(wording, Verdict(row["verdict"]), asked),
        "figure": row["figure"],
        "strip": _strip(wording, deciding, COLOURS[verdict["style"]]),
        "strip_title": _strip_title(wording, deciding),
        "numbers": _numbers(wording, deciding),
        "run_note": words["run_note" if trains else "run_nothing"],
        "run_commands": [_command(study, row["claim"], wording.language) if trains else CHECKS],
        **own,
    }


def size_of_judged(wording: Wording, claim: str, runs: pd.DataFrame) -> str:
    """How many parameters the cell has that a study's own claim judges, over all its runs; empty without any."""
    arm = wording.texts.claims.named(claim).tests[0].evidence.arms[0]
    sizes = runs.loc[runs["cell"].eq(arm.cell) & runs["remedy"].eq(arm.remedy), "parameters"]
    if sizes.empty:
        return ""
    low, high = (wording.numbers.integer(int(end)) for end in (sizes.min(), sizes.max()))
    shown = low if low == high else wording.words["range"].format(low=low, high=high)
    return str(wording.words["size_of_own"].format(network=wording.network(arm.cell, arm.remedy), n=shown))


CHECKS = ".venv/bin/python -m gradient_horizon checks --out checks"


def _command(study: str, claim: str, language: str) -> str:
    """What runs a claim alone; a study of another configuration is taken from its plan."""
    options = "" if study == DEFAULT else f"--configfile results/{study}/plan/study.json -- "
    return f".venv/bin/snakemake --cores 2 {options}results/{study}/only/{claim}/report/{language}/report.html"


def _on_fresh_seeds(wording: Wording, again: Again) -> str:
    """What the same design gave on seeds that were never seen before."""
    words = wording.words["fresh"]
    said = words["said"].format(
        verdict=wording.verdict(again.verdict)["word"],
        agreeing=wording.numbers.integer(again.agreeing),
        decided=wording.numbers.integer(again.decided),
    )
    return f"{said} {words['changed'].format(tests=', '.join(again.changed))}" if again.changed else str(said)


def _strip(wording: Wording, test: Mapping[str, Any], colour: str) -> str:
    region = (test["threshold_low"], test["threshold_high"])
    effect = (test["effect"], test["effect_low"], test["effect_high"])
    return strip(*effect, region, colour, _strip_title(wording, test))


def _strip_title(wording: Wording, test: Mapping[str, Any]) -> str:
    return str(
        wording.words["strip"].format(
            statistic=wording.texts.statistic(wording.texts.claims.test(test["claim"], test["test"])),
            estimate=SIGNS[Side(test["effect_censored"])] + wording.quantities.estimate(test["effect"], test["unit"]),
            interval=wording.quantities.interval(test["effect_low"], test["effect_high"], test["unit"]),
            region=wording.quantities.region_with_unit(test["threshold_low"], test["threshold_high"], test["unit"]),
        )
    )


def _numbers(wording: Wording, test: Mapping[str, Any]) -> str:
    if test["n"] == 0:
        return str(wording.words["not_run"])
    count = wording.words["networks_n"].format(n=wording.numbers.integer(test["n"]))
    return f"{estimate_cell(wording, test, 'effect', test['unit'])['text']}, {count}"
