"""Quantities as one says them aloud: two significant digits, parts and multiples in words, limits as limits."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from gradient_horizon.language.numbers import NO_BREAK, Numbers
from gradient_horizon.language.words import Words

FRACTIONS = {"3/4": 3 / 4, "2/3": 2 / 3, "1/2": 1 / 2, "1/3": 1 / 3, "1/4": 1 / 4, "1/5": 1 / 5}
NEAR = 0.14
"""A ratio this near to a fraction or to 1, by its logarithm, is about that."""
TINY = {"billionth": 1e-9, "millionth": 1e-6, "thousandth": 1e-3}
HUGE = {"billion": 1e9, "million": 1e6}
LARGEST = 1e12
"""From here on numbers are powers of ten."""
DIGITS = 2
DECIMAL_COMMA = re.compile(r"\d,\d")
"""Numbers with it are told apart by semicolons."""


class Bound(StrEnum):
    """Whether a number is an estimate, or a limit that the true one is known not to pass."""

    ESTIMATE = "estimate"
    AT_LEAST = "at least"
    AT_MOST = "at most"


def rounded(value: float, bound: Bound = Bound.ESTIMATE) -> float:
    """Two significant digits: the nearest, or for a limit those on its safe side, so that what is said stays true."""
    if value == 0 or not math.isfinite(value):
        return value
    exponent = math.floor(math.log10(abs(value)))
    digits = value / 10.0 ** (exponent + 1 - DIGITS)
    whole = {
        Bound.ESTIMATE: round(digits),
        Bound.AT_LEAST: math.floor(digits + 1e-9),
        Bound.AT_MOST: math.ceil(digits - 1e-9),
    }[bound]
    return float(f"{whole}e{exponent + 1 - DIGITS}")


class Spoken:
    """Says numbers of one language by the words `spoken` of `report/LANGUAGE/evidence.json`.

    Each method takes the values of one quantity for everything that is told together: all that agree in what is said
    are said once, others as a range. Values are not empty; of a limit the one that holds for all is said.
    """

    def __init__(self, numbers: Numbers, words: Words):
        self._numbers = numbers
        self._words = words

    def number(self, value: float, bound: Bound = Bound.ESTIMATE) -> str:
        """Two significant digits; millions and billions by their names."""
        told = rounded(value, bound)
        for name, size in HUGE.items():
            if size <= abs(told) < LARGEST:
                forms = self._words["huge"][name]
                return f"{self._numbers.number(told / size, DIGITS)}{NO_BREAK}{self._numbers.form(told / size, forms)}"
        return self._numbers.number(told, DIGITS).removeprefix(f"1{NO_BREAK}·{NO_BREAK}")

    def numbers(self, values: Sequence[float], bound: Bound = Bound.ESTIMATE) -> str:
        """Numbers, or their limit."""
        return self._all(values, lambda value: self.number(value, bound), bound)

    def counted(self, values: Sequence[float], noun: str, bound: Bound = Bound.ESTIMATE) -> str:
        """Numbers of something, with the form of its noun: "17 steps", "at least 5.2 times"."""
        _, last = _ends(values, bound)
        form = self._numbers.form(rounded(last, bound), self._words["nouns"][noun])
        return f"{self.numbers(values, bound)}{NO_BREAK}{form}"

    def below(self, values: Sequence[float], bound: Bound = Bound.ESTIMATE) -> str:
        """Ratios below 1, as fractions or as how many times less, whichever the language says: "about a third"."""
        fractions = self._words["fractions"]
        if bound is Bound.ESTIMATE:
            named = {_fraction(value) for value in values}
            if len(named) == 1 and (name := named.pop()) in fractions:
                return str(fractions[name])
        opposite = {Bound.AT_LEAST: Bound.AT_MOST, Bound.AT_MOST: Bound.AT_LEAST}.get(bound, bound)
        return str(
            fractions["other"].format(
                times=self.counted(values, "times", bound), inverse=self.inverse(values, opposite)
            )
        )

    def inverse(self, values: Sequence[float], bound: Bound = Bound.ESTIMATE) -> str:
        """How many times less, of ratios below 1; of 0 infinitely many."""
        return self.counted([1 / value if value else math.inf for value in values], "times", bound)

    def part(self, values: Sequence[float]) -> str:
        """What part of a whole: "69 % of", "1.2 times", "less than a billionth of"."""
        words = self._words["parts"]
        for name, size in TINY.items():
            if 0 <= max(values) < size:
                return str(words[name])
        if min(values) > 1:
            return str(words["times"].format(number=self.numbers(values), times=self.counted(values, "times")))
        return str(words["share"].format(share=self.shares(values)))

    def shares(self, values: Sequence[float]) -> str:
        """Shares as whole per cent; never 0 or 100 of what is not nothing and not all."""
        return self._all(values, self._share)

    def of_all(self, values: Sequence[float]) -> str:
        """A share in front of what it is a share of: "93 % of the", "none of the", "all"."""
        words = self._words["of_all"]
        for name, value in (("none", 0.0), ("all", 1.0)):
            if set(values) == {value}:
                return str(words[name])
        return str(words["share"].format(share=self.shares(values)))

    def points(self, values: Sequence[float]) -> str:
        """Percentage points, without their sign."""
        points = [float(round(100 * abs(value))) for value in values]
        form = self._numbers.form(max(points), self._words["nouns"]["points"])
        return f"{self._all(points, lambda value: self._numbers.integer(round(value)))}{NO_BREAK}{form}"

    def deviation(self, values: Sequence[float]) -> str:
        """How far ratios are from 1 at most, in whole per cent, rounded up."""
        return self._numbers.share(math.ceil(100 * max(abs(value - 1) for value in values) - 1e-9) / 100)

    def both(self, items: Sequence[str], last: str = "and") -> str:
        """Names in a row; the words that all begin or end with are said once: "tanh and ReLU networks"."""
        told = list(dict.fromkeys(items))
        if len(told) == 1:
            return told[0]
        words = [item.split(" ") for item in told]
        shortest = min(map(len, words))
        begin = _common(words)
        if begin == shortest:  # one of them is the beginning of another
            begin = 0
        while begin and not self._can_begin([each[begin] for each in words], words[0][:begin]):
            begin -= 1
        end = min(_common([each[::-1] for each in words]), shortest - begin - 1)
        if any(word in self._words["joined"] for each in words for word in each[begin : len(each) - end]):
            end = 0
        parts = [each[begin : len(each) - end] for each in words]
        parts[0], parts[-1] = words[0][: len(words[0]) - end], words[-1][begin:]
        *others, closing = map(" ".join, parts)
        return f"{between(told).join(others)} {self._words['lists'][last]} {closing}"

    def _can_begin(self, rests: Sequence[str], before: Sequence[str]) -> bool:
        """Whether names read on, by their next words: "with radius 0.5 and 0.8", but not "with A and B"."""
        if all(rest[0].isdigit() for rest in rests):
            return True
        return not any(word in self._words["joined"] for word in (*before, *rests))

    def _share(self, value: float) -> str:
        words = self._words["shares"]
        if 0 < value < 0.005:
            return str(words["under"].format(share=self._numbers.share(0.01)))
        if 0.995 < value < 1:
            return str(words["over"].format(share=self._numbers.share(0.99)))
        return self._numbers.share(value)

    def _all(self, values: Sequence[float], say: Callable[[float], str], bound: Bound = Bound.ESTIMATE) -> str:
        low, high = _ends(values, bound)
        if bound is not Bound.ESTIMATE:
            return str(self._words["bounds"][bound].format(value=say(low)))
        ends = [say(low), say(high)]
        return ends[0] if ends[0] == ends[1] else str(self._words["range"].format(low=ends[0], high=ends[1]))


def between(items: Iterable[str]) -> str:
    """What stands between names in a row: a semicolon where any of them has a decimal comma."""
    return "; " if any(map(DECIMAL_COMMA.search, items)) else ", "


def _ends(values: Sequence[float], bound: Bound) -> tuple[float, float]:
    """The smallest and the largest; of a limit, twice the one that holds for all."""
    low, high = min(values), max(values)
    return {Bound.AT_LEAST: (low, low), Bound.AT_MOST: (high, high)}.get(bound, (low, high))


def _fraction(value: float) -> str:
    """The fraction that a ratio is about, if any."""
    if value <= 0:
        return ""
    distance, name = min((abs(math.log(value / fraction)), name) for name, fraction in FRACTIONS.items())
    return name if distance <= NEAR else ""


def _common(words: Sequence[Sequence[str]]) -> int:
    """How many words all begin with."""
    together = zip(*words, strict=False)
    return next((place for place, each in enumerate(together) if len(set(each)) > 1), min(map(len, words)))
