"""The sentence on what a verdict depends on, in any language, from the outcomes of the tests and their texts."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict

TestRow = Mapping[str, Any]
"""A row of the table `tests`."""


def sentence(verdict: Verdict, tests: Sequence[TestRow], texts: Texts) -> str:
    """One sentence on what the verdict depends on; raises ReportError where a text is missing."""
    phrases = texts.words["phrases"]

    def clauses(kind: str, outcome: Outcome) -> str:
        each = [clause(test, texts) for test in tests if test["kind"] == kind and test["outcome"] == outcome]
        return str(phrases["last"]).join(part for part in ("; ".join(each[:-1]), *each[-1:]) if part)

    match verdict:
        case Verdict.SUPPORTED:
            text = phrases["supported"].format(clauses=clauses("main", Outcome.PASS))
        case Verdict.CONDITIONAL:
            text = phrases["conditional"].format(clauses=clauses("boundary", Outcome.FAIL))
        case Verdict.ONLY_IF:
            failed, passed = clauses("main", Outcome.FAIL), clauses("boundary", Outcome.PASS)
            text = phrases["only_if"].format(clauses=failed, others=passed)
        case Verdict.REFUTED:
            text = phrases["refuted"].format(clauses=clauses("main", Outcome.FAIL))
        case Verdict.INCONCLUSIVE:
            text = _undecided(tests, texts)
    return one_stop(text)


def clause(test: TestRow, texts: Texts) -> str:
    """What a test says of its claim, with the estimate filled in: a lower bound, where its interval is open above."""
    said = texts.test(test["claim"], test["test"])
    text = said.if_pass if test["outcome"] == Outcome.PASS else said.if_fail
    effect = texts.quantities.effect(test["effect"], test["unit"])
    if math.isinf(test["effect_high"]):
        effect = texts.words["phrases"]["at_least"].format(effect=effect)
    nouns = {name: texts.numbers.form(test["effect"], forms) for name, forms in texts.words["noun_forms"].items()}
    return text.format(effect=effect, **nouns)


def one_stop(text: str) -> str:
    """A text in which a full stop that follows an abbreviation is not doubled."""
    return text.replace("..", ".")


def _undecided(tests: Sequence[TestRow], texts: Texts) -> str:
    phrases = texts.words["phrases"]
    undecided = [test for test in tests if test["kind"] == "main" and test["outcome"] == Outcome.UNCLEAR]
    if any(test["n"] == 0 for test in undecided):
        return str(phrases["without_runs"])
    hardest = max(undecided, key=_effort)
    budget = phrases["other_runs"]
    if not math.isnan(hardest["networks_needed"]):
        needed, n = (texts.numbers.integer(int(hardest[name])) for name in ("networks_needed", "n"))
        budget = phrases["more_networks"].format(needed=needed, n=n)
    questions = " ".join(texts.test(test["claim"], test["test"]).question for test in undecided)
    return str(phrases["undecided"].format(questions=questions, budget=budget))


def _effort(test: TestRow) -> float:
    """How many times as many networks a test needs; infinite where networks alone do not decide it."""
    needed = float(test["networks_needed"])
    return math.inf if math.isnan(needed) else needed / int(test["n"])
