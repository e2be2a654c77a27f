"""Section 2 of the lecture: the symptoms of a vanishing gradient."""

from gradient_horizon.claims.arms import KERAS_TANH, ORTHOGONAL_TANH, TANH
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.memory import T50
from gradient_horizon.claims.evidence.per_seed import Horizon, Measure
from gradient_horizon.claims.question import condition, main, mechanism
from gradient_horizon.claims.regions import A_HUNDREDTH, A_TENTH, SHORT, STEPS_IN_THE_LECTURE
from gradient_horizon.claims.settings import COMPARED, EARLY_STEPS, RECALL_32, RECALL_PATIENT

SHORT_MEMORY = Claim(
    id="short-memory",
    section="vanishing",
    figure="profiles",
    tests=(
        *main("gradient-horizon", Horizon("gradient_horizon", TANH), STEPS_IN_THE_LECTURE, RECALL_32),
        *main("memory-horizon", T50(TANH), SHORT, *COMPARED),
        *condition("memory-horizon-5-10", T50(TANH), STEPS_IN_THE_LECTURE, RECALL_32),
        *condition("orthogonal", T50(ORTHOGONAL_TANH), SHORT, RECALL_32),
        *condition("keras", T50(KERAS_TANH), SHORT, RECALL_32),
        *condition("patience", T50(TANH), SHORT, RECALL_PATIENT),
        *condition("any-learning-rate", T50(TANH, policy="any"), SHORT, RECALL_32),
        *mechanism("to-10-per-cent", Horizon("gradient_horizon_10", TANH), STEPS_IN_THE_LECTURE, RECALL_32),
        *mechanism("to-0.1-per-cent", Horizon("gradient_horizon_01", TANH), STEPS_IN_THE_LECTURE, RECALL_32),
    ),
)

EARLY_STEPS_DO_NOT_LEARN = Claim(
    id="early-steps-do-not-learn",
    section="vanishing",
    figure="contributions",
    tests=(
        *main("early-share", Measure("early_share", TANH, length=50), A_HUNDREDTH, EARLY_STEPS),
        *condition("after-training", Measure("early_share", TANH, "final", 20), A_HUNDREDTH, RECALL_32),
        *condition(
            "whole-gradient",
            Measure("weight_gradient", TANH, length=50) / Measure("weight_gradient", TANH, length=5),
            A_TENTH,
            EARLY_STEPS,
        ),
    ),
)
