"""Tables as both formats show them: captions, heads, and cells of text with the plain value for sorting and CSV."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gradient_horizon.language.numbers import SIGNS
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored, Side

Cell = dict[str, Any]


class Column(NamedTuple):
    """A column: its head, whether it holds numbers, and its share of the width in print (0: as wide as needed)."""

    head: str
    number: bool = False
    width: float = 0


def cell(text: str, value: float | int | str | None = None, **more: Any) -> Cell:
    """A cell; `more` makes it a verdict, an outcome, code or a link, or adds a detail."""
    plain = {} if value is None else {"value": value if isinstance(value, str) else f"{value:.10g}"}
    return {"text": text, **plain, **more}


def grid(wording: Wording, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """A table of both formats; the caption is its key among the words."""
    heads = wording.words["heads"]
    return {
        "caption": wording.words["captions"][caption],
        "columns": [
            {"key": column.head, "head": heads[column.head], "number": column.number, "width": column.width}
            for column in columns
        ],
        "rows": [list(row) for row in rows],
    }


def number_cell(wording: Wording, value: float | int, unit: str = "-") -> Cell:
    """A number as the language writes it."""
    return cell(wording.quantities.effect(value, unit), float(value) if math.isfinite(value) else None)


def network_cell(wording: Wording, network: str, remedy: str, task: str = "") -> Cell:
    """A cell with its remedy, as head of a row that the page's filters know by its names in the configuration."""
    of = {"data-cell": network, "data-remedy": remedy, **({"data-task": task} if task else {})}
    return cell(wording.network(network, remedy), of=of)


def censored_cell(wording: Wording, value: Censored | None) -> Cell:
    """A value, or the limit that is known of it."""
    text = wording.numbers.censored(value)
    if value is None:
        return cell(text)
    number, side = value.parts
    return cell(text, number if math.isfinite(number) else None, censored=side.value)


def interval_cell(wording: Wording, low: float, high: float, unit: str = "-") -> Cell:
    """Both ends of an interval."""
    return cell(wording.quantities.interval(low, high, unit), **_ends(low, high))


def estimate_cell(wording: Wording, row: Mapping[str, Any], name: str, unit: str) -> Cell:
    """An estimate and its interval, from a row that has NAME, NAME_low and NAME_high.

    With the sign for at most or at least where NAME_censored says that the estimate is a limit.
    """
    value, low, high = (float(row[column]) for column in (name, f"{name}_low", f"{name}_high"))
    side = Side(row.get(f"{name}_censored", Side.NONE))
    text = SIGNS[side] + wording.quantities.estimate(value, unit, wording.quantities.telling_digits(low, high))
    if not (math.isnan(low) or math.isnan(high)):
        text += f" {wording.quantities.bracketed(low, high, unit)}"
    return cell(text, value if math.isfinite(value) else None, **_ends(low, high), censored=side.value)


def _ends(low: float, high: float) -> dict[str, str]:
    """The ends of an interval as a file of comma-separated values has them; nothing for one that is not known."""
    ends = {"low": low, "high": high}
    return {name: f"{end:.10g}" for name, end in ends.items() if not math.isnan(end)}
