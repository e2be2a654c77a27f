import numpy as np
from small_runs import of


def test_transport_has_the_singular_values_of_the_lags_within_the_sequence(made):
    results, tables, _ = made
    _, measures = results["tanh"]
    rows = of(tables["transport"], "tanh", moment="final", seed=1)
    assert rows["lag"].tolist() == [1, 2, 5]
    np.testing.assert_array_equal(rows["largest"], measures["transport"][2, 1, :3, 0])
    np.testing.assert_array_equal(rows["smallest"], measures["transport"][2, 1, :3, -1])
    assert rows["gated"].isna().all()
    assert set(tables["transport"]["moment"]) == {"initial", "final"}
