"""Networks of a run, in the order in which every array of the run holds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gradient_horizon.study.run_spec import RunSpec


@dataclass(frozen=True)
class Member:
    """One network of a run: a seed at a learning rate; networks of pilot seeds are not judged."""

    seed: int
    judged: bool
    learning_rate: float


def members(spec: RunSpec) -> tuple[Member, ...]:
    """All networks of a run: judged seeds first, each at every learning rate in turn."""
    return tuple(
        Member(seed, seed in spec.seeds, rate)
        for seed in (*spec.seeds, *spec.pilot_seeds)
        for rate in spec.learning_rates
    )


def judged_at(spec: RunSpec, learning_rates: Sequence[float]) -> list[int]:
    """Indices of the judged networks, each seed's at its own learning rate; both are in the order of the seeds.

    Raises ValueError for a rate that the run does not have, or where there is not one for each seed.
    """
    order = members(spec)
    return [order.index(Member(seed, True, rate)) for seed, rate in zip(spec.seeds, learning_rates, strict=True)]
