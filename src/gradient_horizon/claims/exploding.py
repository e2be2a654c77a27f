"""Section 3 of the lecture: the symptoms of an exploding gradient."""

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.shares import AboveBaseline, Diverged, Jumping, Solved
from gradient_horizon.claims.question import condition, main
from gradient_horizon.claims.regions import LESS_OFTEN_THAN_NOT, MORE_OFTEN_THAN_NOT
from gradient_horizon.claims.settings import (
    EXPLOSION,
    EXPLOSION_BOUNDED,
    EXPLOSION_FLOAT64,
    EXPLOSION_RATES,
    EXPLOSION_SHORT,
)

RELU, TANH, LINEAR, GRU, LSTM = (Arm(cell) for cell in ("relu", "tanh", "linear", "gru", "lstm"))
CLIPPED_RELU, CLIPPED_TANH = Arm("relu", "clipped"), Arm("tanh", "clipped")
OTHERS = (LINEAR, TANH, GRU, LSTM)

JUMPS = Claim(
    id="weights-jump",
    section="exploding",
    figure="explosion",
    tests=(
        *main("relu", Jumping(RELU), MORE_OFTEN_THAN_NOT, EXPLOSION),
        *main("tanh", Jumping(TANH), MORE_OFTEN_THAN_NOT, EXPLOSION_BOUNDED),
        *(
            test
            for arm in OTHERS
            for test in condition(f"{arm.cell}-radius-2", Jumping(arm), MORE_OFTEN_THAN_NOT, EXPLOSION)
        ),
        *condition("float64", Jumping(RELU), MORE_OFTEN_THAN_NOT, EXPLOSION_FLOAT64),
        *condition("relu-not-finite", Diverged(RELU), MORE_OFTEN_THAN_NOT, EXPLOSION),
        *condition("tanh-not-finite", Diverged(TANH), MORE_OFTEN_THAN_NOT, EXPLOSION_BOUNDED),
    ),
)

DOES_NOT_CONVERGE = Claim(
    id="does-not-converge",
    section="exploding",
    figure="explosion",
    tests=(
        *main("relu", AboveBaseline(RELU), MORE_OFTEN_THAN_NOT, EXPLOSION),
        *main("tanh", AboveBaseline(TANH), MORE_OFTEN_THAN_NOT, EXPLOSION_BOUNDED, EXPLOSION_SHORT),
        *main("clipped-relu", AboveBaseline(CLIPPED_RELU), LESS_OFTEN_THAN_NOT, EXPLOSION),
        *main(
            "clipped-tanh",
            AboveBaseline(CLIPPED_TANH),
            LESS_OFTEN_THAN_NOT,
            EXPLOSION_BOUNDED,
            EXPLOSION_SHORT,
            works=(TANH, CLIPPED_TANH),
        ),
        *(
            test
            for arm in OTHERS
            for test in condition(f"{arm.cell}-radius-2", AboveBaseline(arm), MORE_OFTEN_THAN_NOT, EXPLOSION)
        ),
        *condition("any-learning-rate", Solved(RELU, policy="any"), LESS_OFTEN_THAN_NOT, EXPLOSION_RATES),
    ),
)
