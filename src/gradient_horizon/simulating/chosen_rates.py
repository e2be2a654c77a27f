"""Seeds judged at the learning rate that the other seeds choose, and the share that this is expected to give."""

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import stats


def rates_chosen_by_others(
    solved: Bool[np.ndarray, "*runs rate seed"], times: Float[np.ndarray, "*runs rate seed"]
) -> Int[np.ndarray, "*runs seed"]:
    """For each seed the rate at which most others solve; if several: soonest; if they solve at none: the middle one."""
    votes = solved.sum(axis=-1, keepdims=True) - solved
    spent = np.where(solved, times, 0)
    time = (spent.sum(axis=-1, keepdims=True) - spent) / np.maximum(votes, 1)
    most = votes.max(axis=-2, keepdims=True)
    best = np.where(votes == most, time, np.inf).argmin(axis=-2)
    chosen: np.ndarray = np.where(most[..., 0, :] > 0, best, solved.shape[-2] // 2)
    return chosen


def expected_share(rates: Float[np.ndarray, " rate"], n: int) -> float:
    """The expected share of n seeds that solve, judged so, when each solves at every rate with the rate's probability.

    A seed's own success is independent of the others' choice, so it is the sum over rates of the probability that n - 1
    seeds choose the rate, times the rate's. Times to solve do not differ between rates, so that among rates at which
    equally many solve each is the soonest with the same probability.
    """
    counts = np.arange(n)
    probabilities = [stats.binom.pmf(counts, n - 1, rate) for rate in rates]
    joint, votes = np.ones(1), np.zeros((0, 1), dtype=int)
    for probability in probabilities:
        joint = (joint[:, None] * probability).ravel()
        votes = np.concatenate([np.repeat(votes, n, axis=1), np.tile(counts, votes.shape[1])[None]])
    best = votes == votes.max(axis=0)
    best[:, votes.max(axis=0) == 0] = np.eye(len(rates), dtype=bool)[:, [len(rates) // 2]]
    return float(rates @ ((best / best.sum(axis=0)) @ joint))
