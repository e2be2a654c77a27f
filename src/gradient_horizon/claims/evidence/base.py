"""The algebra of evidence: quantities, and what is made of two of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeVar

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import Finding
from gradient_horizon.statistics.scales import Scale

Each = TypeVar("Each")
PARTS = ("of", "first", "second")
"""The fields that may hold evidence which other evidence is made of."""


class Evidence(ABC):
    """Something that a study estimates.

    Everything that names it is made from it: `words` is its key in `report/LANGUAGE/evidence.json`, which has its
    question, its statistic and what its estimate says; `arms` fill the places {first} and {second} of these texts,
    `details` further places. `columns` are those that it reads; `where` are keys of the words that narrow rows down.
    """

    unit: ClassVar[str] = "-"
    scale: ClassVar[Scale] = Scale.IDENTITY
    counted: ClassVar[str] = "steps"
    """What two lengths that it compares are numbers of, as a key of phrases."""

    more_seeds_sharpen: ClassVar[bool] = True
    """Whether its interval shrinks as one over the root of the number of seeds; not where networks are counted."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The key of its texts."""

    @property
    def made_of(self) -> tuple["Evidence", ...]:
        """The evidence that it is made of, from which follow its arms, its tables and what narrows down the rows."""
        return tuple(part for name in PARTS if isinstance(part := getattr(self, name, None), Evidence))

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms whose rows it reads, in the order in which texts name them."""
        own = getattr(self, "arm", None)
        return _each_once(part.arms for part in self.made_of) if own is None else (own,)

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that it reads, by table, the one that holds most of it first; without those that name an arm."""
        names = dict.fromkeys(table for part in self.made_of for table in part.columns)
        return {name: _each_once(part.columns.get(name, ()) for part in self.made_of) for name in names}

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it reads."""
        return tuple(self.columns)

    @property
    def where(self) -> tuple[str, ...]:
        """What narrows down the rows, as keys of words."""
        return _each_once(part.where for part in self.made_of)

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


def _each_once(of_parts: Iterable[tuple[Each, ...]]) -> tuple[Each, ...]:
    return tuple(dict.fromkeys(each for of_part in of_parts for each in of_part))
