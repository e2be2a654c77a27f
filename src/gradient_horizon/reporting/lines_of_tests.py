"""The tests of a claim in three lines, alike questions as one, and how the claim fares in each setting."""

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.judge import deciding_row
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.texts import Explained
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import SIGNS
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Side

MOST_NAMED = 3
"""Of what was changed where conditions decide, a line names so much."""
LINES = 3
"""So many lines at most: the questions that decide, all others of the claim as stated, and the conditions."""


def lines_of_tests(wording: Wording, verdict: Verdict, tests: Sequence[TestRow]) -> list[dict[str, Any]]:
    """What a claim's tests said: a line per family of alike main questions, the one that decides first.

    Main questions are alike where they take the same kind of evidence and pass at the same values. Where there are
    more families than lines, all but the first share a line; conditions share the last.
    """
    mains = [row for row in tests if row["kind"] in ("main", "pooled")]
    conditions = [row for row in tests if row["kind"] == "condition"]
    families: dict[tuple[Any, ...], list[TestRow]] = {}
    for row in _deciding_first(wording, verdict, mains):
        families.setdefault(alike(wording, row), []).append(row)
    room = LINES - bool(conditions)
    shown = list(families.values())
    if len(shown) > room:
        shown, rest = shown[: room - 1], [row for family in shown[room - 1 :] for row in family]
    else:
        rest = []
    lines = [_family(wording, family) for family in shown]
    if rest:
        lines.append(_counted(wording, "other_questions", rest))
    if conditions:
        line = _counted(wording, "conditions", conditions)
        lines.append(line | {"text": line["text"] + _decisive(wording, verdict, mains, conditions)})
    return lines


