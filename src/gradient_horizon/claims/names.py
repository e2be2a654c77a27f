"""The names of settings and arms in one language, as sentences need them."""

from collections.abc import Sequence

from gradient_horizon.claims.arms import Arm
from gradient_horizon.language.display_names import NO_REMEDY, DisplayNames
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.spoken import Spoken
from gradient_horizon.language.words import Words


class Names:
    """The names of settings and arms, from the one dictionary of names that readers see."""

    def __init__(self, numbers: Numbers, names: DisplayNames, spoken: Words):
        self.numbers = numbers
        self.names = names
        self.spoken = Spoken(numbers, spoken)

    def setting(self, name: str) -> str:
        """A setting, short; its name, where there are no words for it."""
        return self.names.setting(name)

    def arm(self, arm: Arm, beside: Sequence[Arm] = ()) -> str:
        """The networks of an arm; plain ones, where those beside it are of the same cell with a remedy.

        A remedy that all beside it have too, of other cells, is not said again, nor a form of it: "chrono-input".
        """
        remedied = any(other.cell == arm.cell and other.remedy != NO_REMEDY for other in beside)
        known = bool(beside) and all(_is_form_of(arm, other) for other in beside)
        networks = self.names.networks_phrase(arm.cell, NO_REMEDY if known else arm.remedy)
        if arm.remedy == NO_REMEDY and remedied:
            networks = self.names.plain(networks)
        return f"{networks} {self.names.setting_of_network(arm.setting)}" if arm.setting else networks

    def compared(self, firsts: Sequence[Arm], seconds: Sequence[Arm], last: str = "and") -> tuple[str, str]:
        """The networks of arms, and of those that they are compared with."""
        first = self.spoken.both([self.arm(arm, _of_its_cell(arm, seconds)) for arm in firsts], last) if firsts else ""
        second = self.spoken.both([self.arm(arm, firsts) for arm in seconds]) if seconds else ""
        return first, second


def _of_its_cell(arm: Arm, others: Sequence[Arm]) -> list[Arm]:
    return [other for other in others if other.cell == arm.cell]


def _is_form_of(arm: Arm, other: Arm) -> bool:
    """Whether an arm of another cell has the remedy of an arm, or the form of it that its cell can have."""
    return other.cell != arm.cell and other.remedy != NO_REMEDY and arm.remedy.startswith(other.remedy)
