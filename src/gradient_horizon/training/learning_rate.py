"""The choice of learning rates by leaving one seed out: no seed has a say in its own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial

from gradient_horizon.training.outcome import NetworkOutcome, RunStatus


def choose_learning_rates(outcomes: Iterable[NetworkOutcome]) -> dict[int, float]:
    """For each seed, in their order, the learning rate at which the others did best.

    Most solved; then soonest, by the sum of their updates, in which a network that did not solve the task counts with
    the budget; then the rate nearest to the middle of the grid, which of an even number is the lower of the middle two.
    A diverged network did not solve it. Every seed must have a network at every rate.
    """
    networks: dict[int, dict[float, NetworkOutcome]] = {}
    for outcome in outcomes:
        networks.setdefault(outcome.seed, {})[outcome.learning_rate] = outcome
    rates = sorted({rate for own in networks.values() for rate in own})
    middle = (len(rates) - 1) // 2
    solved: Counter[float] = Counter()
    updates: Counter[float] = Counter()
    for own in networks.values():
        for rate, network in own.items():
            solved[rate] += network.status is RunStatus.SOLVED
            updates[rate] += _updates_to_solve(network)

    def merit(place: int, own: Mapping[float, NetworkOutcome]) -> tuple[int, int, int, int]:
        rate = rates[place]
        solved_by_others = solved[rate] - (own[rate].status is RunStatus.SOLVED)
        # Equally many at two rates did not solve the task: their budgets add the same to both sums, and are left out.
        updates_of_others = updates[rate] - _updates_to_solve(own[rate])
        return -solved_by_others, updates_of_others, abs(place - middle), place

    return {seed: rates[min(range(len(rates)), key=partial(merit, own=own))] for seed, own in networks.items()}


def _updates_to_solve(network: NetworkOutcome) -> int:
    return network.update if network.status is RunStatus.SOLVED else 0
