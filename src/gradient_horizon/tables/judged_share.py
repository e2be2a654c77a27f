"""The share of judged seeds of which something is true, at the learning rates that they are judged at."""

import pandas as pd

from gradient_horizon.statistics.intervals import CONFIDENCE, Interval
from gradient_horizon.statistics.shares import share, share_at_chosen_rates


def columns_read(policy: str) -> tuple[str, ...]:
    """The columns of `networks` that `judged_share` reads beside that of seeds."""
    return () if policy == "any" else ("learning_rate", "chosen")


def judged_share(
    networks: pd.DataFrame, true: "pd.Series[bool]", policy: str, confidence: float = CONFIDENCE, *, times: int = 1
) -> Interval:
    """The share of seeds, each counted so many times, of whose networks something is true.

    `networks` are all judged networks of one length, with `true` for each. With the policy "chosen" a seed counts by
    its network at the rate that the other seeds choose, with "any" if it is true at any rate.
    """
    if policy == "any":
        own = true.groupby(networks["seed"]).any()
        return share(int(own.sum()) * times, len(own) * times, confidence)
    rates, chosen = networks["learning_rate"], networks["chosen"]
    at_chosen = [int(true[rates.eq(rate)].sum()) * times for rate in rates[chosen].unique()]
    found, n = int(true[chosen].sum()) * times, int(chosen.sum()) * times
    return share_at_chosen_rates(found, n, at_chosen, rates.nunique(), confidence)
