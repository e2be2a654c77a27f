"""Section 1 of the lecture: powers of W as the cause."""

import math

from gradient_horizon.claims.arms import CHRONO_LSTM, GRU, LINEAR, LSTM, NON_NORMAL, TANH, of_radius
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.exact import PowersHold
from gradient_horizon.claims.evidence.memory import T50
from gradient_horizon.claims.evidence.orders import HorizonOrder, MemoryOrder
from gradient_horizon.claims.evidence.per_seed import Measure
from gradient_horizon.claims.question import Test, condition, main, mechanism
from gradient_horizon.claims.regions import (
    CLEAR_ORDER,
    EXPONENTIAL,
    FACTOR_TWO,
    GROWS,
    NEARLY_ALL,
    SHRINKS,
    STRAIGHT,
    TENFOLD,
    TWO_PER_CENT,
)
from gradient_horizon.claims.settings import FLOW, POWERS, POWERS_BOUNDED, RADIUS, RECALL_32
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

RADII = (0.3, 0.45, 0.6, 0.75, 0.9, 1.2, 1.6)
OF_RADII = tuple((radius, of_radius(TANH, radius)) for radius in RADII)

EIGEN_POWER = Claim(
    id="eigen-power",
    section="cause",
    figure="",
    tests=(
        *main("random", PowersHold("random"), NEARLY_ALL),
        *mechanism("defective", PowersHold("defective"), NEARLY_ALL),
    ),
)


def _follows(radius: float | int) -> tuple[Test, ...]:
    """The factor per step of a linear network, over its spectral radius."""
    factor = Measure("late_factor", of_radius(LINEAR, radius)) / radius
    return main(f"linear-{radius:g}", factor, TWO_PER_CENT, POWERS)


def _bounded(radius: float | int) -> Measure:
    return Measure("late_factor", of_radius(TANH, radius))


VANISHES = Claim(
    id="below-one-vanishes",
    section="cause",
    figure="radius",
    tests=(
        *_follows(0.5),
        *_follows(0.8),
        *_follows(0.9),
        *_follows(0.95),
        *condition("non-normal", Measure("transient_growth", NON_NORMAL), TENFOLD, POWERS),
        *condition("tanh-0.9", _bounded(0.9), SHRINKS, POWERS_BOUNDED),
    ),
)

EXPLODES = Claim(
    id="above-one-explodes",
    section="cause",
    figure="radius",
    tests=(
        *_follows(1.05),
        *_follows(1.2),
        *_follows(1.5),
        *condition("tanh-1.05", _bounded(1.05), GROWS, POWERS_BOUNDED),
        *condition("tanh-1.5", _bounded(1.5), GROWS, POWERS_BOUNDED),
        *condition("tanh-3", _bounded(3), GROWS, POWERS_BOUNDED),
    ),
)

STARTED = (LINEAR, TANH, LSTM, GRU)

EXPONENTIAL_IN_LENGTH = Claim(
    id="exponential-in-length",
    section="cause",
    figure="profiles",
    tests=(
        *(test for arm in STARTED for test in main(arm.cell, Measure("r_squared", arm), STRAIGHT, FLOW)),
        *(
            test
            for arm in STARTED
            for test in main(f"{arm.cell}-power-law", Measure("aic_gain", arm), EXPONENTIAL, FLOW)
        ),
        *condition("tanh-after-training", Measure("r_squared", TANH, "final", 20), STRAIGHT, RECALL_32),
        *condition("lstm-after-training", Measure("r_squared", LSTM, "final", 20), STRAIGHT, RECALL_32),
        *condition("gru-after-training", Measure("r_squared", GRU, "final", 20), STRAIGHT, RECALL_32),
        *condition("chrono", Measure("r_squared", CHRONO_LSTM), STRAIGHT, FLOW),
    ),
)


def _predicted(radius: float | int) -> tuple[Test, ...]:
    """T50 over the lag at which the power of the radius is 1 %."""
    steps = math.log(HORIZON_SHARE) / math.log(radius)
    return condition(f"prediction-{radius:g}", T50(of_radius(TANH, radius)) / steps, FACTOR_TWO, RADIUS)


RADIUS_SETS_MEMORY = Claim(
    id="radius-sets-memory",
    section="cause",
    figure="radius",
    tests=(
        *main("gradient-horizon", HorizonOrder(OF_RADII), CLEAR_ORDER, RADIUS),
        *main("memory", MemoryOrder(OF_RADII), CLEAR_ORDER, RADIUS),
        *(test for radius in RADII if radius < 1 for test in _predicted(radius)),
    ),
)
