import json
import math

import numpy as np
import pytest
from hand_made_tables import EMPTY, tables_of

from gradient_horizon.pipeline.jobs.live import write_live
from gradient_horizon.reporting.live_data import live_data
from gradient_horizon.tables.catalogue import TABLES

OF = {"experiment": "recall-32", "task": "recall", "cell": "tanh", "remedy": "none", "length": 3, "seed": 4}
RADIUS = {"experiment": "powers", "task": "recall", "cell": "linear", "remedy": "radius-0.9", "length": 99}
FLOW = {"experiment": "flow", "task": "recall", "cell": "lstm", "remedy": "forget-bias-2", "length": 99}
RECURRENT = [[0.0, -0.5, 1.0, 0.25], [0.5, 0.0, 2.0, 1 / 3]]
"""W is a quarter turn that halves, U one column, then the bias."""
READOUT = [[1.0, 2.0, 3.0]]
AT_RATE = {**OF, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def tables():
    weights = [
        ("shown_networks", {**AT_RATE, "part": part, "row": i, "column": j, "value": value})
        for part, matrix in (("recurrent", RECURRENT), ("readout", READOUT))
        for i, row in enumerate(matrix)
        for j, value in enumerate(row)
    ]
    initial = {"moment": "initial", "networks": "all"}
    return tables_of(
        [
            *weights,
            ("networks", {**AT_RATE, "update": 700, "accuracy": 0.96875}),
            *(
                ("profiles", {**OF, "moment": moment, "lag": lag, "relative_gradient": factor**lag})
                for moment, factor in (("initial", 0.9), ("final", 0.5))
                for lag in range(3)
            ),
            ("gradients", {**RADIUS, "moment": "initial", "seed": 0, "spectral_radius": 0.9 + 1e-8}),
            *(
                ("profile_means", {**RADIUS, **initial, "lag": lag, "n": 12, "relative_gradient": 0.9**lag})
                for lag in range(0, 105)
            ),
            ("profile_means", {**RADIUS, "moment": "final", "networks": "all", "lag": 4, "relative_gradient": 0.1}),
            *(
                ("transport", {**FLOW, "moment": "initial", "seed": seed, "lag": 10, "gated": gated})
                for seed, gated in ((0, (1 / (1 + math.exp(-2))) ** 10), (1, 0.25), (2, math.nan))
            ),
        ]
    )


def test_measured_points_are_those_of_the_tables(tables):
    found = live_data(tables)
    (radius,) = found["radius"]
    assert (radius["cell"], radius["radius"], radius["seeds"]) == ("linear", 0.9, 12)
    assert [lag for lag, _ in radius["points"]] == list(range(0, 101, 4))
    assert radius["points"][25][1] == float(f"{0.9**100:.3g}")
    assert found["forget_bias"] == [{"bias": 2, "seeds": 2, "points": [[10, 0.25], [10, 0.281]]}]


def test_a_network_comes_with_its_weights_its_eigenvalues_and_its_measured_gradient(tables):
    (network,) = live_data(tables)["networks"]
    assert {name: network[name] for name in ("cell", "length", "seed", "learning_rate", "updates", "hidden")} == {
        "cell": "tanh", "length": 3, "seed": 4, "learning_rate": 0.01, "updates": 700, "hidden": 2,
    }  # fmt: skip
    np.testing.assert_allclose(network["recurrent"], RECURRENT, rtol=1e-5)
    assert network["readout"] == READOUT
    assert sorted(network["eigenvalues"]) == [[0.0, -0.5], [0.0, 0.5]]
    assert network["profile"] == [1.0, 0.5, 0.25]
    assert network["accuracy"] == 0.969


def test_the_file_is_small_and_the_same_twice_and_lists_are_empty_without_runs(tables, tmp_path):
    for name, contract in TABLES.items():
        contract.save(EMPTY[name], tmp_path / "none")
        contract.save(tables[name], tmp_path / "some")
    for name in ("one", "two"):
        write_live(tables=tmp_path / "some", out=tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    write_live(tables=tmp_path / "none", out=tmp_path / "empty")
    assert json.loads((tmp_path / "empty").read_text()) == {"radius": [], "forget_bias": [], "networks": []}
