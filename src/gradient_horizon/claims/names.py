"""The names of settings and arms in one language."""

from gradient_horizon.claims.arms import Arm
from gradient_horizon.language.words import Words


class Names:
    """The names of settings and arms, by the words of `report/LANGUAGE/evidence.json`."""

    def __init__(self, evidence: Words):
        self._evidence = evidence

    def setting(self, name: str) -> str:
        """A setting, as a phrase that can stand behind a clause; its name, where there are no words for it."""
        return str(self._evidence["settings"].get(name, name))

    def keeping_gate(self, cell: str) -> str:
        """The gate by which a cell keeps what it has."""
        gates = self._evidence["keeping_gates"]
        return str(gates.get(cell, gates["lstm"]))

    def arm(self, arm: Arm) -> str:
        """A cell with its remedy; their names, where there are no words for them."""
        cell = self._evidence["cells"].get(arm.cell, arm.cell)
        if arm.remedy == "none":
            name = cell
        else:
            other = self._evidence["phrases"]["remedy"].format(remedy=arm.remedy)
            name = f"{cell} {self._evidence['remedies'].get(arm.remedy, other)}"
        return f"{name} ({self.setting(arm.setting)})" if arm.setting else str(name)
