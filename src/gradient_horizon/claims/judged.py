"""Claims that a study makes itself: that a cell under `judge` remembers longer than others."""

from collections.abc import Iterator
from typing import Final

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.exact import SizeRatio
from gradient_horizon.claims.evidence.horizons import HorizonRatio, LearntDecay, LearntDecayRatio
from gradient_horizon.claims.evidence.memory import Length
from gradient_horizon.claims.evidence.per_seed import Horizon
from gradient_horizon.claims.evidence.shares import SolvedLongest
from gradient_horizon.claims.question import Test, check, condition, main, mechanism
from gradient_horizon.claims.regions import FARTHER, LONGER, MORE_OFTEN, NEARER, NO_LARGER
from gradient_horizon.claims.registered import Claims
from gradient_horizon.study.judging import Judged, slug
from gradient_horizon.study.model import Study

OWN: Final = "judged"
"""The section of these claims."""


def own_claims(study: Study) -> tuple[Claim, ...]:
    """A claim for each judged cell, in the order of the configuration; none where it judges no cell."""
    return tuple(_claim(each, study) for each in study.judge)


def claims_of(study: Study) -> Claims:
    """The claims that a study can ask: those of every study, and its own."""
    return Claims(own_claims(study))


def _claim(judged: Judged, study: Study) -> Claim:
    return Claim(id=judged.claim, section=OWN, figure=judged.claim, tests=tuple(_tests(judged, study)))


def _tests(judged: Judged, study: Study) -> Iterator[Test]:
    """Main: how long networks remember. Condition: who solves the longest length. Mechanism: how far gradients reach
    before training, and how fast they fade after it.

    Check: that the judged cell is not the larger one, in the first setting where both have the same width.
    """
    own, settings = Arm(judged.cell, judged.remedy), judged.settings or ()
    others = {slug(cell): Arm(cell) for cell in judged.against}
    for name, other in others.items():
        yield from main(f"memory-{name}", Length(own) / Length(other), LONGER, *settings)
    for name, other in others.items():
        solved = SolvedLongest(own) - SolvedLongest(other)
        yield from condition(f"longest-length-{name}", solved, MORE_OFTEN, *settings)
    for name, other in others.items():
        initial = HorizonRatio(*(Horizon("gradient_horizon", arm, "initial") for arm in (own, other)))
        yield from mechanism(f"horizon-before-{name}", initial, FARTHER, *settings)
        learnt = LearntDecayRatio(*(LearntDecay("decay_factor", arm, "final") for arm in (own, other)))
        yield from mechanism(f"decay-after-{name}", learnt, NEARER, *settings)
    for name, other in others.items():
        if same := [each for each in settings if _is_of_one_width(study, each, own, other)]:
            yield from check(f"parameters-{name}", SizeRatio("parameters", own, other), NO_LARGER, same[0])


def _is_of_one_width(study: Study, setting: str, first: Arm, second: Arm) -> bool:
    """Whether two cells, which are not the same, have as many hidden units in a setting."""
    (experiment,) = (each for each in study.experiments if each.name == setting)
    return first.cell != second.cell and experiment.width_of(first.cell) == experiment.width_of(second.cell)
