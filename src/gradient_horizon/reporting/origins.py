"""Which runs of a study were trained elsewhere: what a report says of runs that were merged from other stores."""

from collections.abc import Mapping, Sequence
from typing import Any

from gradient_horizon.reporting.grid import Column, cell, grid, number_cell
from gradient_horizon.reporting.wording import Wording

MACHINE = ("processor", "system", "architecture")
"""What runs say of their machine; all else are versions."""


def origins_table(wording: Wording, origins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row for the runs that were trained here, and one for each store that others were merged from."""
    columns = [
        Column("store", width=1.1),
        Column("runs", number=True),
        Column("processor", width=0.9),
        Column("system", width=0.8),
        Column("versions", width=2),
        Column("merged_on", width=1),
    ]
    return grid(wording, "origins", columns, [_row(wording, each) for each in origins])


def merged_sentence(wording: Wording, origins: Sequence[Mapping[str, Any]]) -> str:
    """How many of all runs were merged, and how many from each store; nothing where none was."""
    words, numbers = wording.words["merged"], wording.numbers
    if not origins:
        return ""
    others = [each for each in origins if each["store"]]
    return str(
        words["sentence"].format(
            runs=numbers.counted(sum(each["runs"] for each in others), words["runs"]),
            all=numbers.integer(sum(each["runs"] for each in origins)),
            stores=", ".join(f"{each['store']}: {numbers.integer(each['runs'])}" for each in others),
        )
    )


def _row(wording: Wording, origin: Mapping[str, Any]) -> list[dict[str, Any]]:
    facts = origin["facts"]
    versions = ", ".join(f"{name} {' / '.join(values)}" for name, values in facts.items() if name not in MACHINE)
    system = " ".join("/".join(facts[name]) for name in ("system", "architecture") if name in facts)
    return [
        cell(origin["store"] or wording.words["merged"]["here"]),
        number_cell(wording, origin["runs"]),
        cell(", ".join(facts.get("processor", []))),
        cell(system),
        cell(versions),
        cell(_days(wording, origin["days"])),
    ]


def _days(wording: Wording, days: Sequence[str]) -> str:
    """The day, the first and the last of several, or a dash."""
    if not days:
        return "–"
    first, last = (wording.numbers.day(day) for day in (days[0], days[-1]))
    return first if first == last else str(wording.words["range"].format(low=first, high=last))
