"""Which experiments a claim rests on, read from where its tests find their rows."""

import re

from gradient_horizon.claims.base import Claim

_NAMED = re.compile(r"\bexperiments? ((?:[a-z0-9][a-z0-9.-]*(?:, (?:and )?| and )?)+)")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_JOINING = {"and", "cell", "cells", "remedy", "policy", "moment", "length", "lengths", "radii", "judged", "tasks"}


def experiments_behind(rows: str) -> list[str]:
    """The experiments named where a test says which rows it reads: "experiment A, cell B; against experiment C"."""
    found: dict[str, None] = {}
    for names in _NAMED.findall(rows):
        for part in re.split(r", | and ", names):
            word = part.split(" ")[0]
            if not _NAME.fullmatch(word) or word in _JOINING:
                break
            found[word] = None
    return list(found)


def experiments_of(claim: Claim) -> list[str]:
    """All experiments that the tests of a claim read, each once, in their order."""
    return list(dict.fromkeys(name for test in claim.tests for name in experiments_behind(test.rows)))
