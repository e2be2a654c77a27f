"""Numbers as each language writes them, by Babel."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from gradient_horizon.statistics import Censored, Side

LANGUAGES = ("en", "pl")
NO_BREAK = "\u00a0"
_SIGNS = {Side.NONE: "", Side.LEFT: f"≤{NO_BREAK}", Side.RIGHT: f"≥{NO_BREAK}"}
_TO = {"en": "to", "pl": "do"}
_POINTS = {"en": "pp", "pl": "p.p."}


class Numbers:
    """Formats numbers of one language; a missing value is a dash, an open end the sign of infinity."""

    def __init__(self, language: str):
        self.language = language
        self._to = f" {_TO[language]} "

    def number(self, value: float | int | None, digits: int = 3) -> str:
        """Significant digits, with a power of ten where the number is tiny or huge."""
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value != 0 and not 1e-3 <= abs(value) < 1e6:
            exponent = math.floor(math.log10(abs(value)))
            base = self.number(value / 10**exponent, digits)
            return f"{base}{NO_BREAK}·{NO_BREAK}10{self._superscript(exponent)}"
        places = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return self._decimal(round(value, places), "#,##0." + "#" * max(places, 1))

    def censored(self, value: Censored | None, digits: int = 3) -> str:
        """A value, or the limit that is known of it behind the sign for at least or at most."""
        if value is None:
            return self.number(None)
        number, side = value.parts
        return _SIGNS[side] + self.number(number, digits)

    def integer(self, value: int) -> str:
        """A count."""
        return self._decimal(value, "#,##0")

    def share(self, value: float | int | None) -> str:
        """A share as whole per cent."""
        if value is None or math.isnan(value):
            return "–"
        return f"{self._decimal(round(100 * value), '#,##0')}{NO_BREAK}%"

    def effect(self, value: float | int, unit: str, digits: int = 3) -> str:
        """An estimate in the form of its unit: per cent, percentage points, or significant digits."""
        if unit == "share":
            return self.share(value)
        if unit == "share difference" and math.isfinite(value):
            return f"{self.integer(round(100 * value))}{NO_BREAK}{_POINTS[self.language]}"
        return self.number(value, digits)

    def interval(self, low: float | int, high: float | int, unit: str = "-") -> str:
        """Both ends, or a dash where there is none."""
        if math.isnan(low) or math.isnan(high):
            return "–"
        digits = self.telling_digits(low, high)
        return f"{self.effect(low, unit, digits)}{self._to}{self.effect(high, unit, digits)}".replace(" ", NO_BREAK)

    def telling_digits(self, low: float | int, high: float | int) -> int:
        """Significant digits that tell both ends of an interval apart: three, or up to six where three do not."""
        if not low < high:
            return 3
        return next((digits for digits in range(3, 6) if self.number(low, digits) != self.number(high, digits)), 6)

    def region(self, low: float | int, high: float | int, unit: str = "-") -> str:
        """Where a test passes."""
        if math.isinf(low):
            return f"≤{NO_BREAK}{self.effect(high, unit)}"
        if math.isinf(high):
            return f"≥{NO_BREAK}{self.effect(low, unit)}"
        if low == high:
            return self.effect(low, unit)
        return self.interval(low, high, unit)

    def counted(self, value: float | int, forms: Mapping[str, str]) -> str:
        """A number with the form of its noun that the language asks for: one, few, many, other (CLDR)."""
        return f"{self.number(value)}{NO_BREAK}{self.form(value, forms)}"

    def form(self, value: float | int, forms: Mapping[str, str]) -> str:
        """The form of a noun after this number as it is written here."""
        if not math.isfinite(value):
            return forms["other"]
        written = Decimal(f"{value:.3g}") if abs(value) < 1000 else Decimal(round(value))
        return forms.get(Locale(self.language).plural_form(written.normalize()), forms["other"])

    def duration(self, seconds: float | int) -> str:
        """Hours, minutes or seconds, as SI and calendars abbreviate them."""
        size, unit = (3600, "h") if seconds >= 3600 else (60, "min") if seconds >= 60 else (1, "s")
        return f"{self.number(seconds / size, 2)}{NO_BREAK}{unit}"

    def day(self, day: str) -> str:
        """A day given as 2026-11-24; other text as it is."""
        try:
            return format_date(date.fromisoformat(day), format="long", locale=self.language).replace(" ", NO_BREAK)
        except ValueError:
            return day

    def _decimal(self, value: float | int, pattern: str) -> str:
        return format_decimal(value, format=pattern, locale=self.language).replace("-", "−")

    def _superscript(self, exponent: int) -> str:
        return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
