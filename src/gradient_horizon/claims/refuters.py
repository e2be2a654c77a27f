"""What would have refuted a claim, in one or two sentences, from the values at which its main tests pass."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gradient_horizon.claims.names import Names
from gradient_horizon.claims.question import Test
from gradient_horizon.language.words import words_in

MOST_WORDS = 30


def refuter(tests: Sequence[Test], names: Names, evidence: Mapping[str, Any], phrases: Mapping[str, Any]) -> list[str]:
    """A sentence for each family of alike main tests, for two at most; others are counted in the second.

    `evidence` has the words by evidence and, for main tests, by the reason for the values at which they pass. Raises
    ReportError where there are none.
    """
    alike: dict[object, list[Test]] = {}
    for test in {test.id: test for test in tests if test.kind == "main"}.values():
        alike.setdefault((test.evidence.words, test.region, test.evidence.arms[1:2]), []).append(test)
    families = list(alike.values())
    cases = [_case(family, names, evidence) for family in families[:2]]

    def also(told: Sequence[str], others: Sequence[Sequence[Test]]) -> str:
        left = sum(map(len, others))
        said = [names.numbers.form(left, phrases["more"]).format(n=left)] if others else []
        return str(phrases["also"].format(case=phrases["last"].join([*told, *said])))

    lines = [str(phrases["either"].format(case=case)) for case in cases[:1]]
    if len(cases) > 1:
        whole = also(cases[1:], families[2:])
        lines.append(whole if words_in(whole) <= MOST_WORDS else also([], families[1:]))
    return lines


def _case(tests: Sequence[Test], names: Names, evidence: Mapping[str, Any]) -> str:
    """The opposite of what alike tests ask."""
    test, arms = tests[0], tests[0].evidence.arms
    firsts = list(dict.fromkeys(each.evidence.arms[0] for each in tests if each.evidence.arms))
    first, second = names.compared(firsts, arms[1:2], last="or")
    return str(
        evidence[test.evidence.words]["refuted"][test.region.reason].format(
            **_thresholds(test, names),
            **{name: names.numbers.number(value) for name, value in test.evidence.details.items()},
            first=first,
            second=second,
            keeping=names.names.keeping_gate(arms[0].cell) if arms else "",
        )
    )


def _thresholds(test: Test, names: Names) -> dict[str, str]:
    """The ends of the values at which a test passes, as its texts may name them."""
    spoken, unit = names.spoken, test.evidence.unit
    ends = {"low": float(test.region.low), "high": float(test.region.high)}
    finite = {name: end for name, end in ends.items() if math.isfinite(end)}

    def say(end: float) -> str:
        if unit == "share":
            return spoken.shares([end])
        return spoken.points([end]) if unit == "share difference" else spoken.number(end)

    largest = max(map(abs, finite.values()))
    return {
        **{name: say(end) for name, end in finite.items()},
        **{f"{name}_share": spoken.shares([end]) for name, end in finite.items()},
        "margin": spoken.deviation([largest]),
        "size": spoken.number(largest),
    }
