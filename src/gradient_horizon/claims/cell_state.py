"""Section 4 of the lecture: how much gradient the LSTM's cell state lets through."""

from gradient_horizon.claims.arms import BIASED_LSTMS, CHRONO_LSTM, LSTM
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.per_seed import Measure
from gradient_horizon.claims.question import condition, main, mechanism
from gradient_horizon.claims.regions import MOST, OPEN
from gradient_horizon.claims.settings import FLOW, HIGHWAY

HIGHWAY_OF_C = Claim(
    id="cell-state-highway",
    section="gated cells",
    figure="highway",
    tests=(
        *main("initial", Measure("gated_transport", LSTM), OPEN, FLOW),
        *main("trained", Measure("gated_transport", LSTM, "final"), OPEN, HIGHWAY, works=(LSTM,)),
        *(
            test
            for arm in (*BIASED_LSTMS, CHRONO_LSTM)
            for test in condition(arm.remedy, Measure("gated_transport", arm), OPEN, FLOW)
        ),
        *condition(
            "trained-chrono", Measure("gated_transport", CHRONO_LSTM, "final"), OPEN, HIGHWAY, works=(CHRONO_LSTM,)
        ),
        *mechanism("all-paths", Measure("memory_transport", LSTM), OPEN, FLOW),
        *mechanism(
            "share-of-the-path",
            Measure("gated_transport", CHRONO_LSTM, "final") / Measure("memory_transport", CHRONO_LSTM, "final"),
            MOST,
            HIGHWAY,
        ),
    ),
)
