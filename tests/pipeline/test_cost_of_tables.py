import pytest

from gradient_horizon.pipeline.cost_of_tables import MOST_ROWS, megabytes, minutes, rows_of


def test_rows_are_those_of_curves_and_of_measured_networks(small_run):
    spec = small_run(
        length=50,
        hidden_size=32,
        updates=1500,
        evaluate_every=100,
        seeds=tuple(range(10)),
        pilot_seeds=(),
        learning_rates=(0.001, 0.01),
    )
    # evaluations, trajectories, gradients of states, profiles, and what is shown of five networks
    assert rows_of(spec) == 20 * 15 + 10 * 50 + 50 * 50 + 3 * 10 * 50 + 3 * 5 * (50 + 32)


def test_long_tables_do_not_take_memory_for_ever_but_time(small_run):
    spec = small_run(length=50)
    many = MOST_ROWS // rows_of(spec) + 1
    more, most = megabytes([spec] * many), megabytes([spec] * (2 * many))
    per_run = (most - more) / many
    assert megabytes([]) == 600
    assert 0 < per_run < 0.1
    assert (more - megabytes([])) / many > 2 * per_run
    assert minutes([]) == 10
    assert minutes([spec] * (2 * many)) - 10 == pytest.approx(2 * (minutes([spec] * many) - 10), abs=1)
