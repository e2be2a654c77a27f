"""Where evidence is looked for: the tables of a study, a setting, and how sure an interval has to be."""

from dataclasses import dataclass, replace

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.statistics.intervals import CONFIDENCE
from gradient_horizon.tables.catalogue import Tables


@dataclass(frozen=True)
class Place:
    """A setting of a study: an experiment of its configuration; empty for evidence that needs no runs.

    `times` multiplies every count of networks: what the evidence would be if as many more of the same kind were seen.
    """

    tables: Tables
    setting: str
    confidence: float = CONFIDENCE
    times: int = 1

    def rows(self, table: str, arm: Arm) -> pd.DataFrame:
        """The rows of an arm in a table."""
        frame = self.tables[table]
        setting = arm.setting or self.setting
        return frame[frame["experiment"].eq(setting) & frame["cell"].eq(arm.cell) & frame["remedy"].eq(arm.remedy)]

    def at(self, confidence: float) -> "Place":
        """The same place at another confidence."""
        return replace(self, confidence=confidence)

    def with_times(self, times: int) -> "Place":
        """The same place with so many times the networks."""
        return replace(self, times=times)
