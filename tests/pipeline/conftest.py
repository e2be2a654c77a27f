import sys

import pytest
from faulty_classes import CLASSES
from study_results import POWERS, make_results, tiny_study
from tiny_study import ROOT

from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.commands.merge import merge_parts
from gradient_horizon.pipeline.commands.part import make_part

REPORT = ROOT / "report"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Modules of the user's own: one with classes, and one that cannot be imported."""
    (tmp_path / "mine.py").write_text(CLASSES)
    (tmp_path / "breaks.py").write_text("raise RuntimeError('a missing library')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("mine", "breaks"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def studies(tmp_path_factory):
    """A folder with the results of tiny studies, and their store."""
    return tmp_path_factory.mktemp("studies")


@pytest.fixture(scope="session")
def results_of(studies):
    """Makes results of tiny studies over one store, once for each name."""
    made = {}

    def of(name, *experiments, without=(), powers=POWERS, **defaults):
        if name not in made:
            study = tiny_study(*experiments, **defaults)
            store = studies / ("store" if not without else f"store-of-{name}")
            made[name] = make_results(study, store, studies / name, without=without, powers=powers)
        return made[name]

    return of


@pytest.fixture
def part_of(tmp_path, results_of):
    """Makes a part of the results of a tiny study, with the name of the study."""

    def of(name, *experiments, **options):
        make_part(results=results_of(name, *experiments, **options), out=tmp_path / "reference" / name)
        return tmp_path / "reference" / name

    return of


@pytest.fixture
def merged(tmp_path):
    """Joins parts, and judges the claims."""

    def of(*parts, allow_versions=False):
        merge_parts(parts=list(parts), out=tmp_path / "merged", sources=REPORT, allow_versions=allow_versions)
        return tmp_path / "merged"

    return of


@pytest.fixture
def refused(merged, tmp_path):
    """Merges in vain: the sentence with which a merge is refused; it leaves nothing behind."""

    def of(*parts, **options):
        with pytest.raises(MergeError) as error:
            merged(*parts, **options)
        assert not (tmp_path / "merged").exists()
        return str(error.value)

    return of
