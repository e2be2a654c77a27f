"""Parts of a study that were run apart, joined and judged."""

import sys
from pathlib import Path

from gradient_horizon.claims.schemas import VERDICTS
from gradient_horizon.pipeline.merging import merge
from gradient_horizon.pipeline.parts import MADE_OF, read_json, read_part
from gradient_horizon.tables.merging import different_checks


def merge_parts(*, parts: list[Path], out: Path, sources: Path, allow_versions: bool) -> None:
    """Joins the tables of parts, judges the claims, and prints what was joined and the verdicts, each in a line."""
    read = [read_part(folder) for folder in parts]
    merge(read, out, sources, allow_versions=allow_versions)
    missing = read_json(out / MADE_OF)["missing"]
    runs = {run for part in read for run in part.there}
    lines = [f"{len(read)} parts with {len(runs)} runs, {len(missing)} missing: {out}"]
    lines += [f"missing: {run}" for run in missing]
    lines += [
        f"table {table!r} of {part} differs from that of {read[0].name}, which counts"
        for part, table in different_checks({part.name: part.tables for part in read})
    ]
    lines += [f"{row['claim']}: {row['verdict']}" for row in VERDICTS.load(out / "claims").to_dict("records")]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
