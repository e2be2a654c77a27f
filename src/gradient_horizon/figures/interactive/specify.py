"""Writes interactive figures as Vega-Lite files, and holds the parts that all specifications share."""

import json
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, SupportsFloat

import altair

from gradient_horizon import registries
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import read_words
from gradient_horizon.storage import write
from gradient_horizon.tables.catalogue import Tables

THEORY = "#8b949e"
"""Grey with enough contrast on light and dark backgrounds."""

POWER_OF_TEN = (
    "'10' + (datum.value < 0 ? '⁻' : '')"
    " + (abs(datum.value) >= 10 ? ['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹'][floor(abs(datum.value) / 10)] : '')"
    " + ['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹'][abs(datum.value) % 10]"
)
"""Vega expression for tick labels of an axis of exponents of ten."""


def write_specification(name: str, tables: Tables, sources: Path, out: Path) -> None:
    """Writes a registered interactive figure in a folder per language: a Vega-Lite specification as JSON.

    From tables and the words in LANGUAGE/figures/NAME.json of the report's sources; raises ReportError where a word
    is missing.
    """
    specify = registries.load(registries.INTERACTIVE, "interactive figure", name)
    for language in LANGUAGES:
        words = read_words(sources / language / "figures" / f"{name}.json")["words"]
        specification = specify(tables, words, language)
        text = json.dumps(specification, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        write(out / language / f"{name}.vl.json", f"{text}\n")


def finished(chart: altair.TopLevelMixin) -> dict[str, Any]:
    """The specification of a chart, validated by Altair; text colours are left to the page's theme."""
    fitted = "pad" if isinstance(chart, altair.HConcatChart) else "fit-x"  # a concatenation cannot fit its width
    chart = chart.configure(
        font="system-ui, sans-serif", autosize=altair.AutoSizeParams(type=fitted, contains="padding")
    )
    specification: dict[str, Any] = chart.configure_axis(labelFontSize=12, titleFontSize=12).to_dict()
    return specification


def slider(
    name: str, label: str, ends: tuple[float | int, float | int], step: float, value: float | int
) -> altair.Parameter:
    """A parameter bound to a slider."""
    return altair.param(
        name=name, value=value, bind=altair.binding_range(min=ends[0], max=ends[1], step=step, name=label)
    )


def choice(name: str, label: str, options: list[Any], value: Any) -> altair.Parameter:
    """A parameter bound to a drop-down list."""
    return altair.param(name=name, value=value, bind=altair.binding_select(options=options, name=label))


def lines_of_text(lines: Iterable[tuple[str, str]], **place: Any) -> list[altair.Chart]:
    """Text at the upper right, a line per Vega expression and colour: the legend, with current values."""
    return [
        altair.Chart(altair.Data(values=[{}]))
        .mark_text(
            align="right", baseline="top", fontSize=13, fontWeight="bold", color=colour, x="width", y=row * 18, **place
        )
        .encode(text=altair.Text("line:N"))
        .transform_calculate(line=expression)
        for row, (expression, colour) in enumerate(lines)
    ]


def nearest(values: Iterable[float | int], name: str) -> str:
    """A Vega expression: the value nearest to the parameter of that name."""
    ordered = sorted(set(values))
    expression = f"{ordered[-1]}"
    for lower, upper in reversed(list(pairwise(ordered))):
        expression = f"({name} < {(lower + upper) / 2:.4g} ? {lower} : {expression})"
    return expression


def rounded(values: Mapping[str, SupportsFloat], digits: int = 3) -> dict[str, float | None]:
    """A row with numbers rounded to this many significant digits; null for those not finite."""
    return {name: float(f"{value:.{digits}g}") if math.isfinite(value) else None for name, value in values.items()}
