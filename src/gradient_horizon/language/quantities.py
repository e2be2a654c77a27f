"""Estimates, intervals and regions as each language writes them, with units and the words between numbers."""

import math

from gradient_horizon.language.numbers import NO_BREAK, Numbers
from gradient_horizon.language.words import Words


class Quantities:
    """Formats quantities by their unit: per cent, percentage points, or significant digits."""

    def __init__(self, numbers: Numbers, words: Words):
        self._numbers = numbers
        self._words = words

    def effect(self, value: float | int, unit: str, digits: int = 3, decimals: int = 0) -> str:
        """An estimate, without the name of its unit."""
        if unit == "share":
            return self._numbers.share(value)
        if unit == "share difference" and math.isfinite(value):
            points = self._numbers.integer(round(100 * value))
            return self._unbroken(self._words["percentage_points"].format(points=points))
        return self._numbers.number(value, digits, decimals)

    def estimate(self, value: float | int, unit: str, digits: int = 3) -> str:
        """An estimate with its unit."""
        name = self._words["units"][unit]
        if isinstance(name, str):
            return self._with_unit(self.effect(value, unit, digits), name)
        return self._numbers.counted(value, name)

    def interval(self, low: float | int, high: float | int, unit: str = "-") -> str:
        """Both ends in words, or a dash where there is none."""
        return self._ends("range", low, high, unit)

    def bracketed(self, low: float | int, high: float | int, unit: str = "-") -> str:
        """Both ends in brackets, as they stand behind an estimate, or a dash where there is none.

        Zeros give both as many decimals as either has, where their digits allow it: "[0.990 to 0.993]".
        """
        digits = self.telling_digits(low, high)
        decimals = max(self._numbers.decimals(end, digits) for end in (low, high))
        return self._ends("bracketed", low, high, unit, decimals)

    def region(self, low: float | int, high: float | int, unit: str = "-") -> str:
        """The values at which a test passes, without the name of their unit."""
        if math.isinf(low):
            return f"≤{NO_BREAK}{self.effect(high, unit)}"
        if math.isinf(high):
            return f"≥{NO_BREAK}{self.effect(low, unit)}"
        return self.effect(low, unit) if low == high else self.interval(low, high, unit)

    def region_with_unit(self, low: float | int, high: float | int, unit: str) -> str:
        """The values at which a test passes, with their unit."""
        return self._with_unit(self.region(low, high, unit), self._words["units_plain"].get(unit))

    def telling_digits(self, low: float | int, high: float | int) -> int:
        """Significant digits that tell both ends of an interval apart: three, or up to six where three do not."""
        if not low < high:
            return 3
        number = self._numbers.number
        return next((digits for digits in range(3, 6) if number(low, digits) != number(high, digits)), 6)

    def _ends(self, form: str, low: float | int, high: float | int, unit: str, decimals: int = 0) -> str:
        if math.isnan(low) or math.isnan(high):
            return "–"
        digits = self.telling_digits(low, high)
        ends = {name: self.effect(end, unit, digits, decimals) for name, end in (("low", low), ("high", high))}
        return self._unbroken(self._words[form].format(**ends))

    def _with_unit(self, text: str, unit: str | None) -> str:
        return f"{text}{NO_BREAK}{unit}" if unit else text

    def _unbroken(self, text: str) -> str:
        return text.replace(" ", NO_BREAK)