def _decisive(wording: Wording, verdict: Verdict, mains: Sequence[TestRow], conditions: Sequence[TestRow]) -> str:
    """What was changed where a condition fails; or, of a claim that holds under a condition only, where one passes."""
    outcome = Outcome.PASS if verdict is Verdict.ONLY_IF else Outcome.FAIL
    asked = [wording.texts.claims.test(row["claim"], row["test"]).evidence.arms for row in mains]
    usual = {arm for arms in asked for arm in arms}, {row["setting"] for row in mains}
    changed = [_changed(wording, row, *usual) for row in conditions if row["outcome"] == outcome]
    names = list(dict.fromkeys(name for name in changed if name))
    if not names:
        return ""
    shown = [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
    return str(wording.words["lines"]["changed"][outcome.value].format(names="; ".join(shown)))


def _changed(wording: Wording, row: TestRow, arms: Container[Arm], settings: Container[str]) -> str:
    """The networks, and the setting, that no main test looks at."""
    evidence = wording.texts.claims.test(row["claim"], row["test"]).evidence
    others = [wording.network(arm.cell, arm.remedy) for arm in evidence.arms if arm not in arms]
    where = [wording.names.setting(row["setting"])] if row["setting"] and row["setting"] not in settings else []
    return ", ".join(dict.fromkeys([*others, *where]))


def outcomes_by_setting(wording: Wording, tests: Sequence[TestRow]) -> list[dict[str, str]]:
    """How a claim fares in each setting where it was asked: it fails where any question fails, holds where all do.

    Empty for a claim that was asked in one setting only.
    """
    outcomes: dict[str, set[str]] = {}
    for row in tests:
        if row["kind"] == "main" and row["setting"]:
            outcomes.setdefault(row["setting"], set()).add(row["outcome"] if not row["silence"] else Outcome.UNCLEAR)
    if len(outcomes) < 2:
        return []
    return [_dot(wording, wording.names.setting(name), _joint(found)) for name, found in outcomes.items()]


def _joint(outcomes: set[str]) -> Outcome:
    if Outcome.FAIL in outcomes:
        return Outcome.FAIL
    return Outcome.PASS if outcomes == {Outcome.PASS} else Outcome.UNCLEAR


def explained(wording: Wording, row: TestRow) -> Explained:
    """How a test was made in its setting, and which rows it reads."""
    test = replace(wording.texts.claims.test(row["claim"], row["test"]), setting=row["setting"])
    return wording.texts.explained(test, row)


def _deciding_first(wording: Wording, verdict: Verdict, mains: Sequence[TestRow]) -> list[TestRow]:
    if not mains:
        return []
    first = alike(wording, deciding_row(verdict, mains))
    return sorted(mains, key=lambda row: alike(wording, row) != first)


def alike(wording: Wording, row: TestRow) -> tuple[Any, ...]:
    """What tests have in common that ask the same of other networks or in another setting."""
    evidence = wording.texts.claims.test(row["claim"], row["test"]).evidence
    return evidence.words, row["threshold_low"], row["threshold_high"]


def _family(wording: Wording, rows: Sequence[TestRow]) -> dict[str, Any]:
    questions = {row["test"]: row for row in rows}
    region = wording.quantities.region_with_unit(rows[0]["threshold_low"], rows[0]["threshold_high"], rows[0]["unit"])
    return {
        "text": wording.texts.question_of(list(questions.values())),
        "estimate": _estimates(wording, rows, one=len(questions) == 1),
        "region": wording.words["lines"]["passes_at"].format(region=region),
        "detail": explained(wording, _whole(rows)).text,
        "dots": [_dot(wording, _place(wording, row), row["outcome"]) for row in rows if row["kind"] == "main"],
    }


def _whole(rows: Sequence[TestRow]) -> TestRow:
    """The row over all settings, where there are several."""
    return next((row for row in rows if row["kind"] == "pooled"), rows[0])


def _place(wording: Wording, row: TestRow) -> str:
    """What tells a test of a family from the others: its setting, or the question."""
    if row["setting"]:
        return wording.names.setting(row["setting"])
    return wording.texts.question(wording.texts.claims.test(row["claim"], row["test"]))


def _estimates(wording: Wording, rows: Sequence[TestRow], *, one: bool) -> str:
    """The estimate with its interval, over all settings where there are several; the range of several questions'."""
    measured = [row for row in rows if row["n"] > 0]
    known = [row for row in measured if row["effect"] == row["effect"]]
    if not known:
        return _nothing_known(wording, measured)
    quantities = wording.quantities
    if one:
        row = _whole(known)
        shown = SIGNS[Side(row["effect_censored"])] + quantities.estimate(row["effect"], row["unit"])
        interval = quantities.bracketed(row["effect_low"], row["effect_high"], row["unit"])
        return f"{shown} {interval}, {wording.words['networks_n'].format(n=wording.numbers.integer(row['n']))}"
    effects = sorted(row["effect"] for row in known)
    ends = list(dict.fromkeys(quantities.effect(end, known[0]["unit"]) for end in (effects[0], effects[-1])))
    range_of = quantities.interval(effects[0], effects[-1], known[0]["unit"]) if len(ends) > 1 else ends[0]
    counts = sorted({row["n"] for row in known})
    n = "–".join(wording.numbers.integer(count) for count in dict.fromkeys((counts[0], counts[-1])))
    return f"{range_of}, {wording.words['networks_n'].format(n=n)}"


def _nothing_known(wording: Wording, measured: Sequence[TestRow]) -> str:
    """Why there is no estimate: no runs, too few of them, or a setting that says nothing."""
    if not measured:
        return str(wording.words["not_run"])
    silence = _whole(measured)["silence"]
    return str(wording.words["silent"][silence] if silence else wording.words["too_few"])


def _counted(wording: Wording, key: str, rows: Sequence[TestRow]) -> dict[str, Any]:
    """Several questions in a line: how many pass, fail and stay unclear."""
    words = wording.words["lines"]
    asked = [row for row in rows if row["kind"] != "pooled"]
    counts = {each.value: sum(row["outcome"] == each for row in asked) for each in Outcome}
    said = [words["counts"][name].format(n=wording.numbers.integer(n)) for name, n in counts.items() if n]
    return {
        "text": words[key],
        "estimate": ", ".join(said),
        "region": "",
        "detail": "",
        "dots": [
            _dot(wording, wording.texts.question(wording.texts.claims.test(row["claim"], row["test"])), row["outcome"])
            for row in asked
        ],
    }


def _dot(wording: Wording, name: str, outcome: str) -> dict[str, str]:
    return {"name": name, "outcome": str(outcome), "word": wording.words["outcomes"][str(outcome)]}
