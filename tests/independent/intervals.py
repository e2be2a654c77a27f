"""Estimates with their intervals, written again from their definitions, in NumPy and the standard library."""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

TINY = float(np.finfo(float).tiny)
SPACING = float(np.finfo(float).eps)


class Interval(NamedTuple):
    estimate: float
    low: float
    high: float


UNKNOWN = Interval(math.nan, math.nan, math.nan)


def wilson(successes, n, confidence):
    """Wilson's score interval: the rates from which the observed one is z standard errors away."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / n
    root = z * math.sqrt(rate * (1 - rate) / n + (z / (2 * n)) ** 2)
    middle, scale = rate + z * z / (2 * n), 1 + z * z / n
    low = 0.0 if successes == 0 else (middle - root) / scale
    high = 1.0 if successes == n else (middle + root) / scale
    return Interval(rate, low, high)


def combined(parts, weights):
    """A weighted sum of independent estimates, by the method of variance estimates recovery (Zou & Donner 2008)."""
    pairs = list(zip(parts, weights, strict=True))
    below = [(weight, part.low if weight > 0 else part.high) for part, weight in pairs]
    above = [(weight, part.high if weight > 0 else part.low) for part, weight in pairs]
    if not all(math.isfinite(part.estimate) for part, _ in pairs):
        return Interval(math.nan, *(_sum_of_ends(ends) for ends in (below, above)))
    centre = math.fsum(weight * part.estimate for part, weight in pairs)
    reach = [
        math.sqrt(
            math.fsum(
                (weight * (end - part.estimate)) ** 2 for (weight, end), (part, _) in zip(ends, pairs, strict=True)
            )
        )
        for ends in (below, above)
    ]
    return Interval(centre, centre - reach[0], centre + reach[1])


def _sum_of_ends(ends):
    return float(np.sum([weight * end for weight, end in ends]))


def difference(first, second):
    return combined([first, second], [1.0, -1.0])


class Scale:
    """A scale for means: values that lie at a bound, or nearer than the edge, count as the edge."""

    def __init__(self, low, high, edge, onto, back):
        self.low, self.high, self.edge, self.onto, self.back = low, high, edge, onto, back

    def of_values(self, values):
        return np.array([self.onto(min(max(v, self.low + self.edge), self.high - self.edge)) for v in values])

    def of_interval(self, interval):
        return Interval(*(v if math.isnan(v) else self._end(min(max(v, self.low), self.high)) for v in interval))

    def _end(self, value):
        if value == self.low and math.isfinite(self.low):
            return -math.inf
        return math.inf if value == self.high else float(self.onto(value))

    def interval_back(self, interval):
        return Interval(*(float(self.back(v)) for v in interval))


def _exp(value):
    return math.inf if value > 709.782 else math.exp(value)


SCALES = {
    "as they are": Scale(-math.inf, math.inf, 0.0, float, float),
    "logarithm": Scale(0.0, math.inf, TINY, math.log, _exp),
    "logit": Scale(0.0, 1.0, 1e-3, lambda p: math.log(p) - math.log1p(-p), lambda v: 1 / (1 + _exp(-v))),
    "-log(1 - x)": Scale(-math.inf, 1.0, SPACING, lambda v: -math.log1p(-v), lambda v: -math.expm1(-v)),
    "Fisher's z": Scale(-1.0, 1.0, SPACING, math.atanh, math.tanh),
}


def mean(values, scale, confidence):
    """The mean on a scale: from ten values on with the bootstrap-t interval, below with Student's."""
    given = [float(v) for v in values if math.isfinite(v)]
    on = SCALES[scale].of_values(given)
    ends = bootstrap_t(on, confidence) if len(on) >= 10 else None
    centre, low, high = student(on, confidence)
    return SCALES[scale].interval_back(Interval(centre, *(ends or (low, high))))


def student(values, confidence):
    n = len(values)
    centre = math.fsum(values) / n if n else math.nan
    if n < 2:
        return Interval(centre, math.nan, math.nan)
    error = math.sqrt(math.fsum((v - centre) ** 2 for v in values) / (n - 1) / n)
    half = student_quantile((1 + confidence) / 2, n - 1) * error
    return Interval(centre, centre - half, centre + half)


def bootstrap_t(values, confidence):
    """The ends of Efron's bootstrap-t interval, from 1999 resamples that are the same for every n.

    None where resamples lack spread. Their counts are multinomial draws of NumPy's PCG64 with seed 0.
    """
    n, centre = len(values), float(np.mean(values))
    deviation = math.sqrt(float(np.mean((values - centre) ** 2)))
    if deviation == 0:
        return None
    counts = np.random.Generator(np.random.PCG64(0)).multinomial(n, np.full(n, 1 / n), size=1999)
    standard = (values - centre) / deviation
    shifts, spreads = [], []
    for times in counts:
        drawn = np.repeat(standard, times)
        shifts.append(drawn.mean())
        spreads.append(drawn.std())
    shifts, spreads = np.array(shifts), np.array(spreads)
    varied = spreads > 1e-6
    if np.mean(~varied) > 1e-3:
        return None
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(shifts[varied] / spreads[varied], [tail, 1 - tail])
    return centre - float(upper) * deviation, centre - float(lower) * deviation


def student_quantile(probability, freedom):
    """The quantile of Student's t above its median, by bisection of its distribution."""
    low, high = 0.0, 1.0
    while _student_distribution(high, freedom) < probability:
        high *= 2
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _student_distribution(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _student_distribution(t, freedom):
    """The probability of less than t >= 0: the finite sums of Abramowitz & Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 0.5 + ((angle + sine * total) / math.pi if odd else sine * total / 2)
