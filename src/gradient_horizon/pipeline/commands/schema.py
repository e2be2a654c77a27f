"""The JSON schema of config.yaml."""

import json
from pathlib import Path

from gradient_horizon.study.model import json_schema


def write_schema(*, out: Path) -> None:
    """Writes the JSON schema of config.yaml, for editors."""
    out.write_text(json.dumps(json_schema(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
