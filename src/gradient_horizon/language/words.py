"""The words of a report, from the files in `report/LANGUAGE/`."""

import json
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ReportError


class Words(dict[str, Any]):
    """Words by key; a key that is missing stops the build with its name, and with the file that lacks it."""

    file: Path | None = None

    def __missing__(self, key: str) -> Any:
        place = "" if self.file is None else f" in {self.file}"
        raise ReportError(f"the words of the report must have {key!r}{place}; there are {', '.join(sorted(self))}")


def read_words(file: Path) -> Words:
    """The words in a JSON file, at every level as `Words`."""

    def from_file(given: dict[str, Any]) -> Words:
        words = Words(given)
        words.file = file
        return words

    found: Words = json.loads(file.read_text(encoding="utf-8"), object_hook=from_file)
    return found


def words_in(text: str) -> int:
    """How many words a text has; what a no-break space binds, a number with its unit, is one."""
    return len(text.split(" "))
