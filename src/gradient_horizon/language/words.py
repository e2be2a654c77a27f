"""The words of a report, from the files in `report/LANGUAGE/`."""

import json
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ReportError


class Words(dict[str, Any]):
    """Words by key; a key that is missing stops the build with its name."""

    def __missing__(self, key: str) -> Any:
        raise ReportError(f"the words of the report must have {key!r}; there are {', '.join(sorted(self))}")


def read_words(file: Path) -> Words:
    """The words in a JSON file, at every level as `Words`."""
    return Words(json.loads(file.read_text(encoding="utf-8"), object_hook=Words))


def words_in(text: str) -> int:
    """How many words a text has; what a no-break space binds, a number with its unit, is one."""
    return len(text.split(" "))
