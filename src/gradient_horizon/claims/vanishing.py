"""Section 2 of the lecture: the symptoms of a vanishing gradient."""

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.comparisons import horizon_within
from gradient_horizon.claims.evidence import NOTHING, at_moment, censored_seed_mean, seed_geometric_mean
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import EARLY_TANH, ORTHOGONAL_TANH, PATIENT_TANH, TANH
from gradient_horizon.tables.catalogue import Tables

STEPS_IN_THE_LECTURE = Region(5, 10)
SHORT = Region(high=50)
NEGLIGIBLE = Region(high=0.01)
SMALL_GRADIENT = Region(high=0.1)


def _gradient_horizon(tables: Tables) -> Finding:
    return censored_seed_mean(at_moment(tables, TANH, "gradient_horizon", moment="initial"))


SHORT_MEMORY = Claim(
    id="short-memory",
    section="vanishing",
    figure="profiles",
    tests=(
        Test(
            id="gradient-horizon",
            kind="main",
            table="gradients",
            runs=(TANH,),
            where=("moment-initial", "longest-length"),
            unit="steps",
            region=STEPS_IN_THE_LECTURE,
            measure=_gradient_horizon,
        ),
        horizon_within("memory-horizon", "main", TANH, SHORT),
        horizon_within("memory-horizon-5-10", "boundary", TANH, STEPS_IN_THE_LECTURE),
        horizon_within("orthogonal", "boundary", ORTHOGONAL_TANH, SHORT),
        horizon_within("patience", "boundary", PATIENT_TANH, SHORT),
        horizon_within("any-learning-rate", "boundary", TANH, SHORT, policy="any"),
    ),
)


def _early_share(test_id: str, kind: Kind, moment: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="gradients",
        runs=(EARLY_TANH,),
        where=(f"moment-{moment}", "length-50"),
        unit="-",
        region=NEGLIGIBLE,
        measure=lambda tables: seed_geometric_mean(
            at_moment(tables, EARLY_TANH, "early_share", moment=moment, length=50)
        ),
    )


def _whole_gradient_ratio(tables: Tables) -> Finding:
    long = at_moment(tables, EARLY_TANH, "weight_gradient", moment="initial", length=50)
    short = at_moment(tables, EARLY_TANH, "weight_gradient", moment="initial", length=5)
    return seed_geometric_mean((long / short).dropna()) if len(long) and len(short) else NOTHING


EARLY_STEPS = Claim(
    id="early-steps-do-not-learn",
    section="vanishing",
    figure="contributions",
    tests=(
        _early_share("early-share", "main", "initial"),
        _early_share("after-training", "boundary", "final"),
        Test(
            id="whole-gradient",
            kind="boundary",
            table="gradients",
            runs=(EARLY_TANH,),
            where=("moment-initial", "lengths-50-and-5"),
            unit="-",
            region=SMALL_GRADIENT,
            measure=_whole_gradient_ratio,
        ),
    ),
)
