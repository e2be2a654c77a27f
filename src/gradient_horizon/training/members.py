"""Networks of a run, in the order in which every array of the run holds them."""

from dataclasses import dataclass

from gradient_horizon.study.run_spec import RunSpec


@dataclass(frozen=True)
class Member:
    """One network of a run: a seed at a learning rate; networks of selection seeds are not judged."""

    seed: int
    judged: bool
    learning_rate: float


def members(spec: RunSpec) -> tuple[Member, ...]:
    """All networks of a run: judged seeds first, each at every learning rate in turn."""
    return tuple(
        Member(seed, seed in spec.seeds, rate)
        for seed in (*spec.seeds, *spec.selection_seeds)
        for rate in spec.learning_rates
    )


def judged_at(spec: RunSpec, learning_rate: float) -> list[int]:
    """Indices of the judged networks at this learning rate, in the order of the seeds; ValueError for another rate."""
    order = members(spec)
    return [order.index(Member(seed, True, learning_rate)) for seed in spec.seeds]
