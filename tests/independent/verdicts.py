"""Outcomes of tests, and the verdict that follows from them, by the rules that a contract states."""

import math
from typing import NamedTuple

from effects import NOTHING, Found, find, floor_or_ceiling
from intervals import SCALES, combined
from seed_values import NotRecomputedError, Place

CONFIDENCE = 0.95
WORKING = 0.8
PASS, FAIL, UNCLEAR = "pass", "fail", "unclear"


class Answer(NamedTuple):
    """A question of a contract in its setting, with what was found; `silence` says why the setting says nothing."""

    question: dict
    kind: str
    setting: str
    found: Found
    silence: str = ""
    not_recomputed: str = ""

    def outcome(self, found=None):
        """How the test comes out; unclear where its setting says nothing."""
        return UNCLEAR if self.silence else outcome(self.question["passes"], (found or self.found).effect)


def outcome(passes, effect):
    low, high = region(passes)
    if math.isnan(effect.low) or math.isnan(effect.high):
        return UNCLEAR
    if low <= effect.low and effect.high <= high:
        return PASS
    return FAIL if effect.high < low or effect.low > high else UNCLEAR


def region(passes):
    low, high = passes["from"], passes["to"]
    return -math.inf if low is None else low, math.inf if high is None else high


def adjusted(tests):
    """Bonferroni's confidence of each of so many tests."""
    return 1 - (1 - CONFIDENCE) / max(tests, 1)


def answer(contract, runs, checks):
    """The answers to all questions of a contract, those over several settings among them, and the verdict."""
    questions = contract["questions"]
    conditions = sum(each["kind"] == "condition" for each in questions)

    def place(question, confidence):
        return Place(runs, checks, question["setting"], confidence)

    mains = {}
    for question in questions:
        if question["kind"] == "main":
            found = _answer(question, place(question, CONFIDENCE))
            if found.found.n or not question["only_in_wider_studies"]:
                mains.setdefault(question["test"], []).append(found)
    informative = {name: [each for each in found if not each.silence] for name, found in mains.items()}
    sure = adjusted(sum(map(len, informative.values())))
    answers, asked = [], []
    for name, found in mains.items():
        told = informative[name]
        whole = pooled(told)
        answers += [*found, *([whole] if whole else [])]
        again = [each.outcome(find(each.question["evidence"], place(each.question, sure))) for each in told]
        asked.append((told, again, (whole or told[0]).outcome() if told else UNCLEAR))
    for question in questions:
        if question["kind"] != "main":
            confidence = adjusted(conditions) if question["kind"] == "condition" else CONFIDENCE
            answers.append(_answer(question, place(question, confidence)))
    return answers, verdict(
        asked, [each.outcome() for each in answers if each.kind == "condition" and not each.silence]
    )


def _answer(question, place):
    named = question, question["kind"], question["setting"]
    try:
        found = find(question["evidence"], place)
        return Answer(*named, found, silence(question, place, found))
    except NotRecomputedError as reason:
        return Answer(*named, NOTHING, "not recomputed", str(reason))


def silence(question, place, found):
    """Why a setting says nothing; empty: it says something."""
    if not found.n:
        if not is_trained(question, place):
            return "no runs"
        return "nobody solved it" if asks_solved(question["evidence"]) else "too few measured"
    if question["must_work"]:
        known = [share for share in (working(arm, place) for arm in question["must_work"]) if share is not None]
        if not known:
            return "no pilots"
        if max(known) < WORKING:
            return "nothing works"
    return floor_or_ceiling(question["evidence"], place) or ""


def asks_solved(evidence):
    """Whether evidence is taken of networks that solved their task."""
    parts = [evidence[name] for name in ("of", "first", "second") if isinstance(evidence.get(name), dict)]
    of_trained = evidence.get("moment") == "final" or evidence["kind"] in (
        "left-by-intervention",
        "largest-filter-error",
        "still-solved",
        "left-beyond",
    )
    return of_trained or any(asks_solved(part) for part in parts if "kind" in part)


def is_trained(question, place):
    """Whether it has arms, and the runs of all of them are there."""
    named = arms(question["evidence"])
    return bool(named) and all(place.runs.of(place.setting, arm) for arm in named)


def arms(evidence):
    """The arms of a piece of evidence."""
    if "arm" in evidence:
        return [evidence["arm"]]
    if "doses" in evidence:
        return [arm for _, arm in evidence["doses"]]
    parts = [evidence[name] for name in ("of", "first", "second") if isinstance(evidence.get(name), dict)]
    return [arm for part in parts for arm in (arms(part) if "kind" in part else [part])]


def working(arm, place):
    """The share of an arm's pilot networks that solve its shortest length; None: it has none."""
    pilots = [each for each in place.runs.networks(place.setting, arm, judged=False) if each.chosen]
    shortest = min((each.run.length for each in pilots), default=0)
    solved = [each.status == "solved" for each in pilots if each.run.length == shortest]
    return sum(solved) / len(solved) if solved else None


def pooled(answers):
    """The mean over several settings, on the scale of the effect; None: there are not several."""
    if len(answers) < 2:
        return None
    question = answers[0].question
    scale = SCALES[question["averaged_as"]]
    effects = [scale.of_interval(each.found.effect) for each in answers]
    effect = scale.interval_back(combined(effects, [1 / len(effects)] * len(effects)))
    sides = {each.found.side for each in answers} - {"no"}
    if len(sides) > 1:
        effect = effect._replace(estimate=math.nan)
    side = sides.pop() if len(sides) == 1 else "no"
    return Answer(question, "pooled", "", Found(effect, min(each.found.n for each in answers), side))


def span(found):
    """All that an estimate can be, where it is a limit."""
    estimate = found.effect.estimate
    return -math.inf if found.side == "left" else estimate, math.inf if found.side == "right" else estimate


def verdict(asked, conditions):
    """The verdict, from the informative answers to each main question, at adjusted confidence, and over settings."""
    sure = [each for _, again, _ in asked for each in again]
    if PASS in sure and FAIL in sure:
        return "depends on"
    if asked and all(_speaks(each, for_it=True) for each in asked):
        return "supported with conditions" if FAIL in conditions else "supported"
    if any(_speaks(each, for_it=False) for each in asked):
        return "holds only if" if PASS in conditions else "refuted"
    return "inconclusive"


def _speaks(asked, *, for_it):
    told, _, whole = asked
    wanted, unwanted = (PASS, FAIL) if for_it else (FAIL, PASS)
    if whole != wanted or unwanted in [each.outcome() for each in told]:
        return False
    for each in told:
        (low, high), (least, most) = region(each.question["passes"]), span(each.found)
        inside, outside = low <= least and most <= high, most < low or least > high
        if outside if for_it else inside:
            return False
    return True
