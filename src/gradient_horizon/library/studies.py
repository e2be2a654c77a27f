"""Results of a study from Python: verdicts, tests and tables as frames, saved networks as arrays or modules."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, SupportsFloat, SupportsIndex

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.errors import ResultsError
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.library.arguments import folder_of, one_of
from gradient_horizon.library.networks import Networks
from gradient_horizon.library.result_files import (
    CLAIMS,
    PLAN,
    TABLES_FOLDER,
    read_json,
    read_table,
    results_folder,
    store_of,
    unfinished,
)
from gradient_horizon.library.saved_networks import Chosen, saved_networks
from gradient_horizon.library.showing import Chip, counted, line_html, page, table_html
from gradient_horizon.literature.compared import PUBLISHED
from gradient_horizon.pipeline.places import VERDICT
from gradient_horizon.reporting.asked import claims_shown
from gradient_horizon.reporting.wording import COLOURS, VERDICT_LOOKS
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.schema import Schema

SCHEMAS: dict[str, Schema] = {"verdicts": VERDICTS, "tests": TESTS, **TABLES, "published": PUBLISHED}
"""The frames of a study by name."""


def load_study(path: str | Path, *, store: str | Path | None = None) -> "StudyResults":
    """The results of a study, read when they are asked for; nothing is written, moved or renamed.

    >>> from gradient_horizon import load_study
    >>> study = load_study("results/default")
    >>> study.horizons.attrs["row"]
    'a task, cell and remedy over all lengths, at a learning rate policy'
    >>> study.schema("horizons").loc["memory_horizon", "unit"]
    'steps'
    >>> networks = study.networks(experiment="recall-32", cell="lstm", remedy="none", length=20)
    >>> networks.axes["f.h"]  # the recurrent matrices of the forget gate
    ('network', 'unit', 'unit_before')

    Args:
        path: Such as results/default, results/default/only/short-memory, or the name of a study below results/.
        store: The folder of the runs, where it is not beside the folder results/.

    Raises:
        ResultsError: There is no study; the message says what is there.
        ValueError: A path is an empty text.
    """
    folder = results_folder(folder_of("path", path))
    return StudyResults(folder, None if store is None else folder_of("store", store))


class StudyResults:
    """Frames of a study, as attributes or by name in square brackets: `study.horizons`, `study["horizons"]`.

    `verdicts` has a row per claim, `tests` one per test and setting; the others are the tables of the report. Values of
    which only a limit may be known are `Censored`: they print as "≥ 80", and `known` gives the number or NaN. The table
    `networks` is only there in brackets, since the method of this name gives their weights. What cannot be read raises
    ResultsError with a sentence.

    >>> from gradient_horizon import load_study
    >>> study = load_study("results/default")
    >>> study["networks"].attrs["columns"]["learning_rate"]
    {'unit': '-', 'meaning': 'learning rate'}
    >>> study.verdicts.set_index("claim").loc["gru-similar", "quote_en"]
    '...often...'
    """

    def __init__(self, folder: Path, store: Path | None):
        self.folder = folder
        self._store = store
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A frame; its `attrs` hold the name, what a row is, and unit and meaning of each column."""
        schema = SCHEMAS[one_of("a table", name, SCHEMAS)]
        if name not in self._read:
            frame = read_table(self.folder, CLAIMS if name in ("verdicts", "tests") else TABLES_FOLDER, schema)
            columns = {column.name: {"unit": column.unit, "meaning": column.meaning} for column in schema.columns}
            frame.attrs = {"name": name, "row": schema.row, "columns": columns}
            self._read[name] = frame
        return self._read[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in SCHEMAS:
            frames = ", ".join(frame for frame in SCHEMAS if frame != "networks")
            raise AttributeError(
                f'a study has no {name!r}; it has the frames {frames}, the frame study["networks"], and the methods '
                "networks, schema and sentence"
            )
        return self[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *SCHEMAS})

    def __iter__(self) -> Iterator[str]:
        """The names of all frames."""
        return iter(SCHEMAS)

    def schema(self, name: str) -> pd.DataFrame:
        """The columns of a frame, a row each: type, unit ("-": none) and meaning; `attrs` says what a row of it is."""
        schema = SCHEMAS[one_of("a table", name, SCHEMAS)]
        rows = [(each.name, each.kind, each.unit, each.meaning) for each in schema.columns]
        frame = pd.DataFrame(rows, columns=["column", "type", "unit", "meaning"]).set_index("column")
        frame.attrs = {"name": name, "row": schema.row, "key": list(schema.key)}
        return frame

    def sentence(self, claim: str, language: str = "en") -> str:
        """The verdict on a claim in a sentence, in English ("en") or Polish ("pl"), as in the report."""
        one_of("language", language, LANGUAGES)
        judged = sorted(file.parent.name for file in (self.folder / CLAIMS).glob(f"*/{VERDICT}"))
        if not judged:
            raise ResultsError(unfinished(self.folder, f"{CLAIMS}/{claim}/{VERDICT}"))
        one_of("claim", claim, judged)
        return str(read_json(self.folder / CLAIMS / claim / VERDICT)["sentence"][language])

    def networks(
        self,
        *,
        experiment: str | None = None,
        task: str | None = None,
        cell: str | None = None,
        remedy: str | None = None,
        length: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        learning_rate: SupportsFloat | None = None,
        moment: str = "final",
        chosen: bool = False,
    ) -> Networks:
        """The saved networks of the runs with these settings, at a moment: initial, half (of the budget) or final.

        They must be of one task, cell, remedy and width, so that they fit into one array. `chosen`: judged seeds alone,
        each at the learning rate that the study chose for it. Networks that had left before half have NaN there.

        Raises:
            ValueError: No networks have these settings, or those that have are of several kinds.
            ResultsError: The store, or a run in it, is missing or damaged; or a class of the study's own cannot be
                imported: its folder must be in sys.path first, since nothing else runs code that came with results.
        """
        wanted = Chosen(
            experiment=experiment,
            task=task,
            cell=cell,
            remedy=remedy,
            length=length,
            seed=seed,
            learning_rate=learning_rate,
            moment=moment,
            chosen=chosen,
        )
        return saved_networks(self.folder, store_of(self.folder, self._store), wanted)

    @cached_property
    def title(self) -> str:
        """The title of the study."""
        return str(read_json(self.folder / PLAN / "study.json")["title"]) if self._is_planned else self.folder.name

    @property
    def _is_planned(self) -> bool:
        return (self.folder / PLAN / "study.json").is_file()

    def _state(self) -> str:
        try:
            asked, others = self._asked()
        except ResultsError as error:
            return str(error)
        return "; ".join((f"{counted(len(asked), 'claim')} judged", *others))

    def __repr__(self) -> str:
        return f"study {self.folder.name} in {self.folder}: {self._state()}"

    def _repr_html_(self) -> str:
        head = f"{self.title} ({self.folder.name})"
        try:
            asked, others = self._asked()
        except ResultsError as error:
            return page(head, table_html(("state",), [(error,)]))
        rows = [(row["claim"], row["quote_en"], _chip(row["verdict"]), self._said(row["claim"])) for row in asked]
        return page(head, table_html(("claim", "quote", "verdict", "what it rests on"), rows), *map(line_html, others))

    def _asked(self) -> tuple[list[dict[Any, Any]], list[str]]:
        """The verdicts that the study has runs for, those on its own cells first, and what to say of the others."""
        verdicts, shown = self.verdicts, set(self.verdicts["claim"])
        with suppress(ResultsError):  # without these tables nobody knows which: all are shown
            shown = {*claims_shown(verdicts, self.tests, self.runs)}
        asked = [row for row in verdicts.to_dict("records") if row["claim"] in shown]
        others = len(verdicts) - len(asked)
        said = f"{counted(others, 'claim')} of the lecture {'is' if others == 1 else 'are'} not asked"
        return sorted(asked, key=lambda row: row["claim"] in registries.CLAIMS), [said] if others else []

    def _said(self, claim: Any) -> str:
        try:
            return self.sentence(claim)
        except (ResultsError, ValueError):
            return ""


def _chip(verdict: str) -> Chip:
    mark, style = VERDICT_LOOKS[Verdict(verdict)]
    return Chip(f"{mark} {verdict}", COLOURS[style])
