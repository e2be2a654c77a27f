"""Numbers of single seeds, from run files: by seed, with the scale on which they are averaged."""

import math
from typing import NamedTuple

import numpy as np
from gradient_profiles import column
from longer_sequences import tested
from solved_lengths import LEFT, NO, RIGHT
from stored_runs import STAGES


class NotRecomputedError(Exception):
    """Something that this code does not know; the message says what."""


BASELINES = {
    "recall": (math.log(8), 1 / 8),
    "recall-throughout": (math.log(8), 1 / 8),
    "selective-recall": (math.log(8), 1 / 8),
    "reset": (math.log(8), 1 / 8),
    "temporal-order": (math.log(4), 1 / 4),
    "associative-recall": (math.log(4), 1 / 4),
    "parity": (math.log(2), 1 / 2),
    "parity-throughout": (math.log(2), 1 / 2),
    "s3": (math.log(6), 1 / 6),
    "s3-throughout": (math.log(6), 1 / 6),
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
                if is_measured(run, stage, place_of_seed, of_gates) and (stage < 2 or status[seed] == "solved"):
                    value = column(evidence["column"], run, stage, place_of_seed)
                    if value is None and evidence["column"] not in HORIZONS:
                        raise NotRecomputedError(f"the column {evidence['column']!r}")
                    found[seed] = value
    return found


HORIZONS = ("gradient_horizon", "gradient_horizon_10", "gradient_horizon_01", "hidden_gradient_horizon")


def is_measured(run, stage, seed, of_gates):
    measures = run.measures
    has_gates = not of_gates or any(np.isfinite(measures[name][stage, seed]) for name in ("kept", "filter_error"))
    return bool(np.isfinite(measures["loss"][stage, seed]) and has_gates)


def _has_stage(run, stage, of_gates):
    return any(is_measured(run, stage, seed, of_gates) for seed in range(len(run.seeds)))


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
    chance = baseline(tasks.pop())[1]
    return {
        seed: (kept[seed] - chance) / (accuracy[seed] - chance) if accuracy[seed] > chance else math.nan
        for seed in kept
    }, "as they are"


def baseline(task):
    """Loss and accuracy of the trivial baseline of a task."""
    if task not in BASELINES:
        raise NotRecomputedError(f"the trivial baseline of the task {task!r}, which has no closed form here")
    return BASELINES[task]


def _left_beyond(evidence, place):
    networks = tested(place.runs.of(place.setting, evidence["arm"]))
    gains = {(each.seed, each.factor): _gain(each) for each in networks}
    return {
        seed: _ratio(gain, gains[seed, 1])
        for (seed, factor), gain in gains.items()
        if factor == evidence["factor"] and (seed, 1) in gains
    }, "as they are"


def _gain(network):
    """What a network has over the trivial baseline: in accuracy, or in loss, where the task has no accuracy."""
    loss, accuracy = baseline(network.task)
    return network.loss - loss if math.isnan(accuracy) else network.accuracy - accuracy


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


def _learnt_decay_ratio(evidence, place):
    """Distances of decay factors from 1, at the longest length that at least half of both arms' networks solve."""
    parts = [evidence[part] for part in ("first", "second")]
    common = set.intersection(*(_lengths_learnt(place.judged(part["arm"])) for part in parts))
    if not common:
        return {}, "logarithm"
    own = [{**part, "kind": "measure", "length": max(common)} for part in parts]
    first, second = ({seed: abs(1 - value) for seed, value in _measure(each, place)[0].items()} for each in own)
    return {seed: first[seed] / second[seed] for seed in first if seed in second}, "logarithm"


def _lengths_learnt(networks):
    solved = {}
    for each in networks:
        if each.chosen:
            solved.setdefault(each.run.length, []).append(each.status == "solved")
    return {length for length, of_length in solved.items() if 2 * sum(of_length) >= len(of_length)}


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
    "left-beyond": _left_beyond,
    "learnt-decay-ratio": _learnt_decay_ratio,
    "horizon-order": _order(_horizons),
    "memory-order": _order(_longest_solved),
}
