"""Numbers as each language writes them, by Babel."""

import math

from babel.numbers import format_decimal, format_percent


class Numbers:
    """Formats numbers of one language; a missing value is a dash, an open end the sign of infinity."""

    def __init__(self, language: str):
        self.language = language

    def number(self, value: float | None, digits: int = 3) -> str:
        """Significant digits, with a power of ten where the number is tiny or huge."""
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value != 0 and not 1e-3 <= abs(value) < 1e6:
            exponent = math.floor(math.log10(abs(value)))
            return f"{self.number(value / 10**exponent, digits)} · 10{self._superscript(exponent)}"
        places = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return self._minus(
            format_decimal(round(value, places), format="#,##0." + "#" * max(places, 1), locale=self.language)
        )

    def share(self, value: float | None) -> str:
        """A share as whole per cent."""
        if value is None or math.isnan(value):
            return "–"
        return self._minus(format_percent(value, locale=self.language))

    def interval(self, low: float, high: float) -> str:
        """Both ends, or a dash where there is none."""
        if math.isnan(low) or math.isnan(high):
            return "–"
        return f"{self.number(low)} to {self.number(high)}"

    def region(self, low: float, high: float) -> str:
        """Where a test passes."""
        if math.isinf(low):
            return f"≤ {self.number(high)}"
        if math.isinf(high):
            return f"≥ {self.number(low)}"
        return f"{self.number(low)} to {self.number(high)}"

    def _minus(self, text: str) -> str:
        return text.replace("-", "−")

    def _superscript(self, exponent: int) -> str:
        return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
