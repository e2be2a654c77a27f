"""A published row, and a run, and tables of a study with four networks at two learning rates."""

import math

import pandas as pd

from gradient_horizon.study.run_spec import RunSpec

ROW = {
    "id": "a-row",
    "cite": "pascanu2013",
    "place": {"en": "figure 7", "pl": "rys. 7"},
    "read": "pdf",
    "conditions": {"en": "fifty units", "pl": "pięćdziesiąt jednostek"},
    "value": 1.0,
    "unit": "share",
    "tolerance": "trials",
    "trials": 5,
    "ours": {"measure": "solved", "experiment": "order", "cell": "tanh", "length": 20},
}

ARM = {"experiment": "adding", "task": "adding", "cell": "lstm", "remedy": "none", "length": 20}
NETWORKS = pd.DataFrame(
    ARM | {"judged": True, "chosen": rate == 0.1, "seed": seed, "learning_rate": rate} | ended
    for rate, all_ended in (
        (
            0.1,
            (
                {"status": "solved", "update": 300, "loss": 0.01},
                {"status": "solved", "update": 500, "loss": 0.016},
                {"status": "unsolved", "update": 900, "loss": 0.08},
                {"status": "diverged", "update": 10, "loss": math.inf},
            ),
        ),
        (0.2, 4 * ({"status": "solved", "update": 1, "loss": 0.0},)),
    )
    for seed, ended in enumerate(all_ended)
)
EVALUATIONS = pd.DataFrame(
    ARM | {"seed": seed, "learning_rate": rate, "update": update, "loss": loss}
    for seed, rate, update, loss in (
        (0, 0.1, 100, 0.16),
        (0, 0.1, 200, 0.151),
        (0, 0.1, 300, 0.01),
        (1, 0.1, 100, 0.1499),
        (1, 0.1, 200, 0.2),
        (2, 0.1, 900, 0.155),
        (2, 0.2, 100, 0.0),
    )
)
TABLES = {"networks": NETWORKS, "evaluations": EVALUATIONS}

SPEC = RunSpec(
    experiment="adding",
    task="adding",
    cell="lstm",
    remedy="none",
    changes=(("clip-norm", {"threshold": 1.0}),),
    length=20,
    hidden_size=128,
    batch_size=50,
    optimiser="rmsprop",
    learning_rates=(1e-3,),
    precision="float32",
    updates=900,
    evaluate_every=100,
    evaluation_sequences=500,
    hidden_gradients_every=100,
    seeds=(0, 1, 2, 3),
    pilot_seeds=(),
)
