"""The sentence on what a verdict rests on, in any language, from the outcomes of the tests and their texts."""

import math
import re
from collections.abc import Callable, Sequence
from enum import IntEnum

from gradient_horizon.claims.family import Family, TestRow
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.words import words_in

MOST_WORDS, MOST_WORDS_BRIEFLY = 80, 45
"""A sentence of more words leaves out the last of its clauses, but never all that speak for a side."""
NUMBERS_BEHIND = re.compile(r"(:[^:]*\d[^:]*| \([^()]*\))$")
"""What a clause says in brackets or behind a colon."""

Frame = Callable[[str, str], str]
"""A sentence from the clauses of both of its sides."""


def sentence(verdict: Verdict, tests: Sequence[TestRow], texts: Texts, *, brief: bool = False) -> str:
    """One sentence on what the verdict rests on, in full or briefly; raises ReportError where a text is missing."""
    mains = [test for test in tests if test["kind"] == "main" and not test["silence"]]
    conditions = [test for test in tests if test["kind"] == "condition" and not test["silence"]]
    passing, failing = (
        [test for test in mains if test["outcome"] == outcome] for outcome in (Outcome.PASS, Outcome.FAIL)
    )
    failed, passed = (
        [test for test in conditions if test["outcome"] == outcome] for outcome in (Outcome.FAIL, Outcome.PASS)
    )
    most = MOST_WORDS_BRIEFLY if brief else MOST_WORDS
    phrases = texts.sentence

    def told(first: Sequence[TestRow], second: Sequence[TestRow], frame: Frame, *, anew: bool = False) -> str:
        return one_stop(_fitting(texts.families(first), texts.families(second), frame, texts, most, anew=anew))

    def with_but(text: str, but: str) -> str:
        return f"{text} {phrases['but'].format(clauses=but)}" if but else text

    match verdict:
        case Verdict.SUPPORTED | Verdict.CONDITIONAL:
            clear = _clear(mains, Outcome.PASS, texts)
            return told(
                _of_mains(tests),
                failed if verdict is Verdict.CONDITIONAL else [],
                lambda holds, but: with_but(phrases["holds"].format(clear=clear, clauses=holds), but),
            )
        case Verdict.DEPENDS:
            asked = [{test["test"] for test in given} for given in (passing, failing)]
            on_setting = bool(asked[0] & asked[1])
            pattern = phrases["depends_on_setting" if on_setting else "depends_on_question"]
            return told(
                passing, failing, lambda holds, but: str(pattern.format(clauses=holds, others=but)), anew=on_setting
            )
        case Verdict.ONLY_IF | Verdict.REFUTED:
            clear = _clear(mains, Outcome.FAIL, texts)
            return told(
                failing,
                passed if verdict is Verdict.ONLY_IF else [],
                lambda fails, but: with_but(phrases["fails"].format(clear=clear, clauses=fails), but),
            )
        case Verdict.INCONCLUSIVE:
            decided = [test for test in mains if test["outcome"] != Outcome.UNCLEAR]

            def inconclusive(with_seeds: bool, first_alone: bool) -> str:
                still = _undecided(tests, texts, with_seeds, first_alone)
                return told(
                    decided, [], lambda clear, _: still + (phrases["clear_is"].format(clauses=clear) if clear else "")
                )

            ways = [inconclusive(*each) for each in ((True, False), (False, False), (False, True))]
            return next((text for text in ways if words_in(text) <= most), ways[-1])


def clause(test: TestRow, texts: Texts) -> str:
    """What a test says of its claim."""
    return texts.clause(Family((texts.claims.test(test["claim"], test["test"]),), (test,)))


def clause_in_setting(test: TestRow, texts: Texts) -> str:
    """What a test says of its claim, behind its setting: "in recall with 32 units, LSTMs remember ..."."""
    family = Family((texts.claims.test(test["claim"], test["test"]),), (test,))
    return texts.behind(texts.led(family), texts.clause(family))


def one_stop(text: str) -> str:
    """A text in which a full stop that follows an abbreviation is not doubled."""
    return text.replace("..", ".")


