"""The effect of every kind of evidence that a contract can name, from run files."""

import json
import math
from typing import NamedTuple

import numpy as np
from gradient_profiles import column
from intervals import Interval, combined, difference, mean, wilson
from solved_lengths import LEFT, NO, RIGHT, curve, half_length, judged_share, mean_length
from stored_runs import STAGES

ALL_RIGHT = 0.99
JUMP = 100
SMALL_ERROR = 1e-8
OPPOSITE = {LEFT: RIGHT, RIGHT: LEFT, NO: NO}


class NotRecomputedError(Exception):
    """Something that this code does not know; the message says what."""


class Found(NamedTuple):
    """An effect with its interval, the seeds behind it (0: there are no runs), and whether it is a limit."""

    effect: Interval
    n: int
    side: str = NO


NOTHING = Found(Interval(math.nan, math.nan, math.nan), 0)

BASELINES = {
    "recall": (math.log(8), 1 / 8),
    "recall-throughout": (math.log(8), 1 / 8),
    "selective-recall": (math.log(8), 1 / 8),
    "reset": (math.log(8), 1 / 8),
    "temporal-order": (math.log(4), 1 / 4),
    "adding": (1 / 6, math.nan),
}
"""Loss and accuracy of guessing, in closed form."""


class Place(NamedTuple):
    """Where evidence is looked for: runs, files of checks, a setting, and how sure an interval has to be."""

    runs: object
    checks: object
    setting: str
    confidence: float

    def judged(self, arm):
        return self.runs.networks(self.setting, arm)

    def longest(self, arm):
        """The judged networks at the longest length."""
        networks = self.judged(arm)
        longest = max((each.run.length for each in networks), default=0)
        return [each for each in networks if each.run.length == longest]


def find(evidence, place):
    """The effect of a piece of evidence, which is given as a contract has it."""
    finder = FINDERS.get(evidence["kind"])
    if finder is not None:
        return finder(evidence, place)
    values, scale = seed_values(evidence, place)
    return _mean_over_seeds(values.values(), scale, place.confidence)


def _mean_over_seeds(values, scale, confidence):
    given = [value for value in values if not math.isnan(value)]
    return Found(mean(given, scale, confidence), len(given)) if len(given) >= 2 else NOTHING


# Numbers of single seeds: a dictionary from seed to number, and the scale of their mean.


def seed_values(evidence, place):
    kind = evidence["kind"]
    if kind not in BY_SEED:
        raise NotRecomputedError(f"evidence of the kind {kind!r}")
    return BY_SEED[kind](evidence, place)


SCALES_OF_COLUMNS = {
    **dict.fromkeys(("late_factor", "transient_growth", "early_share", "weight_gradient"), "logarithm"),
    **dict.fromkeys(("memory_transport", "gated_transport"), "logarithm"),
    "r_squared": "-log(1 - x)",
}


def measured(evidence, place):
    """By seed, the column of networks measured at a moment: at the length asked for, or the longest; once trained,
    only of those that solved their task.
    """
    stage = STAGES.index(evidence["moment"])
    of_gates = evidence["kind"] == "gate-measure"
    runs = [run for run in place.runs.of(place.setting, evidence["arm"]) if _has_stage(run, stage, of_gates)]
    length = evidence["length"] or max((run.length for run in runs), default=0)
    found = {}
    for run in runs:
        if run.length == length:
            status = {each.seed: each.status for each in run.networks if each.judged and each.chosen}
            for place_of_seed, seed in enumerate(run.seeds):
                if _is_measured(run, stage, place_of_seed, of_gates) and (stage < 2 or status[seed] == "solved"):
                    value = column(evidence["column"], run, stage, place_of_seed)
                    if value is None and evidence["column"] not in HORIZONS:
                        raise NotRecomputedError(f"the column {evidence['column']!r}")
                    found[seed] = value
    return found


HORIZONS = ("gradient_horizon", "gradient_horizon_10", "gradient_horizon_01", "hidden_gradient_horizon")


