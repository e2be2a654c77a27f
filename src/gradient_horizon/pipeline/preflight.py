"""Finds in seconds, before anything is trained, what would make the report fail: figures, page, PDF, words, classes."""

import json
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gradient_horizon import registries
from gradient_horizon.errors import PublishedError, ReportError
from gradient_horizon.language.display_names import NO_REMEDY, DisplayNames
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import read_words
from gradient_horizon.pipeline.places import SOURCES
from gradient_horizon.study.model import Study
from gradient_horizon.tasks.base import Task

_DOCUMENT = """#set document(title: "preflight", date: datetime(year: 1980, month: 1, day: 1))
#set text(lang: sys.inputs.language)
#for word in json("words.json") [#word #strong(word) #raw(word)

]
#math.equation(block: true, alt: "a power", $W^t$)
"""


class Subject(NamedTuple):
    """What is checked: a study, and the name that its configuration files give it."""

    study: Study
    preset: str

    @property
    def words(self) -> list[str]:
        """The user's own words that reach the report."""
        named = (
            name
            for each in self.study.experiments
            for name in (each.name, each.task.text, *(name for arm in each.arms for name in arm))
        )
        return list(dict.fromkeys((self.study.title, self.preset, *named, *self.study.own_classes)))

    @property
    def baselines(self) -> list[str]:
        """The names of the baselines of the user's own tasks; those of the package are known to be printed."""
        found: dict[str, None] = {}
        for each in self.study.experiments:
            if each.task.task not in registries.ALL_TASKS:
                length = min(each.all_lengths)
                task: Task = each.task.build(length)
                found |= dict.fromkeys(baseline.name for baseline in task.baselines(length))
        return list(found)


def problems(subject: Subject) -> Iterator[str]:
    """A sentence for each problem that would make the report fail."""
    for check in CHECKS:
        yield from check(subject)


def remarks(subject: Subject) -> Iterator[str]:
    """A sentence for each text in which the PDF shows a substitute for a character; the study runs all the same."""
    from gradient_horizon.reporting.glyphs import unprintable

    for word in (*subject.words, *subject.baselines):
        if missing := unprintable([word]):
            yield f"the PDF has no font for {' '.join(missing)} in {word!r} and shows a substitute; the page shows it"
    if subject.study.own_classes:
        from gradient_horizon.pipeline.own_classes import own_class_remarks

        yield from own_class_remarks(subject.study)


def _figure_problems(subject: Subject) -> Iterator[str]:
    try:
        from gradient_horizon.figures.style import house_style, new_figure
        from gradient_horizon.figures.svg import svg

        with house_style():
            figure, axes = new_figure(subject.study.title, subject.preset, height=1.5)
            for word in subject.words:
                axes[0, 0].text(0, 0, word, in_layout=False)
            svg(figure)
    except Exception as error:
        yield f"figures: Matplotlib must draw the words of the study, got {_said(error)}"


def _typesetting_problems(subject: Subject) -> Iterator[str]:
    try:
        from gradient_horizon.reporting import typesetting
        from gradient_horizon.reporting.glyphs import printable
    except ImportError as error:
        yield f"report: Typst must be installed, got {_said(error)}"
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.typ").write_text(_DOCUMENT, encoding="utf-8")
        for form, words, make in (
            ("a page", subject.words, typesetting.body),
            ("a PDF", printable(subject.words), typesetting.pdf),
        ):
            (root / "words.json").write_text(json.dumps(words), encoding="utf-8")
            for language in LANGUAGES:
                try:
                    make(root, language)
                except ReportError as error:
                    yield f"report: Typst must make {form} of the words of the study, got {_said(error)}"


def _word_problems(subject: Subject) -> Iterator[str]:
    """Names and phrases that the report would lack: of registered cells and tasks, of claims, of the glossary."""
    from gradient_horizon.claims.judged import claims_of
    from gradient_horizon.claims.texts import Texts
    from gradient_horizon.reporting.slide import as_taught

    claims = claims_of(subject.study)
    glossaries = {language: read_words(SOURCES / language / "glossary.json") for language in LANGUAGES}
    named = [*registries.CLAIMS, *(claim.id for claim in claims.own)]
    terms = {term for glossary in glossaries.values() for term in glossary}
    for language, glossary in glossaries.items():
        names = DisplayNames.read(SOURCES, language)
        texts = Texts.read(SOURCES, language, claims)
        checks: list[Callable[[], object]] = [partial(as_taught, SOURCES, language)]
        checks += [partial(names.cell, each) for each in registries.CELLS]
        checks += [
            partial(say, each, NO_REMEDY)
            for say in (names.network_phrase, names.networks_phrase)
            for each in registries.CELLS
        ]
        checks += [partial(names.task, each) for each in registries.TASKS]
        checks += [partial(say, each) for say in (texts.title, texts.quote, texts.lead) for each in named]
        checks += [partial(_figure_words, language, each) for each in registries.FIGURES]
        checks += [
            partial(entry.__getitem__, part) for entry in glossary.values() for part in ("term", "forms", "text")
        ]
        for check in checks:
            try:
                check()
            except ReportError as error:
                yield str(error)
        for term in sorted(terms - set(glossary)):
            yield f"report/{language}/glossary.json must have the term {term!r}, which the other language has"


def _figure_words(language: str, name: str) -> None:
    """Raises ReportError for a figure without the words that stand beside it."""
    file = SOURCES / language / "figures" / f"{name}.json"
    if not file.exists():
        raise ReportError(f"every figure must have its words in the report's folder, got no {file}")
    words = read_words(file)
    for part in ("alt", "caption", "data", "words"):
        words[part]


def _published_problems(subject: Subject) -> Iterator[str]:
    """Published rows that are incomplete or without our number, which a study with such runs is there to give."""
    from gradient_horizon.claims.schemas import TESTS
    from gradient_horizon.literature.compared import compared
    from gradient_horizon.literature.kept import read_kept
    from gradient_horizon.literature.rows import OfRuns, read_rows

    try:
        rows = read_rows(SOURCES / "published.json")
        of_runs = {row.id: row.ours.experiment for row in rows if isinstance(row.ours, OfRuns)}
        if {*of_runs.values()} & {each.name for each in subject.study.experiments}:
            rows = tuple(row for row in rows if row.id not in of_runs)
        compared(rows, read_kept(SOURCES / "published"), TESTS.frame([]))
    except PublishedError as error:
        yield str(error)


def _own_class_problems(subject: Subject) -> Iterator[str]:
    if subject.study.own_classes:
        from gradient_horizon.pipeline.own_classes import own_class_problems

        yield from own_class_problems(subject.study)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


CHECKS: tuple[Callable[[Subject], Iterator[str]], ...] = (
    _figure_problems,
    _typesetting_problems,
    _word_problems,
    _published_problems,
    _own_class_problems,
)
"""Each yields the sentences of one concern; another one is added here."""
