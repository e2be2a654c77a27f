"""Whether a setting can say anything about a question, decided on pilot seeds, which are never judged."""

from enum import StrEnum

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.question import Test

WORKING = 0.8
"""The share of pilot networks that have to solve the shortest length."""


class Silence(StrEnum):
    """Why a setting says nothing."""

    NONE = ""
    NO_RUNS = "no runs"
    NOBODY_SOLVED_IT = "nobody solved it"
    TOO_FEW_MEASURED = "too few measured"
    NO_PILOTS = "no pilots"
    NOTHING_WORKS = "nothing works"
    FLOOR = "floor"
    CEILING = "ceiling"


def silence(test: Test, place: Place) -> Silence:
    """Why a setting says nothing about a question; `Silence.NONE` where it is informative.

    One of the arms that have to work must solve the task on pilot seeds, at the shortest length tried; and not all that
    is compared may lie at the floor, or at the ceiling, of what the setting can tell.
    """
    if test.works:
        shares = [_working(place, arm) for arm in test.works]
        known = [share for share in shares if share is not None]
        if not known:
            return Silence.NO_PILOTS
        if max(known) < WORKING:
            return Silence.NOTHING_WORKS
    limit = test.evidence.floor_or_ceiling(place)
    return Silence(limit) if limit else Silence.NONE


def silence_of_nothing(test: Test, place: Place) -> Silence:
    """Why a question finds nothing: no runs; or no network that solves the task, where it asks about these; or too few.

    Networks that stopped before half of the updates, for example, are not measured half-way.
    """
    if not (test.evidence.arms and all(len(place.rows("networks", arm)) for arm in test.evidence.arms)):
        return Silence.NO_RUNS
    of_solved = "solved-networks" in test.evidence.where
    return Silence.NOBODY_SOLVED_IT if of_solved else Silence.TOO_FEW_MEASURED


def _working(place: Place, arm: Arm) -> float | None:
    """The share of an arm's pilot networks that solve its shortest length; None: it has none."""
    rows = place.rows("networks", arm)
    rows = rows[~rows["judged"] & rows["chosen"]]
    rows = rows[rows["length"].eq(rows["length"].min())]
    return float(rows["status"].eq("solved").mean()) if len(rows) else None
