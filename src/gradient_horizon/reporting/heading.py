"""The title of a report, and what a reader must know first: what of a study it is of, and what is missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon import registries
from gradient_horizon.reporting.wording import Wording

ONLY = "only"
"""The folder of the parts of a study: results/STUDY/only/NAME."""


class Extent(NamedTuple):
    """How much of a study a report rests on: runs that are there, of those of the whole study, and that failed."""

    found: int
    expected: int
    failed: tuple[str, ...]


def part_of(results: Path, study: str) -> str:
    """The name of the part that these results are of, an experiment or a claim; nothing for the whole study."""
    return results.name if results.parent.name == ONLY and results.parent.parent.name == study else ""


def heading(wording: Wording, study: Mapping[str, Any], part: str, *, asks_all: bool) -> dict[str, str]:
    """Title and subtitle: those of the lecture, or of a study that does not ask all of its claims."""
    words = wording.words
    title = words["title"] if asks_all and not part else _title_of_study(wording, study)
    if part:
        title = words["part"]["title"].format(part=_named(wording, study, part), study=title)
    return {"title": title, "subtitle": words["subtitle" if asks_all else "subtitle_of_study"]}


def notices(wording: Wording, study: Mapping[str, Any], part: str, extent: Extent) -> list[str]:
    """Of which part of which study a report is, of how many runs, and which of them failed."""
    words = wording.words
    counts = {name: wording.numbers.integer(getattr(extent, name)) for name in ("found", "expected")}
    said = []
    if part:
        kind = "claim" if _is_claim(wording, study, part) else "experiment"
        named = {"part": _named(wording, study, part), "study": _title_of_study(wording, study), "name": study["name"]}
        said.append(words["part"][kind].format(**named, **counts))
    elif extent.found != extent.expected:
        said.append(words["partial"].format(**counts))
    if extent.failed:
        said.append(words["failed"].format(runs=", ".join(extent.failed)))
    return said


def _title_of_study(wording: Wording, study: Mapping[str, Any]) -> str:
    return str(wording.words["study_titles"].get(study["title"], study["title"]))


def _is_claim(wording: Wording, study: Mapping[str, Any], part: str) -> bool:
    if wording.texts.claims.is_own(part):
        return True
    return part in registries.CLAIMS and part not in {each["name"] for each in study["experiments"]}


def _named(wording: Wording, study: Mapping[str, Any], part: str) -> str:
    return wording.texts.title(part) if _is_claim(wording, study, part) else wording.names.setting(part)
