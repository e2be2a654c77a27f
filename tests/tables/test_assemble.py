import pytest
from small_runs import SETTINGS, assembled, write_run

JUDGED, PILOTS = (0, 1, 2, 3), (1_000_000, 1_000_001)
RATES = (0.001, 0.002, 0.003)
CHOSEN = {2: 0.001, 3: 0.002, 0: 0.003, 1: 0.003, PILOTS[0]: 0.001, PILOTS[1]: 0.002}


@pytest.fixture(scope="module")
def tables(jobs, tmp_path_factory):
    return assembled(jobs, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def jobs(small_run, tmp_path_factory):
    """Two jobs that train the same network on seeds of their own, the first with pilot seeds, at rates of `CHOSEN`."""
    folder, made = tmp_path_factory.mktemp("jobs"), []
    for seeds, pilots in ((JUDGED[2:], ()), (JUDGED[:2], PILOTS)):
        spec = small_run(seeds=seeds, pilot_seeds=pilots, learning_rates=RATES, **SETTINGS)
        judged, pilot_rates = (tuple(CHOSEN[seed] for seed in each) for each in (seeds, pilots))
        made.append(write_run(spec, folder, chosen_learning_rates=judged, pilot_learning_rates=pilot_rates))
    return [run for run, _, _ in made]


def test_every_network_has_a_row_and_each_seed_one_at_its_chosen_rate(tables):
    networks = tables["networks"]
    assert sorted(zip(networks["learning_rate"], networks["seed"], strict=True)) == sorted(
        (rate, seed) for rate in RATES for seed in (*JUDGED, *PILOTS)
    )
    assert set(networks.loc[~networks["judged"], "seed"]) == set(PILOTS)
    chosen = networks[networks["chosen"]]
    assert dict(zip(chosen["seed"], chosen["learning_rate"], strict=True)) == CHOSEN
    assert len(chosen) == len(CHOSEN)


def test_jobs_say_how_many_seeds_are_judged_at_which_rate_and_how_many_at_an_edge(tables):
    runs = tables["runs"].set_index("first_seed")
    assert runs["chosen_learning_rates"].to_dict() == {0: "0.003 x 2", 2: "0.001 x 1; 0.002 x 1"}
    assert runs["chosen_at_edge"].to_dict() == {0: 2, 2: 1}
    assert runs["pilot_seeds"].to_dict() == {0: 2, 2: 0}


def test_only_judged_networks_at_their_chosen_rates_are_measured_and_have_curves(tables):
    for name in ("gradients", "profiles", "transport", "trajectories"):
        assert set(tables[name]["seed"]) == set(JUDGED), name
    curves = tables["trajectories"].groupby("seed")["learning_rate"].unique()
    assert {seed: list(rates) for seed, rates in curves.items()} == {seed: [CHOSEN[seed]] for seed in JUDGED}
    assert set(tables["evaluations"]["seed"]) == {*JUDGED, *PILOTS}


def test_each_seed_is_measured_at_its_own_rate(jobs, small_run, tmp_path):
    for job in jobs:
        for place, seed in enumerate(job.spec.seeds):
            alone = small_run(seeds=(seed,), learning_rates=(CHOSEN[seed],), **SETTINGS)
            run, _, _ = write_run(alone, tmp_path)
            expected = run.measures["spectral_radius"][-1, 0]
            assert job.measures["spectral_radius"][-1, place] == pytest.approx(expected, rel=1e-12)


def test_a_grid_of_one_learning_rate_has_no_edge(small_run, tmp_path):
    run, _, _ = write_run(small_run(seeds=(0, 1), **SETTINGS), tmp_path)
    (row,) = assembled([run], tmp_path / "tables")["runs"].to_dict("records")
    assert (row["chosen_learning_rates"], row["chosen_at_edge"]) == ("0.001 x 2", 0)
