"""Section 4 of the lecture: the GRU against the LSTM."""

from gradient_horizon.claims.arms import BIASED_LSTM, GRU, LSTM
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.compared import Accuracy
from gradient_horizon.claims.evidence.exact import SizeRatio
from gradient_horizon.claims.evidence.memory import Length
from gradient_horizon.claims.question import check, condition, main
from gradient_horizon.claims.regions import ABOUT_THREE_QUARTERS, SIMILAR_ACCURACY, SIMILAR_LENGTH, THREE_QUARTERS
from gradient_horizon.claims.settings import COMPARED, OTHER_TASKS, RECALL_32, RECALL_37, RECALL_PATIENT, WIDELY

FEWER = Claim(
    id="gru-fewer-parameters",
    section="gated cells",
    figure="",
    tests=(
        *main("weights", SizeRatio("recurrent_weights", GRU, LSTM), THREE_QUARTERS, RECALL_32),
        *check("whole-network", SizeRatio("parameters", GRU, LSTM), ABOUT_THREE_QUARTERS, RECALL_32),
    ),
)

SIMILAR = Claim(
    id="gru-similar",
    section="gated cells",
    figure="forest-gru-similar",
    tests=(
        *main("memory", Length(GRU) / Length(LSTM), SIMILAR_LENGTH, *COMPARED, also=WIDELY),
        *condition("accuracy", Accuracy(GRU) - Accuracy(LSTM), SIMILAR_ACCURACY, *OTHER_TASKS),
        *condition("forget-bias", Length(GRU) / Length(BIASED_LSTM), SIMILAR_LENGTH, RECALL_32),
        *condition("patience", Length(GRU) / Length(LSTM), SIMILAR_LENGTH, RECALL_PATIENT),
        *condition("equal-parameters", Length(GRU.within(RECALL_37)) / Length(LSTM), SIMILAR_LENGTH, RECALL_32),
    ),
)