def _is_measured(run, stage, seed, of_gates):
    measures = run.measures
    has_gates = not of_gates or any(np.isfinite(measures[name][stage, seed]) for name in ("kept", "filter_error"))
    return bool(np.isfinite(measures["loss"][stage, seed]) and has_gates)


def _has_stage(run, stage, of_gates):
    return any(_is_measured(run, stage, seed, of_gates) for seed in range(len(run.seeds)))


def _known(value):
    """A number; NaN where only a limit is known, or nothing."""
    if value is None:
        return math.nan
    return (value[0] if value[1] == NO else math.nan) if isinstance(value, tuple) else value


def _measure(evidence, place):
    values = {seed: _known(value) for seed, value in measured(evidence, place).items()}
    return values, SCALES_OF_COLUMNS.get(evidence["column"], "as they are")


def _of_each(form, scale=None):
    """Evidence made of another's values, one by one."""

    def values(evidence, place):
        own, own_scale = seed_values(evidence.get("of") or evidence["first"], place)
        return {seed: form(value, evidence) for seed, value in own.items()}, scale or own_scale

    return values


def _of_two(form, scale):
    """Evidence made of two, seed by seed; a seed that one of them lacks has none."""

    def values(evidence, place):
        (first, _), (second, _) = (seed_values(evidence[part], place) for part in ("first", "second"))
        return {seed: form(first[seed], second[seed]) for seed in first if seed in second}, scale

    return values


def _ratio(first, second):
    if second == 0:
        return math.nan if first == 0 or math.isnan(first) else math.copysign(math.inf, first)
    return first / second


def _left_by_intervention(evidence, place):
    own = {"kind": "gate-measure", "arm": evidence["arm"], "moment": "final", "length": None}
    tasks = {run.task for run in place.runs.of(place.setting, evidence["arm"])}
    kept, accuracy = (measured({**own, "column": name}, place) for name in (evidence["column"], "accuracy"))
    if not kept:
        return {}, "as they are"
    chance = _baseline(tasks.pop())[1]
    return {
        seed: (kept[seed] - chance) / (accuracy[seed] - chance) if accuracy[seed] > chance else math.nan
        for seed in kept
    }, "as they are"


def _baseline(task):
    if task not in BASELINES:
        raise NotRecomputedError(f"the trivial baseline of the task {task!r}, which has no closed form here")
    return BASELINES[task]


def _of_networks(number, scale):
    """A number of each judged network, at its chosen rate and the longest length."""

    def values(evidence, place):
        return {each.seed: number(each) for each in place.longest(evidence["arm"]) if each.chosen}, scale

    return values


def _largest_gradient(network):
    largest = network.largest("gradient_norm")
    return math.nan if math.isinf(largest) else largest


def _order(responses):
    """By seed, Spearman's rank correlation of doses with responses, each a number with its side."""

    def values(evidence, place):
        doses = [(dose, responses(arm, place)) for dose, arm in evidence["doses"]]
        seeds = [seed for seed in doses[0][1] if all(own.get(seed) is not None for _, own in doses)]
        return {seed: _correlation([(dose, *own[seed]) for dose, own in doses]) for seed in seeds}, "as they are"

    return values


def _horizons(arm, place):
    evidence = {"kind": "horizon", "arm": arm, "moment": "initial", "length": None, "column": "gradient_horizon"}
    return measured(evidence, place)


def _longest_solved(arm, place):
    networks = [each for each in place.judged(arm) if each.chosen]
    limit, longest = max((each.run.length for each in networks), default=0), {}
    for each in networks:
        longest[each.seed] = max(longest.get(each.seed, 0), each.run.length if each.status == "solved" else 0)
    return {seed: (float(length), RIGHT if length == limit else NO) for seed, length in longest.items()}


