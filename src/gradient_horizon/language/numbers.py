"""Numbers as each language writes them, by Babel."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from gradient_horizon.statistics.censored import Censored, Side

LANGUAGES = ("en", "pl")
NO_BREAK = "\u00a0"
PER_CENT = {"en": f"{NO_BREAK}%", "pl": "%"}
UNGROUPED_BELOW = {"en": 1_000, "pl": 10_000}
"""Smaller numbers have no sign between their thousands: Polish parts five digits, but not four."""
SIGNS = {Side.NONE: "", Side.LEFT: f"≤{NO_BREAK}", Side.RIGHT: f"≥{NO_BREAK}"}


class Numbers:
    """Formats numbers of one language; a missing value is a dash, an unlimited one the sign of infinity."""

    def __init__(self, language: str):
        self.language = language

    def number(self, value: float | int | None, digits: int = 3, decimals: int = 0) -> str:
        """Significant digits, with a power of ten where the number is tiny or huge.

        Zeros follow the last decimal up to so many decimals, but not beyond the significant digits.
        """
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value != 0 and not 1e-3 <= abs(value) < 1e6:
            exponent = math.floor(math.log10(abs(value)))
            base = self.number(value / 10**exponent, digits)
            return f"{base}{NO_BREAK}·{NO_BREAK}10{self._superscript(exponent)}"
        places = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
        kept = min(places, decimals)
        return self._decimal(round(value, places), "#,##0." + "0" * kept + "#" * (max(places, 1) - kept))

    def decimals(self, value: float | int, digits: int = 3) -> int:
        """How many decimals so many significant digits of a number have, without zeros at the end."""
        if not math.isfinite(value) or value == 0 or not 1e-3 <= abs(value) < 1e6:
            return 0
        _, _, exponent = Decimal(f"{value:.{digits}g}").normalize().as_tuple()
        return max(0, -int(exponent))

    def censored(self, value: Censored | None, digits: int = 3) -> str:
        """A value, or the limit that is known of it behind the sign for at least or at most."""
        if value is None:
            return self.number(None)
        number, side = value.parts
        return SIGNS[side] + self.number(number, digits)

    def integer(self, value: int) -> str:
        """A count."""
        return self._decimal(value, "#,##0")

    def share(self, value: float | int | None) -> str:
        """A share as whole per cent."""
        if value is None or math.isnan(value):
            return "–"
        return f"{self._decimal(round(100 * value), '#,##0')}{PER_CENT[self.language]}"

    def counted(self, value: float | int, forms: Mapping[str, str]) -> str:
        """A number with the form of its noun that the language asks for: one, few, many, other (CLDR)."""
        return f"{self.number(value)}{NO_BREAK}{self.form(value, forms)}"

    def form(self, value: float | int, forms: Mapping[str, str]) -> str:
        """The form of a noun after this number as it is written here."""
        if not math.isfinite(value):
            return forms["other"]
        written = Decimal(f"{value:.3g}") if abs(value) < 1000 else Decimal(round(value))
        return forms.get(Locale(self.language).plural_form(written.normalize()), forms["other"])

    def day(self, day: str) -> str:
        """A day given as 2026-11-24; other text as it is."""
        try:
            return format_date(date.fromisoformat(day), format="long", locale=self.language).replace(" ", NO_BREAK)
        except ValueError:
            return day

    def _decimal(self, value: float | int, pattern: str) -> str:
        grouped = abs(value) >= UNGROUPED_BELOW[self.language]
        return format_decimal(value, format=pattern, locale=self.language, group_separator=grouped).replace("-", "−")

    def _superscript(self, exponent: int) -> str:
        return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
