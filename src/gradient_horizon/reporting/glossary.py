"""Terms of the glossary marked in a page: each where it is first used in a claim or a chapter."""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple

from gradient_horizon.errors import ReportError

RUNNING = frozenset({"p", "li", "dd"})
"""Elements of running text."""
LEFT_ALONE = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "a", "button", "code", "pre", "table", "svg", "math", "script", "style"}
    | {"summary", "label", "select", "textarea", "blockquote", "figcaption", "nav"}
)
"""Elements in which nothing is marked."""
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
TERM = "term"
"""The class of a marked term; the script of the page makes a button of it, and without script it is plain text."""
LIST = "glossary"
"""The class of the list of all terms."""
HIDDEN = "visually-hidden"
"""The class of what only a screen reader says: a term in it would take the focus unseen."""


class Mark(NamedTuple):
    """A term found in a page, from one place in its text to another."""

    start: int
    end: int
    key: str


def mark_terms(html: str, glossary: Mapping[str, Mapping[str, Any]]) -> str:
    """A page with the first use of each term, in every article and in every section of class "chapter", in a span.

    `glossary` has the forms of each term by its key, as `report/LANGUAGE/glossary.json`; the longest form wins. A term
    that the page names itself, by a span of class "term" with the key as `data-term`, counts as used; raises
    ReportError where the glossary lacks it. All else of the page stays as it is, byte for byte.
    """
    finder = _Finder(html, glossary)
    marked, last = [], 0
    for start, end, key in finder.marks:
        marked += [html[last:start], f'<span class="{TERM}" data-term="{escape(key)}">{html[start:end]}</span>']
        last = end
    return "".join([*marked, html[last:]])


def forms_pattern(glossary: Mapping[str, Mapping[str, Any]]) -> re.Pattern[str]:
    """Any form of any term as a whole word, the longest first, with any space between its words."""
    forms = sorted({form for entry in glossary.values() for form in entry["forms"]}, key=len, reverse=True)
    spaced = ("\\s+".join(map(re.escape, form.split())) for form in forms)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spaced)})(?![\w-])", re.IGNORECASE)


class _Open(NamedTuple):
    """An element that is open: its name, and whether nothing is marked in it."""

    tag: str
    left_alone: bool


class _Finder(HTMLParser):
    """Finds what is to be marked."""

    def __init__(self, html: str, glossary: Mapping[str, Mapping[str, Any]]):
        super().__init__(convert_charrefs=False)
        self.marks: list[Mark] = []
        self._glossary = glossary
        self._keys = {_plain(form): key for key, entry in glossary.items() for form in entry["forms"]}
        self._pattern = forms_pattern(glossary)
        self._open: list[_Open] = []
        self._scopes: list[tuple[int, set[str]]] = []
        self._lines = list(_starts_of_lines(html))
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens an element; a scope, where it is an article or a chapter."""
        if tag in VOID:
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if tag == "article" or (tag == "section" and "chapter" in classes):
            self._scopes.append((len(self._open), set()))
        self._open.append(_Open(tag, tag in LEFT_ALONE or not {TERM, LIST, HIDDEN}.isdisjoint(classes)))
        key = given.get("data-term")
        if TERM in classes and key is not None:
            if key not in self._glossary:
                raise ReportError(f"the glossary must have the term {key!r}; there are {', '.join(self._glossary)}")
            if self._scopes:
                self._scopes[-1][1].add(key)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content, as SVG has them, opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        """Closes the innermost such element, with all that was left open in it."""
        if tag not in {each.tag for each in self._open}:
            return
        while self._open:
            closed = self._open.pop()
            if self._scopes and self._scopes[-1][0] == len(self._open):
                self._scopes.pop()
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Marks the terms of running text that its scope has not had."""
        if not self._scopes or any(each.left_alone for each in self._open):
            return
        if not any(each.tag in RUNNING for each in self._open):
            return
        line, column = self.getpos()
        start, used = self._lines[line - 1] + column, self._scopes[-1][1]
        for found in self._pattern.finditer(data):
            key = self._keys[_plain(found[0])]
            if key not in used:
                used.add(key)
                self.marks.append(Mark(start + found.start(), start + found.end(), key))


def _plain(form: str) -> str:
    return " ".join(unescape(form).lower().split())


def _starts_of_lines(text: str) -> Iterator[int]:
    yield 0
    yield from (match.end() for match in re.finditer("\n", text))
