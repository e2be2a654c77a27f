"""Characters that no font of the PDF shows: found by asking Typst, and replaced, so that they never stop a build."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from gradient_horizon.errors import ReportError
from gradient_horizon.reporting import typesetting

SUBSTITUTES = ("\N{REPLACEMENT CHARACTER}", "?")

_DOCUMENT = """#set document(title: "words", date: datetime(year: 1980, month: 1, day: 1))
#for word in json("words.json") [#word #strong(word) #raw(word)

]
"""


def printable(contents: Any) -> Any:
    """The contents of a report with a substitute for every character that its PDF cannot show."""
    words = {word for text in _texts(contents) for word in _words(text)}
    if shows(words):
        return contents
    substitute = next((each for each in SUBSTITUTES if shows([each])), SUBSTITUTES[-1])
    missing = dict.fromkeys(map(ord, unprintable(words)), substitute)
    translated = {word.translate(missing) for word in words}
    stubborn = {
        word: "".join(each if each.isascii() else substitute for each in word)
        for word in (() if shows(translated) else translated)
        if not shows([word])
    }
    return _mapped(contents, partial(_replaced, missing=missing, stubborn=stubborn))


def unprintable(texts: Iterable[str]) -> list[str]:
    """The characters that no font of the PDF shows, in order."""
    words = {word for text in texts for word in _words(text)}
    characters = sorted({each for word in words for each in word if not each.isascii() or not each.isprintable()})
    return [] if shows(characters) else [each for each in characters if not shows([each])]


def shows(words: Iterable[str]) -> bool:
    """Whether Typst prints all of these words, in each kind of letters and by the standards of the report."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.typ").write_text(_DOCUMENT, encoding="utf-8")
        (root / "words.json").write_text(json.dumps(sorted(words)), encoding="utf-8")
        try:
            typesetting.pdf(root, "en")
        except ReportError:
            return False
    return True


def _words(text: str) -> Iterator[str]:
    return (word for word in re.split(r"[ \n]+", text) if not (word.isascii() and word.isprintable()))


def _texts(contents: Any) -> Iterator[str]:
    if isinstance(contents, str):
        yield contents
    elif isinstance(contents, dict | list):
        for inner in contents.values() if isinstance(contents, dict) else contents:
            yield from _texts(inner)


def _mapped(contents: Any, change: Any) -> Any:
    if isinstance(contents, dict):
        return {key: _mapped(inner, change) for key, inner in contents.items()}
    if isinstance(contents, list):
        return [_mapped(inner, change) for inner in contents]
    return change(contents) if isinstance(contents, str) else contents


def _replaced(text: str, missing: dict[int, str], stubborn: dict[str, str]) -> str:
    shown = text.translate(missing)
    for word, plain in stubborn.items():
        shown = shown.replace(word, plain)
    return shown
