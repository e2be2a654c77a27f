"""The timeline of a study's jobs, from what Snakemake has recorded of each."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from snakemake.io import IOFile

from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import read_words
from gradient_horizon.pipeline.places import BATCH, ONLY
from gradient_horizon.reporting.timeline import Job, timeline
from gradient_horizon.storage import write

NAME = "timeline.svg"


def write_timeline(results: Path, sources: Path, persistence: Any) -> None:
    """Draws the timeline beside the report in each language, as far as jobs are recorded; never raises.

    A study that is finished stays so whatever becomes of this picture.
    """
    with suppress(Exception):
        jobs = list(_jobs(results, persistence))
        for language in LANGUAGES if jobs else ():
            words = read_words(sources / language / "words.json")["timeline"]
            write(results / "report" / language / NAME, timeline(jobs, words, language))


def _jobs(results: Path, persistence: Any) -> Iterator[Job]:
    """The jobs that made the files of a study; those of its parts have reports of their own."""
    made: dict[tuple[str, str], Any] = {}
    for file in sorted(results.rglob("*")):
        record = persistence.metadata(IOFile(str(file))) if _may_be_made(file.relative_to(results)) else None
        if record is not None and record.starttime and record.endtime:
            made[record.rule, "".join(record.log or ())] = record
    for (rule, log), record in made.items():
        language = Path(log).name.partition(".")[0]
        name = f"{rule} ({language})" if language in LANGUAGES else rule
        yield Job(name, rule == BATCH, record.starttime, max(record.starttime, record.endtime))


def _may_be_made(file: Path) -> bool:
    return file.parts[0] not in (ONLY, "logs", "progress") and not any(part.startswith(".") for part in file.parts)
