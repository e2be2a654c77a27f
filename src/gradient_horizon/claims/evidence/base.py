"""The algebra of evidence: quantities, and what is made of two of them."""

from abc import ABC, abstractmethod
from typing import ClassVar

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import Finding
from gradient_horizon.statistics.scales import Scale


class Evidence(ABC):
    """Something that a study estimates.

    Everything that names it is made from it: `words` is its key in `report/LANGUAGE/evidence.json`, which has its
    question, its statistic and what its estimate says; `arms` fill the places {first} and {second} of these texts,
    `details` further places. `tables` are those that it reads; `where` are keys of the words that narrow rows down.
    """

    unit: ClassVar[str] = "-"
    scale: ClassVar[Scale] = Scale.IDENTITY
    more_seeds_sharpen: ClassVar[bool] = True
    """Whether its interval shrinks as one over the root of the number of seeds; not where networks are counted."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The key of its texts."""

    @property
    @abstractmethod
    def arms(self) -> tuple[Arm, ...]:
        """The arms whose rows it reads, in the order in which texts name them."""

    @property
    @abstractmethod
    def tables(self) -> tuple[str, ...]:
        """The tables that it reads, the one that holds most of it first."""

    @property
    def where(self) -> tuple[str, ...]:
        """What narrows down the rows, as keys of words."""
        return ()

    @property
    def details(self) -> dict[str, float | int]:
        """Numbers that its texts name."""
        return {}

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """Arms of which one has to solve the task, or the setting says nothing; none where nothing needs solving."""
        return ()

    @abstractmethod
    def find(self, place: Place) -> Finding:
        """The estimate in a place."""

    def floor_or_ceiling(self, place: Place) -> str | None:
        """Whether all that is compared lies at the "floor" or the "ceiling" of what the setting can tell; None: no."""
        return None
