"""The effect of every kind of evidence that a contract can name, from run files."""

import json
import math
from typing import NamedTuple

from intervals import Interval, combined, difference, mean, wilson
from longer_sequences import tested
from seed_values import NotRecomputedError, baseline, is_measured, measured, seed_values
from solved_lengths import LEFT, NO, RIGHT, curve, half_length, judged_share, mean_length
from stored_runs import STAGES

ALL_RIGHT = 0.99
JUMP = 100
SMALL_ERROR = 1e-8
OPPOSITE = {LEFT: RIGHT, RIGHT: LEFT, NO: NO}


class Found(NamedTuple):
    """An effect with its interval, the seeds behind it (0: there are no runs), and whether it is a limit."""

    effect: Interval
    n: int
    side: str = NO


NOTHING = Found(Interval(math.nan, math.nan, math.nan), 0)


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


def _still_solved(evidence, place):
    networks = [
        each for each in tested(place.runs.of(place.setting, evidence["arm"])) if each.factor == evidence["factor"]
    ]
    if any(each.is_solved is None for each in networks):
        raise NotRecomputedError(f"the criterion of the task {networks[0].task!r}")
    still = sum(each.is_solved for each in networks)
    return Found(wilson(still, len(networks), place.confidence), len(networks)) if networks else NOTHING


def _jumps(network):
    return network.status == "diverged" or network.largest("update_ratio") > JUMP * network.middle("update_ratio")


def _above_baseline(network):
    return network.status == "diverged" or network.loss > baseline(network.run.task)[0]


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
    unpaired = 1 if evidence["kind"] == "pairs" else 0
    found = mean_length(place.judged(evidence["arm"]), place.confidence, unpaired)
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


def _horizon_ratio(evidence, place):
    first, second = (_horizon(evidence[part], place) for part in ("first", "second"))
    if not (first.n and second.n):
        return NOTHING
    ends = [each.effect._replace(low=max(each.effect.low, 0.0)) for each in (first, second)]
    effect = Interval(
        *(math.exp(value) for value in combined([Interval(*map(_log, each)) for each in ends], [1.0, -1.0]))
    )
    sides = {first.side, OPPOSITE[second.side]} - {NO}
    if len(sides) > 1 or math.isnan(first.effect.estimate) or math.isnan(second.effect.estimate):
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
                if is_measured(run, stage, place_of_seed, of_gates=False):
                    beyond = run.measures["contribution"][stage, place_of_seed, evidence["window"] :]
                    largest[seed] = max(largest.get(seed, 0.0), float(beyond.max(initial=0.0)))
    return _exactly(max(largest.values()), len(largest)) if largest else NOTHING


FINDERS = {
    "horizon": _horizon,
    "horizon-ratio": _horizon_ratio,
    "horizon-order": _bounded,
    "memory-order": _bounded,
    "solved": _share(lambda network: network.status == "solved"),
    "solved-longest": _share(lambda network: network.status == "solved"),
    "diverged": _share(lambda network: network.status == "diverged"),
    "jumping": _share(_jumps),
    "above-baseline": _share(_above_baseline),
    "still-solved": _still_solved,
    "share-difference": _difference,
    "accuracy-difference": _difference,
    "t50": _t50,
    "t50-over": _t50_over,
    "length": _length,
    "pairs": _length,
    "length-ratio": _length_ratio,
    "pairs-ratio": _length_ratio,
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
    if evidence["kind"] in ("length-ratio", "pairs-ratio"):
        sides = [_length(evidence[part], place).side for part in ("first", "second")]
        return {(RIGHT, RIGHT): "ceiling", (LEFT, LEFT): "floor"}.get(tuple(sides))
    return None
