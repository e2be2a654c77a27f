"""How far an arm remembers: shares that solve each length, T50, and the mean length that seeds solve."""

import math
from typing import NamedTuple

import numpy as np
from intervals import UNKNOWN, Interval, combined, student, wilson

NO, LEFT, RIGHT = "no", "left", "right"
"""Whether an estimate is known, or is at most, or at least, a limit."""


def judged_share(networks, true, policy, confidence):
    """The share of seeds of which something is true, from all judged networks of one length.

    With the policy "chosen" a seed counts by its network at the rate that the other seeds choose, and the interval
    reaches over those of all seeds at each rate that is chosen for any; lower ends hold for all rates together.
    """
    seeds = sorted({each.seed for each in networks})
    if policy == "any":
        own = sum(any(true(each) for each in networks if each.seed == seed) for seed in seeds)
        return wilson(own, len(seeds), confidence)
    rates = {each.learning_rate for each in networks}
    chosen = [each for each in networks if each.chosen]
    if not chosen:
        return UNKNOWN
    counts = [sum(map(true, chosen))]
    for rate in {each.learning_rate for each in chosen}:
        counts.append(sum(true(each) for each in networks if each.learning_rate == rate))
    n = len(chosen)
    low = min(wilson(count, n, 1 - (1 - confidence) / len(rates)).low for count in counts)
    high = max(wilson(count, n, confidence).high for count in counts)
    return Interval(counts[0] / n, low, high)


class Curve(NamedTuple):
    """The lengths, the share of seeds that solve each, and the number of seeds."""

    lengths: list
    shares: list
    seeds: list


def curve(networks, policy, confidence, unpaired=0):
    """The curve of success; `unpaired` steps are taken off each length, where pairs are counted, not steps."""
    lengths = sorted({each.run.length - unpaired for each in networks})
    by_length = [[each for each in networks if each.run.length - unpaired == length] for length in lengths]
    shares = [judged_share(own, lambda each: each.status == "solved", policy, confidence) for own in by_length]
    return Curve(lengths, shares, [len({each.seed for each in own}) for own in by_length])


def half_length(curve):
    """T50 with its interval, and whether it is a limit: of the nearest curve that never rises, in log length."""
    lengths, shares = curve.lengths, curve.shares
    low = max((length for length, share in zip(lengths, shares, strict=True) if share.low > 0.5), default=0.0)
    high = min((length for length, share in zip(lengths, shares, strict=True) if share.high < 0.5), default=math.inf)
    level = [round(value, 12) for value in never_rising([share.estimate for share in shares], curve.seeds)]
    if level[-1] >= 0.5:
        return Interval(lengths[-1], min(low, high, lengths[-1]), math.inf), RIGHT
    if level[0] < 0.5:
        return Interval(lengths[0], 0.0, max(low, high, lengths[0])), LEFT
    at_half = [length for length, value in zip(lengths, level, strict=True) if value == 0.5]
    if at_half:
        estimate = math.sqrt(at_half[0] * at_half[-1])
    else:
        place = max(k for k, value in enumerate(level) if value > 0.5)
        part = (level[place] - 0.5) / (level[place] - level[place + 1])
        estimate = math.exp((1 - part) * math.log(lengths[place]) + part * math.log(lengths[place + 1]))
    return Interval(estimate, min(low, high, estimate), max(low, high, estimate)), NO


def never_rising(values, weights):
    """The non-increasing sequence nearest to values, in weighted squares: neighbours that rise are pooled."""
    blocks = []
    for value, weight in zip(values, weights, strict=True):
        blocks.append((value * weight, weight, 1))
        while len(blocks) > 1 and blocks[-1][0] / blocks[-1][1] > blocks[-2][0] / blocks[-2][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append(tuple(a + b for a, b in zip(before, last, strict=True)))
    return [total / weight for total, weight, count in blocks for _ in range(count)]


def mean_length(networks, confidence, unpaired=0):
    """The geometric mean over seeds of the length that they solve, with its interval, and whether it is a limit.

    A seed's logarithm is that of the shortest length, plus the area under its success over log length by trapezoids.
    """
    found = curve(networks, "chosen", confidence, unpaired)
    chosen = {(each.seed, each.run.length - unpaired): each.status == "solved" for each in networks if each.chosen}
    seeds = [
        seed
        for seed in sorted({seed for seed, _ in chosen})
        if all((seed, length) in chosen for length in found.lengths)
    ]
    if len(found.lengths) < 2 or not seeds:
        return None
    places = np.log(found.lengths)
    weights = [
        (places[min(k + 1, len(places) - 1)] - places[max(k - 1, 0)]) / 2 for k in range(len(places))
    ]  # the trapezoids of which a length is an end
    areas = [
        math.fsum(w for w, length in zip(weights, found.lengths, strict=True) if chosen[seed, length]) for seed in seeds
    ]
    by_seeds, by_shares = student(areas, confidence), combined(found.shares, weights)
    lows, highs = zip((by_seeds.low, by_seeds.high), (by_shares.low, by_shares.high), strict=True)
    low, high = (pick(v for v in ends if not math.isnan(v)) for pick, ends in ((min, lows), (max, highs)))
    side = half_length(found)[1]
    ends = (math.exp(places[0] + value) for value in (by_seeds.estimate, low, high))
    estimate, low, high = ends
    return Interval(estimate, 0.0 if side == LEFT else low, math.inf if side == RIGHT else high), side, min(found.seeds)
