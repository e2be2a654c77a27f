"""No verdict is wired in: with the rows of the two things compared swapped, every comparing claim turns over."""

import pytest
from gated_tables import (
    equality,
    gate,
    gru_against_lstm,
)
from hand_made_tables import (
    LOST,
    LOW,
    explosion,
    frame,
    gradient_rows,
    networks,
    tables,
)
from judged import judged

from gradient_horizon import registries
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    CONSTANT_FLOW_TANH,
    GRU,
    IDENTITY_RELU,
    KEPT_ORTHOGONAL_TANH,
    LSTM,
    NORMALISED_TANH,
    ORTHOGONAL_TANH,
    RELU,
    TANH,
    UNCLIPPED_TANH,
    WIDE_TANH,
)
from gradient_horizon.tables.catalogue import TABLES

BETTER, WORSE = 80.0, 10.0


def together(*made):
    """One set of tables with the rows of several."""
    names = {name for each in made for name in each}
    found = {}
    for name in names:
        rows = [each[name].to_dict("records") for each in made if name in each and len(each[name])]
        unique = {tuple(row[column] for column in TABLES[name].key): row for part in rows for row in part}
        found[name] = TABLES[name].frame(unique.values())
    return found


def horizons(better, worse):
    return tables(horizons={group: BETTER for group in better} | {group: WORSE for group in worse})


def factors(near, far):
    """Decay factors of networks before and after training: the first near to 1, the second far from it."""
    rows = [
        dict(zip(("experiment", "cell", "remedy"), group, strict=True))
        | {"task": "recall", "length": 200, "moment": moment, "seed": seed, "decay_factor": value + 0.01 * (seed - 2)}
        for groups, value in ((near, 0.95), (far, 0.4))
        for group in groups
        for moment in ("initial", "final")
        for seed in range(5)
    ]
    return {"gradients": frame("gradients", rows)}


def relu(better):
    plain, other = (RELU, TANH) if better else (TANH, RELU)
    shares = explosion(plain=(0, 80), tanh=(60, 0)) if better else explosion(plain=(60, 0), tanh=(0, 80))
    near, far = (0.95, 0.4) if better else (0.4, 0.95)
    own = horizons([plain, IDENTITY_RELU] if better else [plain], [other] if better else [other, IDENTITY_RELU])
    return own | {"gradients": frame("gradients", gradient_rows(relu=near, tanh=far)), "success": shares()["success"]}


def gates(better):
    ours, theirs = [LSTM, GRU, BIASED_LSTM, CHRONO_LSTM, CHRONO_GRU], [TANH, ORTHOGONAL_TANH, WIDE_TANH]
    return horizons(ours, theirs) if better else horizons(theirs, ours)


def clipping(better):
    won, lost = (0, 80), (70, 0)
    clipped, plain = (won, lost) if better else (lost, won)
    others = {name: clipped for name in ("loose", "tight", "elementwise")}
    made = explosion(plain=plain, clipped=clipped, **others)()
    return (
        horizons([TANH], [UNCLIPPED_TANH]) | {"success": made["success"]}
        if better
        else (horizons([UNCLIPPED_TANH], [TANH]) | {"success": made["success"]})
    )


def truncation(better):
    low = {"window_10": (80, LOW), "window_5": (80, LOW)} if better else {"plain": (80, LOW)}
    shares = explosion(window_5=(0, 80) if better else (70, 0))()
    return shares | {"networks": networks(**low)()["networks"]}


def starts(better):
    ours, theirs = [ORTHOGONAL_TANH, IDENTITY_RELU, KEPT_ORTHOGONAL_TANH], [TANH, RELU]
    flow = ("flow-start", "tanh", "orthogonal"), ("flow", "tanh", "none")
    near, far = flow if better else flow[::-1]
    return (horizons(ours, theirs) if better else horizons(theirs, ours)) | factors([near], [far])


def biases(better):
    order = (90.0, 30.0, 10.0) if better else (10.0, 30.0, 90.0)
    return tables(
        horizons=dict(zip((CHRONO_LSTM, BIASED_LSTM, LSTM), order, strict=True)) | {CHRONO_GRU: order[0], GRU: order[2]}
    )


def regulariser(better):
    made = (
        horizons([CONSTANT_FLOW_TANH], [TANH, ORTHOGONAL_TANH])
        if better
        else horizons([TANH, ORTHOGONAL_TANH], [CONSTANT_FLOW_TANH])
    )
    return made | (factors([CONSTANT_FLOW_TANH], [TANH]) if better else factors([TANH], [CONSTANT_FLOW_TANH]))


def normalisation(better):
    made = horizons([NORMALISED_TANH], [TANH]) if better else horizons([TANH], [NORMALISED_TANH])
    return made | (factors([NORMALISED_TANH], [TANH]) if better else factors([TANH], [NORMALISED_TANH]))


def three_gates(better):
    tasks = (
        gate("gate-forget", "lstm-forget-open"),
        gate("gate-input", "lstm-input-open", "forget-bias-1"),
        gate("gate-output", "lstm-output-open", "forget-bias-1"),
    )
    exact = [equality(precision, 1e-16, 1.0)[0]() for precision in ("float64", "float32")]
    return together(*exact, *(made[0 if better else 1]() for made in tasks))


def convergence(better):
    """Better for the claim: the unclipped networks are lost, their clipped twins are not."""
    return networks(**({"plain": (80, LOST)} if better else {"clipped": (80, LOST)}))()


@pytest.mark.parametrize(
    ("claim", "make"),
    [
        ("relu-cures-vanishing", relu),
        ("gates-cure-vanishing", gates),
        ("clipping-cures-exploding", clipping),
        ("tbptt-cures-exploding", truncation),
        ("orthogonal-lengthens-memory", starts),
        ("forget-bias-lengthens-memory", biases),
        ("regulariser-lengthens-memory", regulariser),
        ("normalisation-lengthens-memory", normalisation),
        ("three-gates", three_gates),
        ("does-not-converge", convergence),
    ],
)
def test_a_comparing_claim_turns_over_with_the_rows_that_it_compares(claim, make):
    own = registries.load(registries.CLAIMS, "claim", claim)
    verdicts = [judged([own], make(better))[0]["verdict"].item() for better in (True, False)]
    assert verdicts[0] in {"supported", "supported with conditions"}
    assert verdicts[1] == "refuted"


@pytest.mark.parametrize(("ratio", "verdict"), [(1.0, "supported"), (3.0, "refuted"), (1 / 3, "refuted")])
def test_likeness_is_the_same_whichever_is_compared_with_which(ratio, verdict):
    own = registries.load(registries.CLAIMS, "claim", "gru-similar")
    difference = 0.0 if ratio == 1 else 0.2 if ratio > 1 else -0.2
    made = gru_against_lstm(ratio, difference)()
    horizons_only_of_main = made["horizons"][
        ~made["horizons"]["experiment"].isin(["memory-wide-gru", "memory-gate-bias"])
    ]
    verdicts, _ = judged([own], made | {"horizons": horizons_only_of_main})
    assert verdicts["verdict"].item() == verdict
