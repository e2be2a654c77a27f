"""What runs record of where they ran: versions and machines."""

import json
import re
from pathlib import Path


def run_facts(home: Path, runs: list[str]) -> list[tuple[str, str]]:
    """What the runs in the results folder `home` say of where they ran; several values where they differ."""
    values: dict[str, set[str]] = {}
    for run in runs:
        file = home / "runs" / run / "provenance.json"
        if not file.is_file():
            continue
        record = json.loads(file.read_text(encoding="utf-8"))
        facts = {**record.get("versions", {}), **record.get("machine", {})}
        facts |= {key: value for key, value in record.items() if key not in ("versions", "machine")}
        for key, value in facts.items():
            values.setdefault(re.sub("_", " ", key), set()).add(str(value))
    return [(key, ", ".join(sorted(each))) for key, each in values.items()]
