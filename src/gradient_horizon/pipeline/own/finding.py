"""What a check of a class of the user's own found."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from gradient_horizon.study.own_places import place

LONGEST = 300
"""Characters of a value, or of an error's words, that a sentence quotes."""


class Finding(NamedTuple):
    """A sentence without its subject: what is right, must be otherwise ("wrong"), or is odd ("remark")."""

    level: Literal["ok", "wrong", "remark"]
    text: str


def wrong(text: str, at: object = None) -> Finding:
    """A fault; `at` is the error, the function or the class of the user's own that the sentence speaks of."""
    return Finding("wrong", f"{text}{place(at)}")


def ok(text: str) -> Finding:
    """Something that was tried and is right."""
    return Finding("ok", text)


def remark(text: str, at: object = None) -> Finding:
    """Something that is allowed, and often not meant."""
    return Finding("remark", f"{text}{place(at)}")


def said(error: BaseException) -> str:
    """The type of an error and what it says, on one line."""
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {shown(' '.join(words.split()))}"


def shown(value: object) -> str:
    """A value as a sentence quotes it."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def is_wrong(findings: Iterable[Finding]) -> bool:
    """Whether any of these is a fault."""
    return any(finding.level == "wrong" for finding in findings)
