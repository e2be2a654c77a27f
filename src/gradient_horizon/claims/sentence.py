"""The sentence on what a verdict rests on, in any language, from the outcomes of the tests and their texts."""

import math
from collections.abc import Callable, Sequence
from itertools import groupby

from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.registered import registered_test
from gradient_horizon.claims.texts import TestRow, Texts
from gradient_horizon.claims.verdict import Verdict

BRIEFLY = 2
"""So many questions of each outcome are told by a short sentence, each in the first of its settings."""


def sentence(verdict: Verdict, tests: Sequence[TestRow], texts: Texts, *, brief: bool = False) -> str:
    """One sentence on what the verdict rests on, or its beginning; raises ReportError where a text is missing."""
    phrases = texts.words["phrases"]
    mains = [test for test in tests if test["kind"] == "main" and not test["silence"]]
    conditions = [test for test in tests if test["kind"] == "condition" and not test["silence"]]

    def all_or_some(given: Sequence[TestRow]) -> str:
        first_of_each = {test["test"]: test for test in reversed(given)}
        some = [test for test in given if test is first_of_each[test["test"]]][:BRIEFLY]
        return _clauses(some if brief else given, texts)

    def said(given: Sequence[TestRow], outcome: Outcome) -> str:
        return all_or_some([test for test in given if test["outcome"] == outcome])

    match verdict:
        case Verdict.SUPPORTED | Verdict.CONDITIONAL:
            holds = phrases["holds"].format(
                clear=_clear(mains, Outcome.PASS, texts), clauses=all_or_some(_of_mains(tests))
            )
            failed = said(conditions, Outcome.FAIL)
            text = f"{holds} {phrases['but'].format(clauses=failed)}" if verdict is Verdict.CONDITIONAL else holds
        case Verdict.DEPENDS:
            passing, failing = (
                [test for test in mains if test["outcome"] == outcome] for outcome in (Outcome.PASS, Outcome.FAIL)
            )
            asked = [{test["test"] for test in given} for given in (passing, failing)]
            text = phrases["depends_on_setting" if asked[0] & asked[1] else "depends_on_question"].format(
                clauses=said(passing, Outcome.PASS), others=said(failing, Outcome.FAIL)
            )
        case Verdict.ONLY_IF | Verdict.REFUTED:
            fails = phrases["fails"].format(clear=_clear(mains, Outcome.FAIL, texts), clauses=said(mains, Outcome.FAIL))
            passed = said(conditions, Outcome.PASS)
            text = f"{fails} {phrases['but'].format(clauses=passed)}" if verdict is Verdict.ONLY_IF else fails
        case Verdict.INCONCLUSIVE:
            decided = [test for test in mains if test["outcome"] != Outcome.UNCLEAR]
            clear = phrases["clear_is"].format(clauses=all_or_some(decided)) if decided else ""
            text = _undecided(tests, texts) + clear
    return one_stop(text)


def clause(test: TestRow, texts: Texts) -> str:
    """What a test says of its claim."""
    return texts.clause(registered_test(test["claim"], test["test"]), test)


def one_stop(text: str) -> str:
    """A text in which a full stop that follows an abbreviation is not doubled."""
    return text.replace("..", ".")


def _of_mains(tests: Sequence[TestRow]) -> list[TestRow]:
    """The row of each main question: over all its settings, where it was asked in several."""
    pooled = {test["test"]: test for test in tests if test["kind"] == "pooled"}
    mains = {test["test"]: test for test in tests if test["kind"] == "main" and not test["silence"]}
    return [pooled.get(name, test) for name, test in mains.items()]


def _clear(mains: Sequence[TestRow], outcome: Outcome, texts: Texts) -> str:
    """In how many settings a verdict is clear; nothing, where every question was asked in one.

    A claim holds clearly in a setting where every question passes, and fails clearly where any fails.
    """
    if len(mains) == len({test["test"] for test in mains}):
        return ""
    all_or_any = all if outcome is Outcome.PASS else any
    settings: dict[str, list[bool]] = {}
    for test in mains:
        settings.setdefault(test["setting"], []).append(test["outcome"] == outcome)
    clear = sum(map(all_or_any, settings.values()))
    return str(
        texts.words["phrases"]["clear"].format(
            clear=texts.numbers.integer(clear), settings=texts.numbers.integer(len(settings))
        )
    )


def _clauses(tests: Sequence[TestRow], texts: Texts) -> str:
    """What tests say, one after the other, with a setting behind the last clause that belongs to it."""
    phrases = texts.words["phrases"]
    clauses = []
    for setting, given in groupby(tests, lambda test: str(test["setting"])):
        said = [clause(test, texts) for test in given]
        if setting:
            name = texts.setting(setting)
            said[-1] += f" ({name if len(said) == 1 else phrases['each_in'].format(setting=name)})"
        clauses += said
    last = str(phrases["last"])
    return last.join(part for part in ("; ".join(clauses[:-1]), *clauses[-1:]) if part)


def _undecided(tests: Sequence[TestRow], texts: Texts) -> str:
    phrases = texts.words["phrases"]
    mains = [test for test in tests if test["kind"] == "main"]
    informative = [test for test in mains if not test["silence"]]
    if not informative:
        reasons = _each_once(mains, lambda test: str(phrases["silences"][test["silence"] or Silence.NO_RUNS]))
        return str(phrases["nothing_said"].format(reasons=" ".join(reasons)))
    answered = {test["test"] for test in informative}
    undecided = [
        *(test for test in informative if test["outcome"] == Outcome.UNCLEAR),
        *(test for test in mains if test["test"] not in answered),
    ] or informative
    questions = _each_once(undecided, lambda test: texts.question(registered_test(test["claim"], test["test"])))
    needed = [test["networks_needed"] for test in undecided]
    if any(math.isnan(each) for each in needed):
        return str(phrases["undecided"].format(questions=" ".join(questions)))
    return str(
        phrases["undecided_for_want_of_seeds"].format(
            questions=" ".join(questions),
            needed=texts.numbers.integer(int(max(needed))),
            n=texts.numbers.integer(min(int(test["n"]) for test in undecided)),
        )
    )


def _each_once(tests: Sequence[TestRow], text: Callable[[TestRow], str]) -> list[str]:
    return list(dict.fromkeys(map(text, tests)))
