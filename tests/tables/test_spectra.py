import numpy as np
from small_runs import of


def test_eigenvalues_are_those_of_the_recurrent_matrix_the_largest_first(made):
    results, tables, _ = made
    result, _ = results["tanh"]
    assert set(tables["eigenvalues"]["cell"]) == {"tanh"}
    rows = of(tables["eigenvalues"], "tanh", moment="final", seed=0).sort_values("number")
    expected = np.linalg.eigvals(result.networks["final.recurrent"][0, :, :8].astype(float))
    moduli = np.hypot(rows["real"], rows["imaginary"])
    np.testing.assert_allclose(moduli, np.sort(np.abs(expected))[::-1], rtol=1e-6)
    assert (np.diff(moduli) <= 1e-12).all()
