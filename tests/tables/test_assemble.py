import pytest
from small_runs import CHOSEN, SETTINGS, write_run

from gradient_horizon.tables.assemble import assemble

JUDGED, SELECTION = (0, 1, 2, 3), (1_000_000, 1_000_001)
RATES = (CHOSEN, 0.003)


@pytest.fixture(scope="module")
def jobs(small_run, tmp_path_factory):
    """Two jobs that train the same network on seeds of their own, and both the same selection seeds."""
    folder = tmp_path_factory.mktemp("jobs")
    shared = SETTINGS | {"learning_rates": RATES, "selection_seeds": SELECTION}
    return [write_run(small_run(seeds=seeds, **shared), folder)[0] for seeds in (JUDGED[2:], JUDGED[:2])]


def test_selection_seeds_count_once_under_the_job_with_the_smallest_first_seed(jobs):
    networks = assemble(jobs)["networks"]
    assert sorted(zip(networks["learning_rate"], networks["seed"], strict=True)) == sorted(
        (rate, seed) for rate in RATES for seed in (*JUDGED, *SELECTION)
    )
    assert set(networks.loc[~networks["judged"], "seed"]) == set(SELECTION)


def test_rows_do_not_depend_on_the_order_of_the_jobs(jobs):
    one, other = assemble(jobs), assemble(jobs[::-1])
    for name, table in one.items():
        assert table.equals(other[name]), name


def test_only_judged_networks_at_the_chosen_rate_are_measured_and_have_curves(jobs):
    tables = assemble(jobs)
    for name in ("gradients", "profiles", "transport", "trajectories"):
        assert set(tables[name]["seed"]) == set(JUDGED), name
    assert set(tables["trajectories"]["learning_rate"]) == {CHOSEN}
    assert set(tables["evaluations"]["seed"]) == {*JUDGED, *SELECTION}
