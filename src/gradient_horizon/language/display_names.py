"""The names that readers see of cells, remedies, tasks, experiments, measures and optimisers, in one language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradient_horizon import registries
from gradient_horizon.errors import ReportError
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.study.task_text import split_task

NO_REMEDY = "none"


class DisplayNames:
    """Names by the words of `report/LANGUAGE/names.json`: short ones for labels and tables, long ones for sentences.

    What the package registers must have words: a cell or a task without raises ReportError with its name and the file.
    What only a user's configuration has (a cell, task or remedy of their own, an experiment) is shown as written there.
    """

    def __init__(self, names: Words, file: Path = Path("names.json")):
        self._names = names
        self._file = file

    @classmethod
    def read(cls, sources: Path, language: str) -> "DisplayNames":
        """The names in the report's folder of sources; raises FileNotFoundError where the language has none."""
        file = sources / language / "names.json"
        return cls(read_words(file), file)

    def cell(self, name: str) -> str:
        """A cell, short: "LSTM"."""
        return self._cell(name, "short") or name

    def remedy(self, name: str) -> str:
        """A remedy, short: "orthogonal start"; nothing for "none"."""
        return "" if name == NO_REMEDY else self._part("remedies", name, "short") or name

    def network(self, cell: str, remedy: str) -> str:
        """A cell with its remedy, short: "tanh", "LSTM + chrono"."""
        pattern = self._names["patterns"]["network"]
        shown = self.cell(cell)
        return shown if remedy == NO_REMEDY else str(pattern.format(cell=shown, remedy=self.remedy(remedy)))

    def network_phrase(self, cell: str, remedy: str) -> str:
        """One such network, in a sentence: "an LSTM with chrono initialisation"."""
        return self._with(cell, remedy, "one")

    def networks_phrase(self, cell: str, remedy: str) -> str:
        """Such networks, in a sentence: "LSTMs with chrono initialisation"."""
        return self._with(cell, remedy, "many")

    def plain(self, networks: str) -> str:
        """Networks without a remedy, told apart from others of the same cell: "plain LSTMs"."""
        return str(self._names["patterns"]["plain"].format(networks=networks))

    def keeping_gate(self, cell: str) -> str:
        """The gate by which a cell keeps what it has, in a sentence: "the forget gate"."""
        gates = self._names["gates"]
        return str(gates.get(cell, gates["lstm"]))

    def task(self, name: str) -> str:
        """A task, short: "selective recall", "recall (symbols: 4)", or for a file "series.csv: target"."""
        name, parameters = split_task(name)
        patterns = self._names["patterns"]
        if name in registries.FILE_TASKS and parameters:
            return str(patterns["file"].format(file=Path(parameters[name]).name, target=parameters["target"]))
        shown = str(self._registered("tasks", registries.TASKS, "task", name) or name)
        if not parameters:
            return shown
        return str(patterns["with_parameters"].format(task=shown, parameters=self.parameters(parameters)))

    def parameters(self, parameters: Mapping[str, Any]) -> str:
        """Parameters of a task with their values: "symbols: 4, noise: 0.5"."""
        patterns, words = self._names["patterns"], self._names["parameters"]

        def shown(value: object) -> str:
            return str(value).replace(".", patterns["decimal"]) if isinstance(value, float) else str(value)

        pairs = ((words.get(name, name), words.get(str(value), shown(value))) for name, value in parameters.items())
        return ", ".join(patterns["parameter"].format(name=name, value=value) for name, value in pairs)

    def setting(self, experiment: str) -> str:
        """An experiment, short: "recall, 32 units"."""
        return self._part("settings", experiment, "short") or experiment

    def setting_phrase(self, experiment: str) -> str:
        """An experiment, behind a clause: "in recall with 32 units"."""
        other = self._names["patterns"]["other_setting"]
        return self._part("settings", experiment, "phrase") or str(other.format(setting=experiment))

    def setting_of_network(self, experiment: str) -> str:
        """An experiment, behind a network that is told apart by it: "with 37 units", or its name in brackets."""
        return self._part("settings", experiment, "arm") or f"({self.setting(experiment)})"

    def measure(self, name: str) -> str:
        """A measure of memory, or a predictor of it: "gradient horizon"; raises ReportError where there is none."""
        return str(self._names["measures"][name])

    def optimiser(self, name: str) -> str:
        """An optimiser, short: "Adam"; raises ReportError where there is none."""
        return str(self._names["optimisers"][name])

    def _with(self, cell: str, remedy: str, number: str) -> str:
        patterns = self._names["patterns"]
        network = self._cell(cell, number) or str(patterns[f"other_{number}"].format(cell=cell))
        if remedy == NO_REMEDY:
            return network
        return f"{network} {self._part('remedies', remedy, 'long') or patterns['other_remedy'].format(remedy=remedy)}"

    def _cell(self, name: str, form: str) -> str:
        forms = self._registered("cells", registries.CELLS, "cell", name)
        return str(forms[form]) if forms else ""

    def _part(self, group: str, name: str, form: str) -> str:
        """A form of a name; nothing where the name or the form has no words."""
        return str(self._names[group].get(name, {}).get(form, ""))

    def _registered(self, group: str, registry: Mapping[str, str], kind: str, name: str) -> Any:
        """The words of a name; None for one of a user's own; raises ReportError where a registered one has none."""
        words = self._names[group]
        if name not in words and name in registry:
            raise ReportError(f"a registered {kind} must have words under {group!r} in {self._file}, got no {name!r}")
        return words.get(name)