class Detail(IntEnum):
    """What clauses are told with; a sentence that does not fit goes without the next."""

    ALL = 0
    WITHOUT_NUMBERS_BEHIND = 1
    WITHOUT_COUNT_OF_OTHERS = 2
    FIRST_OF_EACH = 3


def _fitting(
    first: Sequence[Family], second: Sequence[Family], frame: Frame, texts: Texts, most: int, *, anew: bool
) -> str:
    """A sentence of both sides; while it has too many words, without the last clause of the side that has more.

    With one clause of each side, it goes without details. `anew`: the second side names its setting again.
    """
    counts, detail = [len(first), len(second)], Detail.ALL
    while True:
        sides = _Sides(texts, detail)
        text = frame(sides.clauses(first, counts[0]), sides.clauses(second, counts[1], anew=anew))
        longer = 0 if counts[0] >= counts[1] else 1
        if words_in(text) <= most or detail is Detail.FIRST_OF_EACH:
            return text
        if counts[longer] > 1:
            counts[longer] -= 1
        else:
            detail = Detail(detail + 1)


class _Sides:
    """The clauses of both sides of a sentence, each setting before the first clause that belongs to it."""

    def __init__(self, texts: Texts, detail: Detail):
        self._texts = texts
        self._detail = detail
        self._setting = ""

    def clauses(self, families: Sequence[Family], told: int, *, anew: bool = False) -> str:
        """What so many families say, one after the other, and how many tests the others have."""
        self._setting = "" if anew else self._setting
        said = [self._clause(family) for family in families[:told]]
        text = str(self._texts.sentence["last"]).join(part for part in ("; ".join(said[:-1]), *said[-1:]) if part)
        left = sum(len(family.rows) for family in families[told:])
        if not left or self._detail >= Detail.WITHOUT_COUNT_OF_OTHERS:
            return text
        return text + self._texts.numbers.form(left, self._texts.sentence["more"]).format(n=left)

    def _clause(self, family: Family) -> str:
        told = family.first if self._detail >= Detail.FIRST_OF_EACH else family
        before, self._setting = self._setting, self._texts.led(told)
        setting = "" if self._setting == before else self._setting
        said = self._texts.clause(told)
        if self._detail >= Detail.WITHOUT_NUMBERS_BEHIND:
            said = NUMBERS_BEHIND.sub("", said)
        return self._texts.behind(setting, said)


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
        texts.sentence["clear"].format(
            clear=texts.numbers.integer(clear), settings=texts.numbers.integer(len(settings))
        )
    )


def _undecided(tests: Sequence[TestRow], texts: Texts, with_seeds: bool, first_alone: bool) -> str:
    """What stays open, and how many seeds would decide it; why, where no setting says anything.

    `first_alone`: of several questions the first, with the number of the others.
    """
    phrases = texts.sentence
    mains = [test for test in tests if test["kind"] == "main"]
    informative = [test for test in mains if not test["silence"]]
    if not informative:
        reasons = dict.fromkeys(texts.silence(test["silence"] or Silence.NO_RUNS) for test in mains)
        return str(phrases["nothing_said"].format(reasons=" ".join(reasons)))
    answered = {test["test"] for test in informative}
    undecided = [
        *(test for test in informative if test["outcome"] == Outcome.UNCLEAR),
        *(test for test in mains if test["test"] not in answered),
    ] or informative
    asked = texts.open_questions(undecided)
    questions = str(phrases["last_question"]).join(asked)
    if first_alone and len(asked) > 1:
        left = len(asked) - 1
        questions = asked[0] + texts.numbers.form(left, phrases["more"]).format(n=texts.numbers.integer(left))
    needed = [test["networks_needed"] for test in undecided]
    if not with_seeds or any(math.isnan(each) for each in needed):
        return str(phrases["undecided"].format(questions=questions))
    return str(
        phrases["undecided_for_want_of_seeds"].format(
            questions=questions,
            needed=texts.numbers.integer(int(max(needed))),
            n=texts.numbers.integer(min(int(test["n"]) for test in undecided)),
        )
    )
