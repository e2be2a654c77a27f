"""Parts of a study joined into one folder of results, and judged."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.judged import own_claims
from gradient_horizon.claims.registered import Claims
from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.fitting import made_with, require_fitting
from gradient_horizon.pipeline.parts import MADE_OF, RUNS, Part, read_json
from gradient_horizon.storage import write, write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.merging import join_parts

PARTS = "parts"
"""Where made_of.json says what results were joined from; that of a study does not say it."""


def merge(parts: Sequence[Part], out: Path, sources: Path, *, allow_versions: bool = False) -> None:
    """Joins parts, makes the tables that are made from tables, and judges the claims with the texts in `sources`.

    Raises MergeError where parts do not fit each other, or where the folder holds something else.
    """
    if out.exists() and any(out.iterdir()) and not _was_merged(out):
        raise MergeError(f"{out} must be a new folder, or one that was merged before; got a folder with other files")
    require_fitting(parts, allow_versions=allow_versions)
    tables = join_parts({part.name: part.tables for part in parts})
    keys = _keys(parts)
    there = {run for part in parts for run in part.there}
    write_json(
        out / MADE_OF,
        {
            "missing": [run for run in keys if run not in there],
            "facts": _facts(part.facts for part in parts),
            PARTS: {part.name: {"package": part.about["package"], **made_with(part)} for part in parts},
        },
    )
    write(out / RUNS, _csv(keys))
    for name, table in tables.items():
        TABLES[name].save(table, out / "tables")
    judge_all(tables, sources, out / "claims", Claims(_own_claims(parts)))


def _own_claims(parts: Sequence[Part]) -> tuple[Claim, ...]:
    """The claims that the studies of parts make themselves, each once; that of the first part that has it."""
    found = {claim.id: claim for part in reversed(parts) for claim in own_claims(part.study)}
    return tuple(found.values())


def _was_merged(folder: Path) -> bool:
    return (folder / MADE_OF).is_file() and PARTS in read_json(folder / MADE_OF)


def _keys(parts: Sequence[Part]) -> dict[str, Keys]:
    """All runs that were planned, with the keys of the part that has them."""
    planned = {run: keys for part in reversed(parts) for run, keys in part.keys.items()}
    there = {run: part.keys[run] for part in parts for run in part.there}
    listed = dict.fromkeys(run for part in parts for run in part.keys)
    return {run: there.get(run, planned[run]) for run in listed}


def _csv(keys: dict[str, Keys]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("run", *(field.name for field in fields(Keys))))
    writer.writerows((run, *asdict(each).values()) for run, each in keys.items())
    return text.getvalue()


def _facts(facts: Iterable[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    joined: dict[str, set[str]] = {}
    for each in facts:
        for what, values in each.items():
            joined.setdefault(what, set()).update(values)
    return {what: sorted(values) for what, values in joined.items()}