def _correlation(triples):
    doses, numbers, sides = zip(*triples, strict=True)
    limits = {number for number, side in zip(numbers, sides, strict=True) if side != NO}
    if len(triples) < 4 or LEFT in sides or len(limits) > 1 or (limits and max(numbers) > max(limits)):
        return math.nan
    if len(set(doses)) < 2 or len(set(numbers)) < 2:
        return math.nan
    x, y = (np.array(_ranks(values)) for values in (doses, numbers))
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip((x @ y) / math.sqrt((x @ x) * (y @ y)), -1, 1))


def _ranks(values):
    """Ranks from 1; of equal values, the mean of theirs."""
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values
    ]


BY_SEED = {
    "measure": _measure,
    "gate-measure": _measure,
    "horizon": _measure,
    "distance-to-one": _of_each(lambda value, _: abs(1 - value), "logarithm"),
    "seed-multiple": _of_each(lambda value, evidence: value / evidence["predicted"], "logarithm"),
    "per-step": _of_each(lambda value, evidence: value ** (1 / evidence["steps"]) / evidence["predicted"], "logarithm"),
    "seed-ratio": _of_two(_ratio, "logarithm"),
    "seed-difference": _of_two(lambda first, second: first - second, "as they are"),
    "largest-gradient": _of_networks(_largest_gradient, "logarithm"),
    "largest-gradient-ratio": _of_two(_ratio, "logarithm"),
    "accuracy": _of_networks(lambda network: network.accuracy, "logit"),
    "left-by-intervention": _left_by_intervention,
    "horizon-order": _order(_horizons),
    "memory-order": _order(_longest_solved),
}


# What is no mean over seeds.


def _horizon(evidence, place):
    values = [value for value in measured(evidence, place).values() if value is not None]
    if len(values) < 2:
        return NOTHING
    effect, sides = (
        mean([number for number, _ in values], "as they are", place.confidence),
        {side for _, side in values},
    )
    effect = effect._replace(low=0.0) if LEFT in sides else effect
    effect = effect._replace(high=math.inf) if RIGHT in sides else effect
    return Found(effect, len(values), RIGHT if RIGHT in sides else LEFT if LEFT in sides else NO)


def _bounded(evidence, place):
    values, scale = seed_values(evidence, place)
    found = _mean_over_seeds(values.values(), scale, place.confidence)
    estimate, low, high = found.effect
    return found._replace(effect=Interval(estimate, max(low, -1.0), min(high, 1.0))) if found.n else found


def _share(is_so):
    def found(evidence, place):
        networks = place.longest(evidence["arm"])
        if not networks:
            return NOTHING
        effect = judged_share(networks, is_so, evidence["policy"], place.confidence)
        return Found(effect, len({each.seed for each in networks}))

    return found


def _jumps(network):
    return network.status == "diverged" or network.largest("update_ratio") > JUMP * network.middle("update_ratio")


def _above_baseline(network):
    return network.status == "diverged" or network.loss > _baseline(network.run.task)[0]


def _difference(evidence, place):
    first, second = (find(evidence[part], place) for part in ("first", "second"))
    return Found(difference(first.effect, second.effect), min(first.n, second.n)) if first.n and second.n else NOTHING


def _t50(evidence, place):
    found = curve(place.judged(evidence["arm"]), evidence["policy"], place.confidence)
    if len(found.lengths) < 2:
        return NOTHING
    effect, side = half_length(found)
    return Found(effect, min(found.seeds), side)


def _t50_over(evidence, place):
    found = _t50(evidence["first"], place)
    return found._replace(effect=Interval(*(value / evidence["predicted"] for value in found.effect)))


def _length(evidence, place):
    found = mean_length(place.judged(evidence["arm"]), place.confidence)
    return NOTHING if found is None else Found(found[0], found[2], found[1])


