"""Temporal order, solved from 99 % as in the paper on gradient clipping."""

from gradient_horizon.tasks.temporal_order import TemporalOrder


class StrictTemporalOrder(TemporalOrder):
    """Temporal order by the criterion of Pascanu, Mikolov & Bengio (2013): solved from 99 %, not from 95 %.

    Sequences, layout and baselines are those of temporal-order. The paper counts fewer than 100 errors in 10 000
    sequences as success.
    """

    solved_when = "accuracy >= 0.99"

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 99 % of fresh sequences answered rightly."""
        return accuracy >= 0.99
