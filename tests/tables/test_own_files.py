import hashlib
import sys

import pytest

from gradient_horizon.errors import ChangedError
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.tables.own_files import as_facts, own_files, require_unchanged
from gradient_horizon.tables.run_files import RunFiles

TASK = """
from mine_helper import SHIFT
from gradient_horizon.tasks.recall import Recall


class Shifted(Recall):
    data_files = ("series.csv",)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a task of the user's own, a helper that it imports, and its data."""
    (tmp_path / "mine_task.py").write_text(TASK)
    (tmp_path / "mine_helper.py").write_text("SHIFT = 1\n")
    (tmp_path / "series.csv").write_text("1,2\n")
    (tmp_path / "unrelated.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("mine_task", "mine_helper"):
        sys.modules.pop(name, None)


def test_code_helpers_and_data_are_listed_with_their_checksums(folder, small_run):
    found = own_files([small_run(), small_run(task="mine_task:Shifted")])
    names = ["mine_helper.py", "mine_task.py", "series.csv"]
    assert found == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    assert as_facts(found)["own files"][0] == f"mine_helper.py (SHA-256 {found['mine_helper.py'][:16]}…)"


def test_runs_of_the_package_alone_have_none(small_run):
    assert own_files([small_run()]) == {}
    assert as_facts({}) == {}


def test_tables_are_not_made_of_runs_whose_data_have_changed_since(folder, small_run):
    specs = [small_run(), small_run(task="mine_task:Shifted", experiment="mine")]
    runs = [RunFiles(spec, Store(folder / "store").run(keys_of(spec))) for spec in specs]
    require_unchanged(runs)
    (folder / "series.csv").write_text("1,3\n")
    with pytest.raises(ChangedError, match=r"series\.csv must be as they were when mine was trained, got others"):
        require_unchanged(runs)
    require_unchanged(runs[:1])