def _length_ratio(evidence, place):
    first, second = (_length(evidence[part], place) for part in ("first", "second"))
    if not (first.n and second.n):
        return NOTHING
    logs = [Interval(*(_log(value) for value in each.effect)) for each in (first, second)]
    effect = Interval(*(math.exp(value) for value in combined(logs, [1.0, -1.0])))
    sides = {first.side, OPPOSITE[second.side]} - {NO}
    if len(sides) > 1:
        return Found(effect._replace(estimate=math.nan), min(first.n, second.n))
    return Found(effect, min(first.n, second.n), sides.pop() if sides else NO)


def _log(value):
    return -math.inf if value == 0 else math.log(value)


def _exactly(value, n):
    return Found(Interval(value, value, value), n)


def _powers(evidence, place):
    errors = [each["error"] for each in _check(place, "powers") if each["kind"] == evidence["matrices"]]
    held = sum(error is not None and error <= SMALL_ERROR for error in errors)
    return Found(wilson(held, len(errors), place.confidence), len(errors)) if errors else NOTHING


def _equality(evidence, place):
    rows = [each for each in _check(place, "equality") if each["precision"] == evidence["precision"]]
    return _exactly(max(max(each["states"], each["gradients"]) for each in rows), len(rows)) if rows else NOTHING


def _check(place, name):
    return json.loads((place.checks / f"{name}.json").read_text(encoding="utf-8"))


def _size_ratio(evidence, place):
    of_arms = [place.runs.of(place.setting, evidence[part]) for part in ("first", "second")]
    if not all(of_arms):
        return NOTHING
    widths = {runs[0].outcome["identity"]["settings"]["hidden_size"] for runs in of_arms}
    if len(widths) > 1:
        return NOTHING
    first, second = (runs[0].outcome[evidence["column"]] for runs in of_arms)
    seeds = [
        max(sum(len(run.seeds) for run in runs if run.length == length) for length in {run.length for run in runs})
        for runs in of_arms
    ]
    return _exactly(first / second, min(seeds))


def _filter_error(evidence, place):
    own = {"kind": "gate-measure", "arm": evidence["arm"], "moment": "final", "length": None, "column": "filter_error"}
    errors = [value for value in measured(own, place).values() if not math.isnan(value)]
    return _exactly(max(errors), len(errors)) if errors else NOTHING


def _beyond_window(evidence, place):
    largest = {}
    for run in place.runs.of(place.setting, evidence["arm"]):
        for stage in range(len(STAGES)):
            for place_of_seed, seed in enumerate(run.seeds):
                if _is_measured(run, stage, place_of_seed, of_gates=False):
                    beyond = run.measures["contribution"][stage, place_of_seed, evidence["window"] :]
                    largest[seed] = max(largest.get(seed, 0.0), float(beyond.max(initial=0.0)))
    return _exactly(max(largest.values()), len(largest)) if largest else NOTHING


FINDERS = {
    "horizon": _horizon,
    "horizon-order": _bounded,
    "memory-order": _bounded,
    "solved": _share(lambda network: network.status == "solved"),
    "diverged": _share(lambda network: network.status == "diverged"),
    "jumping": _share(_jumps),
    "above-baseline": _share(_above_baseline),
    "share-difference": _difference,
    "accuracy-difference": _difference,
    "t50": _t50,
    "t50-over": _t50_over,
    "length": _length,
    "length-ratio": _length_ratio,
    "powers-hold": _powers,
    "difference-from-torch": _equality,
    "size-ratio": _size_ratio,
    "largest-filter-error": _filter_error,
    "largest-contribution-beyond": _beyond_window,
}


def floor_or_ceiling(evidence, place):
    """Whether all that is compared lies at the "floor" or the "ceiling"; None: no."""
    if evidence["kind"] == "accuracy-difference":
        means = [find(evidence[part], place).effect.estimate for part in ("first", "second")]
        return "ceiling" if min(means) >= ALL_RIGHT else None
    if evidence["kind"] == "length-ratio":
        sides = [_length(evidence[part], place).side for part in ("first", "second")]
        return {(RIGHT, RIGHT): "ceiling", (LEFT, LEFT): "floor"}.get(tuple(sides))
    return None
