import numpy as np
import pytest

from gradient_horizon.training.loop import train
from gradient_horizon.training.outcome import RunStatus, TrainingResult

CELLS = ("tanh", "gru", "lstm")
CLIPPED = (("clip-norm", {"threshold": 1.0}),)


def network(result: TrainingResult, seed: int, learning_rate: float) -> int:
    (place,) = (i for i, o in enumerate(result.outcomes) if (o.seed, o.learning_rate) == (seed, learning_rate))
    return place


def assert_same_bits(alone: TrainingResult, together: TrainingResult, place: int) -> None:
    """The only network of `alone` has the history, weights and outcome of this network of `together`."""
    for name, values in alone.history.items():
        np.testing.assert_array_equal(values[..., 0], together.history[name][..., place], err_msg=name, strict=True)
    for name, weights in alone.networks.items():
        np.testing.assert_array_equal(weights[0], together.networks[name][place], err_msg=name, strict=True)
    ours, theirs = alone.outcomes[0], together.outcomes[place]
    assert (ours.status, ours.update, ours.loss) == (theirs.status, theirs.update, theirs.loss)
    assert np.isfinite(alone.history["loss"][: ours.update - 1]).all()


@pytest.mark.parametrize("cell", CELLS)
def test_network_trains_alone_as_with_other_seeds_bit_for_bit(small_run, cell):
    together = train(small_run(cell=cell, seeds=(0, 1, 2), changes=CLIPPED))
    for seed in (0, 1, 2):
        assert_same_bits(train(small_run(cell=cell, seeds=(seed,), changes=CLIPPED)), together, seed)


@pytest.mark.parametrize("batch", [6, 32])
def test_network_with_answers_at_every_step_trains_alone_as_with_others_bit_for_bit(small_run, batch):
    sizes = {"hidden_size": 16, "batch_size": batch, "evaluation_sequences": 4 * batch}
    run = {"task": "copying", "length": 33, "cell": "gru", "learning_rates": (0.01,), "changes": CLIPPED, **sizes}
    together = train(small_run(**run, seeds=(0, 1, 2)))
    for seed in (0, 2):
        assert_same_bits(train(small_run(**run, seeds=(seed,))), together, seed)


@pytest.mark.parametrize("cell", CELLS)
def test_network_trains_alone_as_beside_other_learning_rates_and_pilot_seeds_bit_for_bit(small_run, cell):
    rates = (0.0003, 0.003, 0.01)
    together = train(small_run(cell=cell, learning_rates=rates, seeds=(0, 1), pilot_seeds=(1_000_000,)))
    for seed, rate in ((0, 0.003), (1, 0.0003), (1, 0.01), (1_000_000, 0.003)):
        alone = train(small_run(cell=cell, learning_rates=(rate,), seeds=(seed,)))
        assert_same_bits(alone, together, network(together, seed, rate))


@pytest.mark.parametrize("cell", CELLS)
def test_network_trains_alone_as_beside_networks_that_are_solved_or_diverge_and_leave(small_run, cell):
    def run(seeds: tuple[int, ...], *rates: float) -> TrainingResult:
        short = {"cell": cell, "length": 2, "updates": 80, "evaluate_every": 10, "pilot_seeds": (1_000_000,)}
        return train(small_run(seeds=seeds, learning_rates=rates, **short))

    slow, fast, wild = 0.0001, 0.02, 5.0
    together = run((0, 1), slow, fast, wild)
    ended = {(o.seed, o.learning_rate): o for o in together.outcomes}
    for seed in (0, 1, 1_000_000):
        unsolved, solved, diverged = (ended[seed, rate] for rate in (slow, fast, wild))
        assert (unsolved.status, unsolved.update) == (RunStatus.UNSOLVED, 80)
        assert solved.status is RunStatus.SOLVED
        assert solved.update < 80
        assert diverged.status is RunStatus.DIVERGED
        assert 1 < diverged.update < 80
    for rate in (slow, fast, wild):
        alone = train(small_run(cell=cell, length=2, updates=80, evaluate_every=10, learning_rates=(rate,), seeds=(1,)))
        assert_same_bits(alone, together, network(together, 1, rate))


# The units do not fill the vectors of the products, and the sequences not the lanes of one or two groups.
@pytest.mark.parametrize(("hidden", "batch"), [(7, 32), (33, 32), (16, 6), (16, 21)])
@pytest.mark.parametrize("cell", CELLS)
def test_networks_of_sizes_that_fill_no_whole_vectors_are_independent(small_run, cell, hidden, batch):
    sizes = {"hidden_size": hidden, "batch_size": batch, "evaluation_sequences": 4 * batch, "updates": 20}
    together = train(small_run(cell=cell, seeds=(0, 1, 2), **sizes))
    for seed in (0, 2):
        assert_same_bits(train(small_run(cell=cell, seeds=(seed,), **sizes)), together, seed)


def test_same_run_twice_gives_the_same_bits(small_run):
    first, second = (train(small_run(cell="lstm", seeds=(0, 1))) for _ in range(2))
    for place in (0, 1):
        assert first.outcomes[place] == second.outcomes[place]
    for name, values in first.history.items():
        np.testing.assert_array_equal(values, second.history[name], err_msg=name)
    for name, weights in first.networks.items():
        np.testing.assert_array_equal(weights, second.networks[name], err_msg=name)
